using Synic.Contracts;
using Synic.History;
using Synic.Hv;

namespace Synic.Daemon.Partitions;

/// <summary>Counts a partition's calls of the last seconds by VTL and connection, from its history and its ports' counters.</summary>
internal sealed class FlowReader(PartitionHost host, EventHub hub)
{
    public const int MaxTop = 200;
    private const double WindowSeconds = 10;

    private readonly Dictionary<(int? Vtl, uint Connection), Cell> _cells = [];
    private long _missing;

    private sealed class Cell
    {
        public long Calls;
        public long Failures;
        public long Injected;
        public double FastPerSecond;
        public string? Owner;
    }

    /// <param name="top">So many edges are shown by themselves.</param>
    public FlowSummary Read(int top)
    {
        hub.Collect();
        var seconds = Count();
        AddFastPaths();
        var edges = _cells.Select(c => Edge(c.Key, c.Value, seconds)).Where(static e => e.CallsPerSecond > 0)
            .OrderByDescending(static e => e.CallsPerSecond).ThenBy(static e => e.Connection, StringComparer.Ordinal).ToList();
        var known = edges.Take(top).Select(static e => e.Owner).ToHashSet(StringComparer.Ordinal);
        var rest = edges.Skip(top)
            .GroupBy(e => (e.Vtl, e.Owners, Owner: known.Contains(e.Owner) ? e.Owner : null)) // other owners may be thousands
            .Select(static g => Together([.. g])).OrderByDescending(static e => e.CallsPerSecond);
        return new FlowSummary(
            Math.Round(seconds, 3), _missing, edges.Select(static e => e.Connection).Distinct().Count(), [.. edges.Take(top), .. rest], host.Now);
    }

    // From the end backwards: a busy history is long, and the window is short.
    private double Count()
    {
        var now = hub.Time.GetTimestamp();
        var start = now - (long)(WindowSeconds * hub.Time.TimestampFrequency);
        var batch = new EventBatch();
        var end = host.Events.End;
        var oldest = now;
        while (end > 0)
        {
            var first = Math.Max(0, end - EventBatch.Size);
            host.Events.Read(first, (int)(end - first), long.MaxValue, batch);
            if (batch.Count == 0)
            {
                return Math.Max(0.001, hub.Time.GetElapsedTime(oldest, now).TotalSeconds); // overwritten: the window is what is left
            }

            foreach (ref readonly var entry in batch.Entries)
            {
                if (entry.Call.Timestamp >= start)
                {
                    oldest = Math.Min(oldest, entry.Call.Timestamp);
                    Add(in entry);
                }
            }

            if (batch.First > first)
            {
                return Math.Max(0.001, hub.Time.GetElapsedTime(oldest, now).TotalSeconds);
            }

            if (batch.Entries[0].Call.Timestamp < start)
            {
                break;
            }

            end = batch.First;
        }

        return WindowSeconds;
    }

    private void Add(in EventEntry entry)
    {
        ref readonly var call = ref entry.Call;
        if (call.Kind == CallKind.Dropped)
        {
            _missing += (long)call.Value;
        }

        if (call.Kind is not (CallKind.Post or CallKind.Signal or CallKind.MonitorTrigger))
        {
            return;
        }

        var cell = CellOf(call.Vtl, call.Connection);
        cell.Calls++;
        cell.Owner = entry.Port?.Owner ?? cell.Owner;
        if (call.InjectedBy != 0)
        {
            cell.Injected++;
        }
        else if (!new HvStatus(call.Status).IsSuccess)
        {
            cell.Failures++;
        }
    }

    // Signals that the hypervisor makes by itself are no calls, and in no history.
    private void AddFastPaths()
    {
        foreach (var port in host.Partition.Ports.Map.Snapshot())
        {
            if (port.FastPathActive && host.Sampler.TryGet(port.Port.Generation, out var sample) && sample.FastPerSecond > 0)
            {
                var cell = CellOf(null, port.Connection.Value);
                cell.FastPerSecond = sample.FastPerSecond;
                cell.Owner = port.Owner;
            }
        }
    }

    private Cell CellOf(int? vtl, uint connection)
    {
        if (!_cells.TryGetValue((vtl, connection), out var cell))
        {
            _cells[(vtl, connection)] = cell = new Cell();
        }

        return cell;
    }

    private static FlowEdge Edge((int? Vtl, uint Connection) key, Cell cell, double seconds) => new()
    {
        Vtl = key.Vtl,
        Connection = $"0x{key.Connection:x}",
        Connections = 1,
        Owner = cell.Owner,
        Owners = cell.Owner is null ? 0 : 1,
        CallsPerSecond = (cell.Calls / seconds) + cell.FastPerSecond,
        FailuresPerSecond = cell.Failures / seconds,
        InjectedPerSecond = cell.Injected / seconds,
    };

    private static FlowEdge Together(List<FlowEdge> edges)
    {
        var owners = edges.Select(static e => e.Owner).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return edges.Count == 1 ? edges[0] : new FlowEdge
        {
            Vtl = edges[0].Vtl,
            Connections = edges.Count,
            Owner = owners is [var one] ? one : null,
            Owners = owners.Count,
            CallsPerSecond = edges.Sum(static e => e.CallsPerSecond),
            FailuresPerSecond = edges.Sum(static e => e.FailuresPerSecond),
            InjectedPerSecond = edges.Sum(static e => e.InjectedPerSecond),
        };
    }
}
