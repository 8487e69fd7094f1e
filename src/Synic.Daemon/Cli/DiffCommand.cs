using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd diff</c>: what differs between two snapshots, or between one and now.</summary>
internal static class DiffCommand
{
    public static Command Create(ClientCommand client)
    {
        var before = new Argument<string>("before") { Description = "id of a snapshot" };
        var after = new Argument<string>("after") { Description = "id of a later one, or now", DefaultValueFactory = static _ => "now" };
        var path = new Option<string?>("--path") { Description = "below this path only", HelpName = "PATH" };
        var command = client.OfPartition("diff", "what differs between two snapshots: path, before, after", async (session, parsed, cancellation) =>
        {
            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            var answer = await ListPages.TakeAsync<TreeDiff>(
                session.Http,
                () => ApiPath.Partition(partition, "snapshots", parsed.GetRequiredValue(before), "diff", parsed.GetRequiredValue(after))
                    .With("path", parsed.GetValue(path)),
                limit: null,
                cancellation).ConfigureAwait(false);
            var diff = answer.Value;
            session.Output.Write(answer.Json, [.. answer.Json.GetProperty("items").EnumerateArray()], () => Table(diff));
            foreach (var missing in diff.Incomplete)
            {
                session.Output.Note($"incomplete: {missing.Path}: {missing.Reason}");
            }

            return diff.Complete ? ExitCode.Ok : ExitCode.Partial;
        });
        command.Add(before);
        command.Add(after);
        command.Add(path);
        return command;
    }

    private static TextTable Table(TreeDiff diff)
    {
        var table = new TextTable("CHANGE", "PATH", "BEFORE", "AFTER");
        foreach (var change in diff.Items)
        {
            table.Row(change.Kind, new Cell(change.Path, Tone.Strong), InspectLines.Text(change.Before), InspectLines.Text(change.After));
        }

        return table;
    }
}
