using Synic.Interop;

namespace Synic.Ports.Handlers;

/// <summary>Counts signals. With a host event it also counts those that the hypervisor delivers by itself.</summary>
/// <remarks>
/// The event counts on its own, so nobody waits on it: it is emptied when somebody asks. Flag numbers do not matter here.
/// </remarks>
/// <param name="hostEvent">Null for a port that every signal reaches by a call. Disposed with the port.</param>
public sealed class CounterPort(HostEvent? hostEvent = null) : EventPort, IFastPathSignals, IDisposable
{
    private long _taken;
    private int _disposed;

    public override HostEvent? HostEvent => hostEvent;

    public override bool FlagsMatter => false;

    public long FastPathSignals
    {
        get
        {
            if (hostEvent is not null && Volatile.Read(ref _disposed) == 0)
            {
                Interlocked.Add(ref _taken, (long)hostEvent.Take());
            }

            return Volatile.Read(ref _taken);
        }
    }

    /// <summary>After the port's handle: until then the hypervisor may signal the event.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            hostEvent?.Dispose();
        }
    }

    protected internal override void HandleEvent(ushort flag)
    {
    }
}
