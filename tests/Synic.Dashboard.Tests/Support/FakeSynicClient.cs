using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Tests.Support;

/// <summary>A daemon that says what the test puts into its channels, and fails how the test asks.</summary>
internal sealed partial class FakeSynicClient : ISynicClient
{
    private int _watching;

    public Channel<OverviewSnapshot> Overview { get; } = Channel.CreateUnbounded<OverviewSnapshot>();

    public BackendSummary? Backend { get; set; }

    public IReadOnlyList<VpSummary> Vps { get; set; } = [];

    public IReadOnlyList<GuestPortSummary> GuestPorts { get; set; } = [];

    public VmBusSummary? VmBus { get; set; }

    public BootProgress? Boot { get; set; }

    public IReadOnlyList<MonitorPageSummary> MonitorPages { get; set; } = [];

    public Channel<SerialChunk> Serial { get; set; } = Channel.CreateUnbounded<SerialChunk>();

    /// <summary>How many streams a page holds open now.</summary>
    public int Watching => Volatile.Read(ref _watching);

    public IAsyncEnumerable<OverviewSnapshot> WatchOverviewAsync(CancellationToken cancellation) =>
        ReadAsync(Overview, cancellation);

    public Task<BackendSummary?> GetBackendAsync(string partition, CancellationToken cancellation) => Task.FromResult(Backend);

    public Task<IReadOnlyList<VpSummary>> GetVpsAsync(string partition, CancellationToken cancellation) => Task.FromResult(Vps);

    public Task<IReadOnlyList<GuestPortSummary>> GetGuestPortsAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(GuestPorts);

    public Task<VmBusSummary?> GetVmBusAsync(string partition, CancellationToken cancellation) => Task.FromResult(VmBus);

    public Task<BootProgress?> GetBootAsync(string partition, CancellationToken cancellation) => Task.FromResult(Boot);

    public Task<IReadOnlyList<MonitorPageSummary>> GetMonitorPagesAsync(string partition, CancellationToken cancellation) =>
        Task.FromResult(MonitorPages);

    public IAsyncEnumerable<SerialChunk> WatchSerialAsync(string partition, CancellationToken cancellation) =>
        ReadAsync(Serial, cancellation);

    private async IAsyncEnumerable<T> ReadAsync<T>(
        Channel<T> channel, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Interlocked.Increment(ref _watching);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellation))
            {
                yield return item;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watching);
        }
    }
}
