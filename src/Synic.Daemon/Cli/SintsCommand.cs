using System.CommandLine;
using System.Text.Json;
using Synic.Contracts;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd sints</c>: the synthetic interrupt sources of each VP, and what a queued message waits for.</summary>
internal static class SintsCommand
{
    public static Command Create(ClientCommand client)
    {
        var vp = new Option<uint?>("--vp") { Description = "of this VP only", HelpName = "N" };
        var all = new Option<bool>("--all") { Description = "also SINTs that are as after a reset" };
        var command = client.OfPartition("sints", "SynICs and SINTs of the VPs: vectors, slots, queues, what they wait for", async (session, parsed, cancellation) =>
        {
            var path = ApiPath.Partition(await session.PartitionAsync(cancellation).ConfigureAwait(false), "vps");
            var everything = parsed.GetValue(all);
            if (parsed.GetValue(vp) is { } index)
            {
                var one = await session.Http.GetAsync<VpSummary>(path.Then(Figures.Count(index), "sints"), cancellation).ConfigureAwait(false);
                IReadOnlyList<VpSummary> vps = [one.Value];
                session.Output.Write(one.Json, Rows(one.Json), () => Table(session, vps, everything));
            }
            else
            {
                var list = await session.Http.GetAsync<ListPage<VpSummary>>(path, cancellation).ConfigureAwait(false);
                var vps = list.Value.Items;
                session.Output.Write(
                    list.Json, [.. list.Json.GetProperty("items").EnumerateArray().SelectMany(Rows)], () => Table(session, vps, everything));
            }

            return ExitCode.Ok;
        });
        command.Add(vp);
        command.Add(all);
        return command;
    }

    private static TextTable Table(ClientSession session, IReadOnlyList<VpSummary> vps, bool everything)
    {
        var table = new TextTable(">VP", ">VTL", ">SINT", ">VECTOR", "MASKED", "AUTO EOI", "POLLING", "SLOT", "PENDING", ">FLAGS", ">QUEUE", "WAITS FOR", "SYNIC");
        var hidden = 0;
        foreach (var vp in vps)
        {
            foreach (var synic in vp.Synics)
            {
                foreach (var sint in synic.Sints)
                {
                    if (!everything && IsUnused(sint))
                    {
                        hidden++;
                        continue;
                    }

                    table.Row(
                        Figures.Count(vp.Vp),
                        Figures.Count(synic.Vtl),
                        new Cell(Figures.Count(sint.Sint), Tone.Strong),
                        Figures.Count(sint.Vector),
                        Figures.Flag(sint.Masked, "masked"),
                        Figures.Flag(sint.AutoEoi, "yes"),
                        Figures.Flag(sint.Polling, "yes"),
                        Figures.Flag(sint.SlotBusy, "busy"),
                        Figures.Flag(sint.Pending, "yes"),
                        Figures.Count(sint.FlagsSet),
                        Figures.Count(sint.QueueLength),
                        new Cell(sint.BlockedBy, sint.BlockedBy is null ? Tone.Plain : Tone.Bad),
                        synic.Enabled ? "on" : "off");
                }
            }
        }

        if (hidden > 0)
        {
            session.Output.Note($"{hidden} SINTs are as after a reset; --all shows them");
        }

        return table;
    }

    private static bool IsUnused(SintSummary sint) =>
        sint is { Masked: true, Vector: 0, SlotBusy: false, Pending: false, FlagsSet: 0, QueueLength: 0, BlockedBy: null };

    // A line for each SINT, with where it is.
    private static IReadOnlyList<JsonElement> Rows(JsonElement vp) =>
    [
        .. from synic in vp.GetProperty("synics").EnumerateArray()
           from sint in synic.GetProperty("sints").EnumerateArray()
           select JsonRow.Join(sint, ("vp", vp.GetProperty("vp")), ("vtl", synic.GetProperty("vtl"))),
    ];
}
