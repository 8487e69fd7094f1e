using System.Runtime.CompilerServices;
using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>The pages' view of a daemon in another process, over its REST API.</summary>
/// <param name="http">That daemon.</param>
/// <param name="time">How often it is asked.</param>
public sealed partial class HttpSynicClient(SynicHttp http, TimeProvider time) : ISynicClient
{
    private const int TopFailing = 10;
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<OverviewSnapshot> WatchOverviewAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            yield return await OverviewAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(s_period, time, cancellation).ConfigureAwait(false);
        }
    }

    public Task<BackendSummary?> GetBackendAsync(string partition, CancellationToken cancellation) =>
        FindAsync<BackendSummary>(ApiPath.Partition(partition, "backend"), cancellation);

    public async Task<IReadOnlyList<VpSummary>> GetVpsAsync(string partition, CancellationToken cancellation) =>
        (await FindAsync<ListPage<VpSummary>>(ApiPath.Partition(partition, "vps"), cancellation).ConfigureAwait(false))?.Items ?? [];

    public async Task<IReadOnlyList<GuestPortSummary>> GetGuestPortsAsync(string partition, CancellationToken cancellation) =>
        await AllAsync<GuestPortSummary>(partition, "guest-ports", cancellation).ConfigureAwait(false) ?? [];

    public Task<VmBusSummary?> GetVmBusAsync(string partition, CancellationToken cancellation) =>
        FindAsync<VmBusSummary>(ApiPath.Partition(partition, "vmbus"), cancellation);

    public Task<BootProgress?> GetBootAsync(string partition, CancellationToken cancellation) =>
        FindAsync<BootProgress>(ApiPath.Partition(partition, "boot"), cancellation);

    public async Task<IReadOnlyList<MonitorPageSummary>> GetMonitorPagesAsync(string partition, CancellationToken cancellation) =>
        (await FindAsync<ListPage<MonitorPageSummary>>(ApiPath.Partition(partition, "monitor-pages"), cancellation).ConfigureAwait(false))?.Items ?? [];

    public async IAsyncEnumerable<SerialChunk> WatchSerialAsync(
        string partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = new ServerEvents(http, () => ApiPath.Partition(partition, "serial"), time) { EndsWithTheDaemon = true };
        await using var chunks = stream.ReadAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (true)
        {
            try
            {
                if (!await chunks.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (SynicProblemException e) when (e.IsForbidden)
            {
                throw new SynicForbiddenException(e.Message, e);
            }
            catch (SynicProblemException e) when (IsAbsence(e))
            {
                yield break;
            }

            yield return SynicJson.Read<SerialChunk>(chunks.Current.Data);
        }
    }

    private async Task<OverviewSnapshot> OverviewAsync(CancellationToken cancellation)
    {
        var index = await GetAsync<ApiIndex>(ApiPath.Of(), cancellation).ConfigureAwait(false);
        var partitions = await GetAsync<ListPage<PartitionSummary>>(ApiPath.Of("partitions"), cancellation).ConfigureAwait(false);
        var failing = new List<FailingPort>();
        foreach (var partition in partitions.Items)
        {
            var path = ApiPath.Partition(partition.Name, "ports").With("sort", "-failuresPerSecond").With("limit", TopFailing);
            var ports = await FindAsync<ListPage<PortSummary>>(path, cancellation).ConfigureAwait(false);
            failing.AddRange((ports?.Items ?? []).Where(static p => p.FailuresPerSecond > 0).Select(p => new FailingPort(partition.Name, p)));
        }

        return new OverviewSnapshot
        {
            Partitions = partitions.Items,
            TopFailing = [.. failing.OrderByDescending(static f => f.Port.FailuresPerSecond).Take(TopFailing)],
            DaemonVersion = index.Version,
            Lab = index.Lab,
            AsOf = partitions.AsOf,
        };
    }

    private async Task<IReadOnlyList<T>?> AllAsync<T>(string partition, string list, CancellationToken cancellation)
    {
        var all = new List<T>();
        try
        {
            var pages = http.PagesAsync<T>(
                cursor => ApiPath.Partition(partition, list).With("limit", SynicHttp.MaxPage).With("cursor", cursor), cancellation);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                all.AddRange(page.Value.Items);
            }
        }
        catch (SynicProblemException e) when (IsAbsence(e))
        {
            return null;
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }

        return all;
    }

    private async Task<T?> FindAsync<T>(ApiPath path, CancellationToken cancellation, TimeSpan? timeout = null)
        where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellation, timeout).ConfigureAwait(false);
        }
        catch (SynicProblemException e) when (IsAbsence(e))
        {
            return null;
        }
    }

    private async Task<T> GetAsync<T>(ApiPath path, CancellationToken cancellation, TimeSpan? timeout = null)
        where T : class
    {
        try
        {
            return (await http.GetAsync<T>(path, cancellation, timeout).ConfigureAwait(false)).Value;
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
    }

    // No such partition, or it lacks what was asked for: the pages show that as nothing, not as a failure.
    private static bool IsAbsence(SynicProblemException e) => e.Status is 404 or 501;
}
