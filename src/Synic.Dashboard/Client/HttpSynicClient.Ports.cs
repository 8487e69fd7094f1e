using System.Runtime.CompilerServices;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Client;

/// <content>The ports of a daemon in another process.</content>
public sealed partial class HttpSynicClient
{
    private const int VtlCount = 3;

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

    public async Task<PortDetail> GetPortAsync(string partition, string connection, CancellationToken cancellation)
    {
        var summary = await FindAsync<PartitionSummary>(ApiPath.Partition(partition), cancellation).ConfigureAwait(false);
        if (summary is null)
        {
            return new PortDetail { AsOf = time.GetUtcNow() };
        }

        var index = await GetAsync<ApiIndex>(ApiPath.Of(), cancellation).ConfigureAwait(false);
        return new PortDetail
        {
            Partition = summary,
            Port = await FindPortAsync(partition, connection, cancellation).ConfigureAwait(false),
            ActDenied = !index.Lab ? "This daemon only watches: it was started without --lab."
                : index.Rights.Contains("inject") ? null : "Acting as the guest needs the right \"inject\".",
            AsOf = time.GetUtcNow(),
        };
    }

    public async Task<PortHistory?> GetPortHistoryAsync(string partition, string connection, CancellationToken cancellation)
    {
        ApiPath Path(string? filter, int limit) =>
            ApiPath.Partition(partition, "ports", connection, "history").With("filter", filter).With("limit", limit);
        try
        {
            var page = await FindAsync<ListPage<EventRecord>>(Path(null, PortHistory.MaxRecords), cancellation).ConfigureAwait(false);
            var injected = await FindAsync<ListPage<EventRecord>>(Path("injected:*", PortHistory.MaxInjected), cancellation).ConfigureAwait(false);
            var index = await GetAsync<ApiIndex>(ApiPath.Of(), cancellation).ConfigureAwait(false);
            return page is null || injected is null ? null : new PortHistory(
                [.. page.Items.Reverse()], page.Total, PortHistory.CountByStatus(injected.Items), index.Rights.Contains("payload"));
        }
        catch (SynicProblemException e) when (e.Status == 400)
        {
            return new PortHistory([], 0, new Dictionary<string, long>(), Payloads: false); // not a connection id: nobody called it
        }
    }

    public async Task<IReadOnlyList<ExplainReport>> ExplainPortAsync(
        string partition, string connection, string? operation, uint vp, CancellationToken cancellation)
    {
        var reports = new List<ExplainReport>();
        for (var vtl = 0; vtl < VtlCount; vtl++)
        {
            var path = ApiPath.Partition(partition, "ports", connection, "explain").With("operation", operation).With("vtl", vtl).With("vp", vp);
            try
            {
                if (await FindAsync<ExplainReport>(path, cancellation).ConfigureAwait(false) is { } report)
                {
                    reports.Add(report);
                }
            }
            catch (SynicProblemException e) when (e.Status == 400)
            {
                return []; // not a connection id, or the partition has no such VP (any more)
            }
        }

        return reports;
    }

    public Task<HypercallOutcome> PostAsync(string partition, string connection, PostMessageRequest request, CancellationToken cancellation) =>
        ActAsync(ApiPath.Partition(partition, "ports", connection, "messages"), request, cancellation);

    public Task<HypercallOutcome> SignalAsync(string partition, string connection, SignalEventRequest request, CancellationToken cancellation) =>
        ActAsync(ApiPath.Partition(partition, "ports", connection, "signal"), request, cancellation);

    private async Task<HypercallOutcome> ActAsync(ApiPath path, object request, CancellationToken cancellation)
    {
        try
        {
            return (await http.SendAsync<HypercallOutcome>(HttpMethod.Post, path, request, cancellation).ConfigureAwait(false)).Value;
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
    }

    private async Task<PortSummary?> FindPortAsync(string partition, string connection, CancellationToken cancellation)
    {
        try
        {
            return await FindAsync<PortSummary>(ApiPath.Partition(partition, "ports", connection), cancellation).ConfigureAwait(false);
        }
        catch (SynicProblemException e) when (e.Status == 410)
        {
            var path = ApiPath.Partition(partition, "departed-ports").With("filter", $"conn:{connection}").With("limit", 1);
            return (await FindAsync<ListPage<PortSummary>>(path, cancellation).ConfigureAwait(false))?.Items is [var gone, ..] ? gone : null;
        }
        catch (SynicProblemException e) when (e.Status == 400)
        {
            return null;
        }
    }

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
