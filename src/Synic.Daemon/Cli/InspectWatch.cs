using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>Follows a part of the tree: all of it first, then what changes and how fast counters grow.</summary>
internal static class InspectWatch
{
    /// <param name="session">The daemon.</param>
    /// <param name="path">Of the stream.</param>
    /// <param name="count">Records; null: until Ctrl+C.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    public static async Task<int> RunAsync(ClientSession session, Func<ApiPath> path, int? count, CancellationToken cancellation)
    {
        var status = ExitCode.Ok;
        session.Output.Columns("asOf", "record", "path", "kind", "before", "after", "perSecond", "reset");
        try
        {
            var stream = new ServerEvents(session.Http, path, session.Console.Time);
            await foreach (var item in stream.ReadAsync(cancellation).ConfigureAwait(false))
            {
                var json = SynicJson.Parse(item.Data);
                var record = SynicJson.Read<InspectWatchRecord>(json);
                if (record is { Complete: false } or { Dropped: > 0 })
                {
                    status = ExitCode.Partial;
                }

                if (session.Output.Format is OutputFormat.Csv)
                {
                    foreach (var row in Rows(record, InspectLines.Bare))
                    {
                        session.Output.Item(System.Text.Json.JsonSerializer.SerializeToElement(row, SynicJson.Options), static () => { });
                    }
                }
                else
                {
                    session.Output.Item(json, () => Print(session.Console.Out, record));
                }

                if (--count == 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The usual way to end it.
        }

        return status;
    }

    private static void Print(TextWriter output, InspectWatchRecord record)
    {
        output.WriteLine($"# {(record.AsOf is { } time ? Figures.Clock(time) : "")} {SafeText.Of(record.Record)} {record.Generation}");
        if (record.Dropped is { } dropped)
        {
            output.WriteLine($"# {dropped} records were lost: reading was too slow");
        }

        foreach (var (path, kind, before, after, rate, reset) in Rows(record, InspectLines.Text).Select(static r => (r.Path, r.Kind, r.Before, r.After, r.PerSecond, r.Reset)))
        {
            output.WriteLine(SafeText.Of((kind, rate) switch
            {
                (_, { } perSecond) => $"{path}: {Figures.Rate(perSecond)}/s{(reset == true ? " (began anew)" : "")}",
                ("added", _) => $"{path}: + {after}",
                ("removed", _) => $"{path}: - {before}",
                ("changed", _) => $"{path}: {before} -> {after}",
                _ => $"{path}: {after}",
            }));
        }

        foreach (var missing in record.Incomplete ?? [])
        {
            output.WriteLine(SafeText.Of($"# incomplete: {missing.Path}: {missing.Reason}"));
        }

        output.Flush();
    }

    private static IEnumerable<Row> Rows(InspectWatchRecord record, Func<InspectedNode, string> text)
    {
        if (record.Node is { } tree)
        {
            foreach (var (path, node) in InspectLines.Of(record.Path ?? "", tree))
            {
                yield return new Row(record, path) { After = text(node) };
            }
        }

        foreach (var change in record.Changes ?? [])
        {
            yield return new Row(record, change.Path)
            {
                Kind = change.Kind,
                Before = change.Before is null ? null : text(change.Before),
                After = change.After is null ? null : text(change.After),
            };
        }

        foreach (var rate in record.Rates ?? [])
        {
            yield return new Row(record, rate.Path) { PerSecond = rate.PerSecond, Reset = rate.Reset };
        }
    }

    private sealed record Row
    {
        public Row(InspectWatchRecord record, string path) => (AsOf, Record, Path) = (record.AsOf, record.Record, path);

        public DateTimeOffset? AsOf { get; }

        public string Record { get; }

        public string Path { get; }

        public string? Kind { get; init; }

        public string? Before { get; init; }

        public string? After { get; init; }

        public double? PerSecond { get; init; }

        public bool? Reset { get; init; }
    }
}
