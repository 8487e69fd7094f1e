using Synic.Hv;
using Synic.Interop;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Benchmarks;

internal sealed class NoOpEventPort : EventPort
{
    protected internal override void HandleEvent(ushort flag)
    {
    }
}

internal sealed class CountingEventPort : EventPort
{
    private long _signals;

    protected internal override void HandleEvent(ushort flag) => Interlocked.Increment(ref _signals);
}

internal sealed class NoOpMessagePort : MessagePort
{
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) => true;
}

/// <summary>A backend with nothing to offer: the map alone is measured.</summary>
internal sealed class NoSynic : ISynic
{
    public bool PrefersHostEvents => false;

    public ISynicMonitor? MonitorSupport => null;

    public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload) =>
        GuestPostResult.PartitionGone;

    public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) => Task.CompletedTask;

    public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) => GuestSignalResult.PartitionGone;

    public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => 0;

    public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent) => null;
}
