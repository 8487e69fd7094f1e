using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components.Authorization;
using Synic.Contracts;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Dashboard.Client;
using Synic.VmBus;

namespace Synic.Daemon.Pages;

/// <summary>One page's view of the partitions in this process. Nothing is read while nobody watches.</summary>
internal sealed partial class InProcessSynicClient(
    PartitionRegistry registry, DaemonSettings settings, TimeProvider time, AuthenticationStateProvider authentication,
    IServiceProvider services) : ISynicClient
{
    private const int TopFailing = 10;

    /// <summary>At most this often, when something changed.</summary>
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>At least this often, so that ages stay true.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    public IAsyncEnumerable<OverviewSnapshot> WatchOverviewAsync(CancellationToken cancellation) =>
        WatchAsync(() => string.Join('|', registry.All.Select(static h => h.ChangeMark)), Overview, cancellation);

    public Task<BackendSummary?> GetBackendAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(registry.TryGet(partition, out var host) ? host.SummarizeBackend() : null);

    public Task<IReadOnlyList<VpSummary>> GetVpsAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(registry.TryGet(partition, out var host) ? host.SummarizeVps() : []);

    public Task<IReadOnlyList<GuestPortSummary>> GetGuestPortsAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(registry.TryGet(partition, out var host) ? host.SummarizeGuestPorts() : []);

    public Task<VmBusSummary?> GetVmBusAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(registry.TryGet(partition, out var host) ? host.VmBus?.Snapshot().ToSummary() : null);

    public Task<BootProgress?> GetBootAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(registry.TryGet(partition, out var host) ? host.Boot.Progress() : null);

    public Task<IReadOnlyList<MonitorPageSummary>> GetMonitorPagesAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(registry.TryGet(partition, out var host) ? host.SummarizeMonitorPages() ?? [] : []);

    public async IAsyncEnumerable<SerialChunk> WatchSerialAsync(
        string partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // The same right as for the API's serial route: a guest prints what its owner would not show to everybody.
        var caller = await authentication.GetAuthenticationStateAsync().ConfigureAwait(false);
        if (caller.User.Identity?.IsAuthenticated != true)
        {
            throw new SynicForbiddenException(
                "Serial output needs the right \"console\": open the link that the daemon printed when it started, or a new one from POST /api/v1/login-links.");
        }

        if (registry.TryGet(partition, out var host))
        {
            await foreach (var chunk in host.Serial.Ring.ReadAsync(cancellation).ConfigureAwait(false))
            {
                yield return chunk;
            }
        }
    }

    private async IAsyncEnumerable<T> WatchAsync<T>(
        Func<string> mark, Func<T> take, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var seen = mark();
            yield return take();
            var waited = TimeSpan.Zero;
            do
            {
                await Task.Delay(s_shortest, time, cancellation).ConfigureAwait(false);
                waited += s_shortest;
            }
            while (waited < s_longest && mark() == seen);
        }
    }

    private OverviewSnapshot Overview() => new()
    {
        Partitions = [.. registry.All.Select(static h => h.Summarize())],
        TopFailing = [.. registry.All.SelectMany(static h => h.FailingPorts(TopFailing)).OrderByDescending(static f => f.Port.FailuresPerSecond).Take(TopFailing)],
        DaemonVersion = BuildInfo.Version,
        Lab = settings.Lab,
        AsOf = time.GetUtcNow(),
    };
}
