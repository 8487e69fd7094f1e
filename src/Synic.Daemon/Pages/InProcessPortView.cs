using Synic.Contracts;
using Synic.Daemon.Api;
using Synic.Daemon.Partitions;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Pages;

/// <summary>One viewer's port table: filtered and sorted as the API does, of which only the window is made into records.</summary>
internal sealed class InProcessPortView(PartitionRegistry registry, string partition, TimeProvider time) : IPortView
{
    private readonly PortBaseline _baseline = new();
    private readonly Dictionary<long, int> _places = [];
    private List<PortRow> _rows = []; // of this and the last reading, used again so that many ports make no garbage
    private List<PortRow> _fresh = [];
    private Dictionary<long, PortSummary> _window = []; // by generation: what the viewer has
    private (string Filter, string Sort) _asked = ("", "");
    private PortList? _list;

    public Task<PortWindow> ReadAsync(PortQuery query, CancellationToken cancellation)
    {
        if (!registry.TryGet(partition, out var host))
        {
            return Task.FromResult(PortWindow.NoPartition(time.GetUtcNow()));
        }

        var orderChanged = Arrange(host, query);
        var start = Math.Clamp(query.Start, 0, _rows.Count);
        var count = Math.Clamp(query.Count, 0, Math.Min(PortQuery.MaxCount, _rows.Count - start));
        return Task.FromResult(new PortWindow
        {
            State = Names.Of(host.State),
            StateReason = host.Exit?.Reason,
            Start = start,
            Rows = Window(host, start, count),
            Matching = _rows.Count,
            Total = host.Partition.Ports.Map.Snapshot().Count,
            OrderChanged = orderChanged,
            Changes = Changes(host),
            AsOf = host.Now,
        });
    }

    public Task<IReadOnlyList<PortSummary>> ReadAllAsync(PortQuery query, CancellationToken cancellation)
    {
        if (!registry.TryGet(partition, out var host))
        {
            return Task.FromResult<IReadOnlyList<PortSummary>>([]);
        }

        var rows = new List<PortRow>();
        Parse(query).Arrange(host, rows);
        return Task.FromResult<IReadOnlyList<PortSummary>>([.. rows.Select(r => r.Summarize(host))]);
    }

    public async Task<IReadOnlyList<PortSummary>> FreezeAsync(CancellationToken cancellation)
    {
        var all = await ReadAllAsync(new PortQuery(), cancellation).ConfigureAwait(false);
        _baseline.Clear();
        foreach (var port in all)
        {
            _baseline.Add(port);
        }

        return all;
    }

    /// <returns>The rows are held, and would otherwise stand in another order.</returns>
    private bool Arrange(PartitionHost host, PortQuery query)
    {
        var same = _list is not null && _asked == (query.Filter, query.Sort);
        if (!same)
        {
            _list = Parse(query);
            _asked = (query.Filter, query.Sort);
        }

        _list!.Arrange(host, _fresh);
        var hold = same && query.Hold;
        var changed = hold && PutInPlace();
        (_rows, _fresh) = (_fresh, _rows);
        return changed;
    }

    /// <summary>Brings the fresh rows into the order of the ones before; new ones come behind them.</summary>
    /// <returns>That is another order.</returns>
    private bool PutInPlace()
    {
        _places.Clear();
        for (var i = 0; i < _rows.Count; i++)
        {
            _places[_rows[i].Keys.Generation] = i;
        }

        var last = -1;
        var moved = false;
        foreach (var row in _fresh)
        {
            var place = _places.GetValueOrDefault(row.Keys.Generation, int.MaxValue);
            moved |= place < last;
            last = place;
        }

        if (moved)
        {
            var sorted = _fresh.OrderBy(r => _places.GetValueOrDefault(r.Keys.Generation, int.MaxValue)).ToList(); // is stable: new ones stay in order
            _fresh.Clear();
            _fresh.AddRange(sorted);
        }

        return moved;
    }

    private PortSummary[] Window(PartitionHost host, int start, int count)
    {
        var rows = new PortSummary[count];
        var window = new Dictionary<long, PortSummary>(count);
        for (var i = 0; i < count; i++)
        {
            var port = _rows[start + i].Summarize(host);
            if (_window.TryGetValue(port.Generation, out var before) && IsSame(before, port))
            {
                port = before;
            }

            rows[i] = window[port.Generation] = port;
        }

        _window = window;
        return rows;
    }

    private int Changes(PartitionHost host) => _baseline.Changes(host.Partition.Ports.Map.Snapshot().Select(static port =>
    {
        var statistics = port.Statistics;
        return (port.Generation, statistics.Calls + statistics.Failures + (port.FastPathSignals ?? 0));
    }));

    private static PortList Parse(PortQuery query) =>
        PortList.TryParse(new PortListQuery { Filter = query.Filter, Sort = query.Sort }, out var list, out var problem)
            ? list
            : throw new ArgumentException(problem.Detail, nameof(query));

    // What else there is of a registration does not change.
    private static bool IsSame(PortSummary a, PortSummary b) =>
        a.Calls == b.Calls && a.Failures == b.Failures && a.LastActivity == b.LastActivity && a.CallsPerSecond == b.CallsPerSecond
        && a.FailuresPerSecond == b.FailuresPerSecond && a.Bytes == b.Bytes && a.FastPath == b.FastPath;
}
