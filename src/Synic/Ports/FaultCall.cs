using Synic.Hv;

namespace Synic.Ports;

/// <summary>Where a fault rule can act. The names are the label values of the metrics.</summary>
public enum FaultOperation : byte
{
    /// <summary>The guest's HvPostMessage.</summary>
    PostMessage,

    /// <summary>The guest's HvSignalEvent.</summary>
    SignalEvent,

    /// <summary>A bit that the guest set in a monitor page.</summary>
    MonitorTrigger,

    /// <summary>A message for the guest.</summary>
    GuestMessage,

    /// <summary>An event flag for the guest.</summary>
    GuestEvent,

    /// <summary>A port that is being registered.</summary>
    PortRegister,
}

/// <summary>What is about to happen, as fault rules see it. Members that an operation does not have keep their default.</summary>
public readonly ref struct FaultCall
{
    public required FaultOperation Operation { get; init; }

    /// <summary>Host-bound calls and registrations: any 32 bits.</summary>
    public ConnectionId Connection { get; init; }

    /// <summary>The caller's; of a guest-bound call the target; of a registration the least that may call.</summary>
    public Vtl Vtl { get; init; }

    /// <summary>The caller, <see cref="VpIndex.Any"/> when it is no VP; of a guest-bound call the target.</summary>
    public VpIndex Vp { get; init; }

    public SintIndex Sint { get; init; }

    public ushort Flag { get; init; }

    /// <summary>Monitor triggers, and registrations that have one.</summary>
    public MonitorId Monitor { get; init; }

    public uint MessageType { get; init; }

    /// <summary>A copy that nobody changes meanwhile.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Registrations only: the other calls' ports are looked up when a rule asks.</summary>
    public PortKind Kind { get; init; }

    /// <summary>Registrations only.</summary>
    public string? Owner { get; init; }
}
