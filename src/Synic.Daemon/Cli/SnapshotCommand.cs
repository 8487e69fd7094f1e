using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd snapshot</c>: keeps the tree as it is, and lists what is kept.</summary>
internal static class SnapshotCommand
{
    public static Command Create(ClientCommand client) => new("snapshot", "keep a partition's whole tree as it is now, to compare later")
    {
        Keep(client),
        List(client),
        Remove(client),
    };

    private static Command Keep(ClientCommand client)
    {
        var name = new Option<string?>("--name") { Description = "for people", HelpName = "TEXT" };
        var command = client.OfPartition("create", "take one (needs the token)", async (session, parsed, cancellation) =>
        {
            var path = await PathAsync(session, cancellation).ConfigureAwait(false);
            var answer = await session.Http.SendAsync<TreeSnapshot>(
                HttpMethod.Post, path, new CreateSnapshotRequest { Name = parsed.GetValue(name) }, cancellation).ConfigureAwait(false);
            session.Output.One(answer, static s => Table([s]));
            return answer.Value.Complete ? ExitCode.Ok : ExitCode.Partial;
        });
        command.Add(name);
        return command;
    }

    private static Command List(ClientCommand client) => client.OfPartition("list", "those that are kept", static async (session, _, cancellation) =>
    {
        var path = await PathAsync(session, cancellation).ConfigureAwait(false);
        var answer = await session.Http.GetAsync<TreeSnapshotList>(path, cancellation).ConfigureAwait(false);
        var list = answer.Value;
        session.Output.Write(answer.Json, [.. answer.Json.GetProperty("items").EnumerateArray()], () => Table(list.Items));
        session.Output.Note(FormattableString.Invariant($"{list.Total} of at most {list.Limit}"));
        return ExitCode.Ok;
    });

    private static Command Remove(ClientCommand client)
    {
        var id = new Argument<string>("id") { Description = "of the snapshot" };
        var command = client.WithoutFormat("delete", "forget one (needs the token)", async (session, parsed, cancellation) =>
        {
            var path = await PathAsync(session, cancellation).ConfigureAwait(false);
            await session.Http.SendAsync(HttpMethod.Delete, path.Then(parsed.GetRequiredValue(id)), null, cancellation).ConfigureAwait(false);
            return ExitCode.Ok;
        });
        command.Add(id);
        return command;
    }

    private static async Task<ApiPath> PathAsync(ClientSession session, CancellationToken cancellation) =>
        ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "snapshots");

    private static TextTable Table(IEnumerable<TreeSnapshot> snapshots)
    {
        var table = new TextTable(">ID", "NAME", "TAKEN", ">NODES", ">BYTES", "COMPLETE");
        foreach (var snapshot in snapshots)
        {
            table.Row(
                new Cell(Figures.Count(snapshot.Id), Tone.Strong),
                snapshot.Name,
                Figures.Time(snapshot.TakenAt),
                Figures.Count(snapshot.Nodes),
                Figures.Count(snapshot.Bytes),
                snapshot.Complete ? "yes" : new Cell(FormattableString.Invariant($"no: {snapshot.Incomplete.Count} missing"), Tone.Bad));
        }

        return table;
    }
}
