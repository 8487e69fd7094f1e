using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd record</c>: a partition's calls as a file, to be replayed elsewhere.</summary>
internal static class RecordCommand
{
    public static Command Create(ClientCommand client) => new("record", "record a partition's calls, with its port table")
    {
        Start(client),
        Stop(client),
        List(client),
        Get(client),
        Remove(client),
    };

    private static Command Start(ClientCommand client)
    {
        var name = new Option<string?>("--name") { Description = "for people", HelpName = "TEXT" };
        var most = new Option<int?>("--max-records") { Description = "end by itself with so many", HelpName = "N" };
        var payload = new Option<bool>("--payload") { Description = "keep payload bytes; a replay posts zeros without them" };
        var command = client.OfPartition("start", "begin (needs the token)", async (session, parsed, cancellation) =>
        {
            var request = new StartRecordingRequest { Name = parsed.GetValue(name), MaxRecords = parsed.GetValue(most), Payload = parsed.GetValue(payload) };
            return await SendAsync(session, [], request, cancellation).ConfigureAwait(false);
        });
        command.Add(name);
        command.Add(most);
        command.Add(payload);
        return command;
    }

    private static Command Stop(ClientCommand client)
    {
        var id = Id();
        var command = client.OfPartition("stop", "end one (needs the token); it is kept", (session, parsed, cancellation) =>
            SendAsync(session, [parsed.GetRequiredValue(id), "stop"], null, cancellation));
        command.Add(id);
        return command;
    }

    private static Command List(ClientCommand client) => client.OfPartition("list", "those that run or are kept", static async (session, _, cancellation) =>
    {
        var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
        var answer = await session.Http.GetAsync<ListPage<RecordingSummary>>(ApiPath.Partition(partition, "recordings"), cancellation).ConfigureAwait(false);
        session.Output.List(answer, static page => Table(page.Items));
        return ExitCode.Ok;
    });

    private static Command Get(ClientCommand client)
    {
        var id = Id();
        var file = new Option<string?>("--file") { Description = "write to this file, which must not be there yet (default: standard output)", HelpName = "FILE" };
        var command = client.WithoutFormat("get", "its records, as NDJSON", async (session, parsed, cancellation) =>
        {
            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            var path = ApiPath.Partition(partition, "recordings", parsed.GetRequiredValue(id), "content");
            using var response = await session.Http.OpenAsync(path, "application/x-ndjson", null, cancellation).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            if (parsed.GetValue(file) is { } name)
            {
                await using var target = new FileStream(name, FileMode.CreateNew, FileAccess.Write);
                await body.CopyToAsync(target, cancellation).ConfigureAwait(false);
                return ExitCode.Ok;
            }

            using var lines = new StreamReader(body);
            while (await lines.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                await session.Console.Out.WriteLineAsync(line).ConfigureAwait(false);
            }

            return ExitCode.Ok;
        });
        command.Add(id);
        command.Add(file);
        return command;
    }

    private static Command Remove(ClientCommand client)
    {
        var id = Id();
        var command = client.WithoutFormat("delete", "forget one (needs the token)", async (session, parsed, cancellation) =>
        {
            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            var path = ApiPath.Partition(partition, "recordings", parsed.GetRequiredValue(id));
            await session.Http.SendAsync(HttpMethod.Delete, path, null, cancellation).ConfigureAwait(false);
            return ExitCode.Ok;
        });
        command.Add(id);
        return command;
    }

    private static async Task<int> SendAsync(ClientSession session, string[] below, StartRecordingRequest? request, CancellationToken cancellation)
    {
        var path = ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "recordings").Then(below);
        var answer = await session.Http.SendAsync<RecordingSummary>(HttpMethod.Post, path, request, cancellation).ConfigureAwait(false);
        session.Output.One(answer, static r => Table([r]));
        return ExitCode.Ok;
    }

    private static Argument<string> Id() => new("id") { Description = "of the recording" };

    private static TextTable Table(IEnumerable<RecordingSummary> recordings)
    {
        var table = new TextTable("ID", "NAME", "STATE", "STARTED", ">RECORDS", ">DROPPED", ">BYTES", "PAYLOAD");
        foreach (var recording in recordings)
        {
            table.Row(
                new Cell(recording.Id, Tone.Strong),
                recording.Name,
                recording.State,
                Figures.Time(recording.StartedAt),
                Figures.Count(recording.Records),
                new Cell(Figures.Count(recording.Dropped), recording.Dropped > 0 ? Tone.Bad : Tone.Plain),
                Figures.Count(recording.Bytes),
                recording.Payload ? "yes" : "no");
        }

        return table;
    }
}
