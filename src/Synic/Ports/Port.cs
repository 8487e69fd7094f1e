using Synic.Hv;
using Synic.Interop;

namespace Synic.Ports;

/// <summary>Which call a port answers.</summary>
public enum PortKind : byte
{
    /// <summary>HvPostMessage.</summary>
    Message,

    /// <summary>HvSignalEvent.</summary>
    Event,
}

/// <summary>
/// What the guest reaches by a connection id. The published object is the port itself, so that a hypercall touches one
/// cache line less; derive from <see cref="MessagePort"/> or <see cref="EventPort"/>.
/// </summary>
public abstract class Port
{
    private PortRegistration? _registration; // the only field: with thousands of ports, every byte here is a cache miss

    private protected Port()
    {
    }

    public PortKind Kind => this is MessagePort ? PortKind.Message : PortKind.Event;

    /// <summary>Callers of a lower VTL are denied.</summary>
    public Vtl MinimumVtl => _registration?.MinimumVtl ?? default;

    public ConnectionId Connection => _registration?.Connection ?? default;

    /// <summary>Unique for each registration in this process, and never used again; 0 before the registration.</summary>
    public long Generation => _registration?.Generation ?? 0;

    /// <summary>The registration that this port serves.</summary>
    internal PortRegistration Registration =>
        _registration ?? throw new InvalidOperationException("this port is not registered");

    /// <summary>A port object serves one registration.</summary>
    internal void Bind(PortRegistration registration)
    {
        if (Interlocked.CompareExchange(ref _registration, registration, null) is not null)
        {
            throw new InvalidOperationException("this port object was registered before; make a new one");
        }
    }

    protected internal virtual bool TryHandleMessage(PostedMessage message, bool trusted) => false;

    protected internal virtual void HandleEvent(ushort flag)
    {
    }
}

/// <summary>Receives what the guest posts (HvPostMessage).</summary>
public abstract class MessagePort : Port
{
    /// <summary>Takes a message, or says that there is no room for it now.</summary>
    /// <param name="message">A copy that is gone when this returns.</param>
    /// <param name="trusted">It came without a host-visible detour (confidential partitions); false on KVM and WHP.</param>
    /// <returns>False: the guest gets HV_STATUS_INSUFFICIENT_BUFFERS and tries again.</returns>
    /// <remarks>Runs on the VP's thread with no lock held. Must not block, and must not dispose a port that is
    /// itself inside a callback which disposes this one.</remarks>
    protected internal abstract override bool TryHandleMessage(PostedMessage message, bool trusted);
}

/// <summary>Is signalled by the guest (HvSignalEvent, or a monitor bit).</summary>
public abstract class EventPort : Port
{
    /// <summary>
    /// The event that the hypervisor may signal by itself, without a call here; null when there is none. The owner
    /// waits on it. It carries no flag number.
    /// </summary>
    public virtual HostEvent? HostEvent => null;

    /// <summary>The port tells flag numbers apart, so the hypervisor must not take a shortcut that loses them.</summary>
    public virtual bool FlagsMatter => HostEvent is null;

    /// <summary>Takes a signal.</summary>
    /// <param name="flag">As the guest gave it, any 16 bits; 0 from a monitor bit.</param>
    /// <remarks>Runs on the VP's thread with no lock held; must not block.</remarks>
    protected internal abstract override void HandleEvent(ushort flag);
}
