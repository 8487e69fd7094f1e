using System.Runtime.CompilerServices;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Client;

/// <content>The ports of a daemon in another process.</content>
public sealed partial class HttpSynicClient
{
    public async IAsyncEnumerable<PartitionSnapshot> WatchPartitionAsync(
        string partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var summary = await FindAsync<PartitionSummary>(ApiPath.Partition(partition), cancellation).ConfigureAwait(false);
            yield return new PartitionSnapshot(summary, time.GetUtcNow());
            if (summary is null)
            {
                yield break;
            }

            await Task.Delay(s_period, time, cancellation).ConfigureAwait(false);
        }
    }

    public IPortView OpenPorts(string partition) => new HttpPortView(this, partition, time);

    private sealed class HttpPortView(HttpSynicClient client, string partition, TimeProvider time) : IPortView
    {
        private readonly PortBaseline _baseline = new();
        private readonly PortRows _rows = new();

        public async Task<PortWindow> ReadAsync(PortQuery query, CancellationToken cancellation)
        {
            var summary = await client.FindAsync<PartitionSummary>(ApiPath.Partition(partition), cancellation).ConfigureAwait(false);
            var all = summary is null ? null : await client.AllAsync<PortSummary>(partition, "ports", cancellation).ConfigureAwait(false);
            var now = time.GetUtcNow();
            if (summary is null || all is null)
            {
                return PortWindow.NoPartition(now);
            }

            _rows.Update(all, PortFilter.Parse(query.Filter).At(now), PortSort.Parse(query.Sort), query.Hold);
            var start = Math.Clamp(query.Start, 0, _rows.Rows.Count);
            return new PortWindow
            {
                State = summary.State,
                StateReason = summary.StateReason,
                Start = start,
                Rows = _rows.Rows.GetRange(start, Math.Clamp(query.Count, 0, Math.Min(PortQuery.MaxCount, _rows.Rows.Count - start))),
                Matching = _rows.Rows.Count,
                Total = all.Count,
                OrderChanged = _rows.OrderChanged,
                Changes = _baseline.Changes(all.Select(static p => (p.Generation, PortBaseline.Sum(p)))),
                AsOf = now,
            };
        }

        public async Task<IReadOnlyList<PortSummary>> ReadAllAsync(PortQuery query, CancellationToken cancellation)
        {
            var all = await client.AllAsync<PortSummary>(partition, "ports", cancellation).ConfigureAwait(false) ?? [];
            var rows = new PortRows();
            rows.Update(all, PortFilter.Parse(query.Filter).At(time.GetUtcNow()), PortSort.Parse(query.Sort), hold: false);
            return rows.Rows;
        }

        public async Task<IReadOnlyList<PortSummary>> FreezeAsync(CancellationToken cancellation)
        {
            var all = await client.AllAsync<PortSummary>(partition, "ports", cancellation).ConfigureAwait(false) ?? [];
            _baseline.Clear();
            foreach (var port in all)
            {
                _baseline.Add(port);
            }

            return all;
        }
    }
}
