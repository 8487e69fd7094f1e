using Synic.Hv;
using Synic.Interop;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>What a backend's synthetic interrupt controller gives to the ports of its partition.</summary>
/// <remarks>Every member may be called from any thread, and after the partition has ended.</remarks>
public interface ISynic
{
    /// <summary>The backend would rather signal an OS event than call back (WHP yes, KVM no).</summary>
    bool PrefersHostEvents { get; }

    /// <summary>Null when the backend has no monitor pages.</summary>
    ISynicMonitor? MonitorSupport { get; }

    /// <summary>Queues a message for a SINT.</summary>
    GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload);

    /// <summary>Completes when the queue of the SINT has room again, or never will.</summary>
    Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation);

    /// <summary>Sets an event flag of a SINT.</summary>
    GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag);

    /// <summary>Messages that wait for a SINT.</summary>
    int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint);

    /// <summary>Lets the hypervisor signal the event itself when the guest signals the connection with flag 0.</summary>
    /// <returns>Null when the backend has no such path.</returns>
    /// <exception cref="HypervisorException">The hypervisor refused.</exception>
    IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent);
}
