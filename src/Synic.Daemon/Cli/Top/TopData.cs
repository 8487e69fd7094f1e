using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Top;

/// <summary>What the live table shows: one moment of a partition.</summary>
/// <param name="Partition">State and traffic.</param>
/// <param name="Ports">From the first, as far as they may be shown.</param>
internal sealed record TopData(PartitionSummary Partition, ListPage<PortSummary> Ports)
{
    public static async Task<TopData> LoadAsync(SynicHttp http, string partition, TopView view, int rows, CancellationToken cancellation)
    {
        var summary = http.GetAsync<PartitionSummary>(ApiPath.Partition(partition), cancellation);
        var limit = (int)Math.Clamp((long)view.Offset + rows, 1, SynicHttp.MaxPage);
        var ports = http.GetAsync<ListPage<PortSummary>>(
            ApiPath.Partition(partition, "ports").With("filter", view.Filter).With("sort", view.SortText).With("limit", limit), cancellation);
        await Task.WhenAll(summary, ports).ConfigureAwait(false);
        return new TopData((await summary.ConfigureAwait(false)).Value, (await ports.ConfigureAwait(false)).Value);
    }

    /// <summary>How many can be scrolled through.</summary>
    public int Reachable => Math.Min(Ports.Total, SynicHttp.MaxPage);
}
