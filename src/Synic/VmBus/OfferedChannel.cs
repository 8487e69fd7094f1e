using Synic.Hv;

namespace Synic.VmBus;

/// <summary>Where a channel stands.</summary>
public enum VmBusChannelState
{
    /// <summary>The guest may open it once it asked for offers.</summary>
    Offered,
    Open,

    /// <summary>Open for the guest, no longer served: see the fault. The guest may close it and open it again.</summary>
    Faulted,

    /// <summary>Taken back; the id is in use until the guest releases it.</summary>
    Rescinded,
}

/// <summary>A channel that the host has under an id: its device, and what this connection made of it.</summary>
/// <remarks>The worker writes, others read.</remarks>
internal sealed class OfferedChannel(uint id, IVmBusChannelDevice device)
{
    private volatile OpenChannel? _open;
    private int _monitor = MonitorId.None.Value;
    private volatile bool _rescinded;

    public uint Id => id;

    public IVmBusChannelDevice Device => device;

    /// <summary>The guest signals the channel there (OpenVMM: channel | sint &lt;&lt; 12 | vtl &lt;&lt; 16).</summary>
    public ConnectionId Connection => new(id | ((uint)SintIndex.VmBus.Value << 12));

    /// <summary>Not valid: none was given.</summary>
    public MonitorId Monitor
    {
        get => new((byte)Volatile.Read(ref _monitor));
        set => Volatile.Write(ref _monitor, value.Value);
    }

    public bool Rescinded
    {
        get => _rescinded;
        set => _rescinded = value;
    }

    /// <summary>An offer for it was sent in this connection.</summary>
    public bool Announced { get; set; }

    public OpenChannel? Open
    {
        get => _open;
        set => _open = value;
    }

    public VmBusChannelState State =>
        _rescinded ? VmBusChannelState.Rescinded
        : _open is not { } open ? VmBusChannelState.Offered
        : open.Fault is null ? VmBusChannelState.Open : VmBusChannelState.Faulted;
}
