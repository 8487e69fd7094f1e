using Synic.Emulation;
using Synic.Hv;
using Synic.Interop;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Backends;

/// <summary>
/// What ports see of a partition whose SynIC state is kept here: guest messages and events go through the emulation,
/// host events through whatever shortcut the backend has.
/// </summary>
internal sealed class UserSynic(GlobalSynic synic, UserMonitors? monitors, Func<ConnectionId, HostEvent, IDisposable?>? hostEventPort)
    : ISynic
{
    public bool PrefersHostEvents => false;

    public ISynicMonitor? MonitorSupport => monitors;

    public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload) =>
        synic.PostMessage(vtl, vp, sint, type, payload);

    public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) =>
        synic.WaitForRoomAsync(vtl, vp, sint, cancellation);

    public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) =>
        synic.SignalEvent(vtl, vp, sint, flag);

    public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => synic.QueueLength(vtl, vp, sint);

    public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent) =>
        hostEventPort?.Invoke(connection, hostEvent);
}
