using System.CommandLine;
using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd monitor</c>: the monitor pages and which of their ids are bound.</summary>
internal static class MonitorCommand
{
    private const int IdsOfGroup = 32;

    public static Command Create(ClientCommand client)
    {
        var all = new Option<bool>("--all") { Description = "also ids that are free" };
        var command = client.OfPartition("monitor", "monitor pages: bound ids, their connections and triggers", async (session, parsed, cancellation) =>
        {
            var path = ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "monitor-pages");
            var answer = await session.Http.GetAsync<ListPage<MonitorPageSummary>>(path, cancellation).ConfigureAwait(false);
            var pages = answer.Value.Items;
            session.Output.Write(
                answer.Json,
                [.. answer.Json.GetProperty("items").EnumerateArray().SelectMany(Rows)],
                () => Table(session, pages, parsed.GetValue(all)));
            return ExitCode.Ok;
        });
        command.Add(all);
        return command;
    }

    private static TextTable Table(ClientSession session, IReadOnlyList<MonitorPageSummary> pages, bool all)
    {
        var table = new TextTable(">VTL", ">ID", ">GROUP", ">BIT", "CONNECTION", ">TRIGGERS", ">LATENCY US");
        foreach (var page in pages)
        {
            session.Output.Note(
                $"vtl {page.Vtl}: child to parent {page.ChildToParent ?? "none"}, parent to child {page.ParentToChild ?? "none"}; "
                + $"{page.Signalled} signalled, {page.UnknownTriggers} of unknown ids, {page.OutsideWrites} writes outside");
            foreach (var cell in page.Cells.Where(c => all || c.Connection is not null || c.Triggers > 0))
            {
                table.Row(
                    Figures.Count(page.Vtl),
                    new Cell(Figures.Count(cell.Id), Tone.Strong),
                    Figures.Count(cell.Id / IdsOfGroup),
                    Figures.Count(cell.Id % IdsOfGroup),
                    new Cell(cell.Connection ?? "free", cell.Connection is null ? Tone.Dim : Tone.Plain),
                    Figures.Count(cell.Triggers),
                    cell.LatencyMicroseconds is { } latency ? Figures.Rate(latency) : null);
            }
        }

        return table;
    }

    private static IEnumerable<JsonElement> Rows(JsonElement page) =>
        page.GetProperty("cells").EnumerateArray().Select(cell => JsonRow.Join(cell, ("vtl", page.GetProperty("vtl"))));
}
