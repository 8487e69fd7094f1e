using System.CommandLine;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd ports</c>: the table of ports.</summary>
internal static class PortsCommand
{
    private const int UsualLimit = 100;

    public static Command Create(ClientCommand client)
    {
        var filter = FilterText.Argument("conn kind vtl owner fast monitor status rate failures idle age injected");
        var watch = new Option<TimeSpan?>("--watch") { Description = "print again each TIME (default 1s), until Ctrl+C", HelpName = "TIME", Arity = ArgumentArity.ZeroOrOne }
            .Between(Repeat.Usual, Repeat.Shortest, Repeat.Longest);
        var count = new Option<int?>("--count", "-n") { Description = "with --watch: this often", HelpName = "N" };
        var sort = new Option<string?>("--sort") { Description = "columns, as callsPerSecond or -failures,owner (- for descending); default: connection", HelpName = "COLUMNS" };
        var limit = new Option<int?>("--limit") { Description = $"ports at most (default {UsualLimit})", HelpName = "N" };
        var all = new Option<bool>("--all") { Description = "all ports that match" };
        var departed = new Option<bool>("--departed") { Description = "also the last ports that went, and when" };
        var failEmpty = new Option<bool>("--fail-empty") { Description = $"exit status {ExitCode.Nothing} when no port matches" };
        var command = client.OfPartition("ports", "the live table of ports", async (session, parsed, cancellation) =>
        {
            var query = new Query(FilterText.Of(parsed.GetValue(filter)), parsed.GetValue(sort), LimitOf(parsed.GetValue(limit), parsed.GetValue(all)), parsed.GetValue(departed));
            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            return await Repeat.RunAsync(
                session.Console,
                parsed.GetValue(watch),
                parsed.GetValue(count),
                session.Output.ForPeople,
                () => PrintAsync(session, partition, query, parsed.GetValue(failEmpty), cancellation),
                cancellation).ConfigureAwait(false);
        });
        command.Add(filter);
        command.Add(watch);
        command.Add(count);
        command.Add(sort);
        command.Add(limit);
        command.Add(all);
        command.Add(departed);
        command.Add(failEmpty);
        return command;
    }

    public static TextTable Table(ListPage<PortSummary> page)
    {
        var departed = page.Items.Any(static p => p.Departed is not null);
        var table = new TextTable("CONNECTION", "KIND", ">VTL", "OWNER", "FAST", ">MONITOR", ">CALLS", ">CALLS/S", ">FAILURES", ">FAIL/S", ">LAST", "REFUSED WITH");
        if (departed)
        {
            table.Column(">GONE");
        }

        foreach (var port in page.Items)
        {
            Cell[] cells =
            [
                new Cell(port.ConnectionText, Tone.Strong),
                port.Kind,
                Figures.Count(port.MinimumVtl),
                port.Owner,
                FastPath(port),
                Figures.Count(port.MonitorId),
                Figures.Count(port.Calls),
                Figures.Rate(port.CallsPerSecond),
                new Cell(Figures.Count(port.Failures), port.Failures > 0 ? Tone.Bad : Tone.Plain),
                new Cell(Figures.Rate(port.FailuresPerSecond), port.FailuresPerSecond > 0 ? Tone.Bad : Tone.Plain),
                Figures.Age(port.LastActivity, page.AsOf),
                Refusals(port.FailuresByStatus),
            ];
            table.Row(departed ? [.. cells, Figures.Age(port.Departed?.Until, page.AsOf)] : cells);
        }

        return table;
    }

    public static string FastPath(PortSummary port) => port.FastPath is "none" ? Figures.NotKnown : port.FastPath;

    /// <summary>Statuses that were answered, the most frequent first.</summary>
    public static string Refusals(IReadOnlyDictionary<string, long> failures)
    {
        var some = failures.Where(static f => f.Value > 0).OrderByDescending(static f => f.Value).ThenBy(static f => f.Key, StringComparer.Ordinal);
        return string.Join(", ", some.Select(static f => $"{f.Key} {Figures.Count(f.Value)}")) is { Length: > 0 } text ? text : Figures.NotKnown;
    }

    private static async Task<int> PrintAsync(
        ClientSession session, string partition, Query query, bool failEmpty, CancellationToken cancellation)
    {
        SynicAnswer<ListPage<PortSummary>> answer;
        try
        {
            answer = await ListPages.TakeAsync<ListPage<PortSummary>>(
                session.Http,
                () => ApiPath.Partition(partition, "ports").With("filter", query.Filter).With("sort", query.Sort).With("includeDeparted", query.Departed ? "true" : null),
                query.Limit,
                cancellation).ConfigureAwait(false);
        }
        catch (SynicProblemException e) when (FilterText.IsMistake(e) && query.Filter is { } filter)
        {
            return FilterText.Explain(session.Console, filter, e);
        }

        var page = answer.Value;
        session.Output.List(answer, Table);
        if (page.Items.Count == 0)
        {
            session.Output.Note(query.Filter is null ? $"'{partition}' has no ports" : $"no port of '{partition}' matches");
            return failEmpty ? ExitCode.Nothing : ExitCode.Ok;
        }

        if (page.Next is not null)
        {
            session.Output.Note($"{page.Items.Count} of {page.Total} ports; --all shows all");
        }

        return ExitCode.Ok;
    }

    private static int? LimitOf(int? limit, bool all) => (limit, all) switch
    {
        (not null, true) => throw new UsageException("--limit and --all: choose one"),
        ( < 1, _) => throw new UsageException("--limit: at least 1"),
        (null, true) => null,
        _ => limit ?? UsualLimit,
    };

    private sealed record Query(string? Filter, string? Sort, int? Limit, bool Departed);
}
