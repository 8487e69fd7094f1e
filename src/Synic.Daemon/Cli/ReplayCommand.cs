using System.CommandLine;
using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;
using Synic.Hv;
using Synic.Recording;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd replay</c>: makes recorded calls again and compares the answers.</summary>
internal static class ReplayCommand
{
    /// <summary>A recording may have 65 536 calls.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    // As the API writes it.
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create(ClientCommand client)
    {
        var id = new Argument<string>("recording") { Description = "a file, which needs no daemon, or the id of a daemon's recording", HelpName = "FILE|ID" };
        var dialect = new Option<string?>("--dialect") { Description = "answer as openvmm, tlfs or qemu do (default: as recorded)", HelpName = "DIALECT" };
        var command = client.OfPartition("replay", "make the calls of a recording again, on an emulated port table; differences by number", async (session, parsed, cancellation) =>
        {
            var name = parsed.GetRequiredValue(id);
            if (File.Exists(name))
            {
                return Print(session, await ReplayFileAsync(name, parsed.GetValue(dialect), cancellation).ConfigureAwait(false));
            }

            if (Directory.Exists(name) || name.AsSpan().ContainsAny('/', '\\', '.'))
            {
                throw new UsageException($"{name}: there is no such file, and ids of recordings are as r1");
            }

            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            var path = ApiPath.Partition(partition, "recordings", name, "replay").With("dialect", parsed.GetValue(dialect));
            var answer = await session.Http.SendAsync<ReplayReport>(HttpMethod.Post, path, null, cancellation, s_patience).ConfigureAwait(false);
            return Print(session, answer);
        });
        command.Add(id);
        command.Add(dialect);
        return command;
    }

    private static async Task<SynicAnswer<ReplayReport>> ReplayFileAsync(string file, string? dialect, CancellationToken cancellation)
    {
        SynicDialect? answers = null;
        if (dialect is not null)
        {
            answers = SynicDialects.TryParse(dialect, out var known) ? known : throw new UsageException("--dialect: openvmm, tlfs or qemu");
        }

        try
        {
            using var text = new StreamReader(file);
            var report = await Replay.RunAsync(text, answers, cancellation).ConfigureAwait(false);
            return new SynicAnswer<ReplayReport>(JsonSerializer.SerializeToElement(report, s_json));
        }
        catch (RecordingFormatException e)
        {
            throw new UsageException($"{file}: {e.Message}");
        }
    }

    private static int Print(ClientSession session, SynicAnswer<ReplayReport> answer)
    {
        var report = answer.Value;
        session.Output.Write(answer.Json, [.. answer.Json.GetProperty("differences").EnumerateArray()], () => Table(report));
        var skipped = string.Concat(report.Skipped.Select(static s => FormattableString.Invariant($", {s.Value} skipped: {s.Key}")));
        session.Output.Note(FormattableString.Invariant(
            $"{report.Replayed} of {report.Records} records made again as {report.Dialect}: {report.Matched} alike, {report.DifferencesTotal} different{skipped}"));
        if (!report.Complete)
        {
            session.Output.Note("the recording has no end: it was cut off, or goes on");
        }

        if (report.Dropped > 0)
        {
            session.Output.Note(FormattableString.Invariant($"the recording misses {report.Dropped} records"));
        }

        return report.Complete && report.Dropped == 0 && report.DifferencesTotal == 0 ? ExitCode.Ok : ExitCode.Partial;
    }

    private static TextTable Table(ReplayReport report)
    {
        var table = new TextTable(">SEQ", "KIND", "CONNECTION", ">VP", ">VTL", "RECORDED", "NOW", "REASON");
        foreach (var difference in report.Differences)
        {
            table.Row(
                Figures.Count(difference.Seq),
                difference.Kind,
                difference.Connection,
                Figures.Count(difference.Vp),
                Figures.Count(difference.Vtl),
                difference.Expected,
                new Cell(difference.Actual, Tone.Bad),
                difference.Reason);
        }

        return table;
    }
}
