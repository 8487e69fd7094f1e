using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>All that the pages know of the daemon, which may be this process or another one.</summary>
/// <remarks>
/// A watch gives the present at once, then at least one snapshot a second (so that ages stay true) and at most four.
/// It is pulled: a reader that is slow gets fewer snapshots, never old ones, and the runtime never waits for it.
/// A member throws <see cref="SynicForbiddenException"/> when the caller may not look, and
/// <see cref="SynicUnavailableException"/> when the daemon cannot be reached; the page keeps what it
/// has and asks again.
/// </remarks>
public interface ISynicClient : IPortClient, ILookClient, IFaultClient
{
    IAsyncEnumerable<OverviewSnapshot> WatchOverviewAsync(CancellationToken cancellation);

    /// <returns>Null when there is no such partition.</returns>
    Task<BackendSummary?> GetBackendAsync(string partition, CancellationToken cancellation);

    /// <returns>Empty when there is no such partition.</returns>
    Task<IReadOnlyList<VpSummary>> GetVpsAsync(string partition, CancellationToken cancellation);

    /// <returns>Empty when there is no such partition.</returns>
    Task<IReadOnlyList<GuestPortSummary>> GetGuestPortsAsync(string partition, CancellationToken cancellation);

    /// <summary>Null: no such partition (any more), or no VMBus in it.</summary>
    Task<VmBusSummary?> GetVmBusAsync(string partition, CancellationToken cancellation);

    /// <summary>How far its guest came; null: no such partition (any more).</summary>
    Task<BootProgress?> GetBootAsync(string partition, CancellationToken cancellation);

    /// <summary>One for each VTL that has monitors; empty: no such partition, or its backend has none.</summary>
    Task<IReadOnlyList<MonitorPageSummary>> GetMonitorPagesAsync(string partition, CancellationToken cancellation);

    /// <summary>
    /// What the guest wrote to its serial port: first what is kept, then what comes. Ends at once when there is no such
    /// partition or it has no serial port, and when the partition is gone.
    /// </summary>
    /// <exception cref="SynicForbiddenException">Serial output needs the right "console"; while it is read, at the first step.</exception>
    IAsyncEnumerable<SerialChunk> WatchSerialAsync(string partition, CancellationToken cancellation);
}
