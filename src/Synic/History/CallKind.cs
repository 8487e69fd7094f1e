namespace Synic.History;

/// <summary>What a record is about. The names are the API's, see <see cref="CallLabels"/>.</summary>
public enum CallKind : byte
{
    None,

    /// <summary>HvPostMessage.</summary>
    Post,

    /// <summary>HvSignalEvent.</summary>
    Signal,

    /// <summary>A bit that the guest set in a monitor page.</summary>
    MonitorTrigger,

    /// <summary>A message for the guest: handed in, and once more when one that waited reached its slot.</summary>
    GuestMessage,

    /// <summary>An event flag for the guest.</summary>
    GuestEvent,

    /// <summary>The guest wrote EOM.</summary>
    Eom,

    /// <summary>The guest wrote another value to a SINT.</summary>
    SintChanged,

    PortAdded,
    PortRemoved,
    PortRefused,
    BackendState,
    FaultHit,
    FaultState,
    KillSwitch,
    Audit,

    /// <summary>Records that are missing here, and how many.</summary>
    Dropped,
}

/// <summary>Why a call was refused, a message waits or something was dropped.</summary>
public enum CallReason : byte
{
    None,

    // Refused before a port was looked up.
    PayloadTooLong,
    ReservedBits,
    MessageType,
    FlagRange,
    ConnectionRange,

    /// <summary>The control word or the input block itself: what it asked for is not known.</summary>
    InputBlock,

    // Refused by the lookup, or by the port.
    NoPort,
    WrongKind,
    VtlTooLow,
    PortFull,
    PortFaulted,

    // Monitor pages.
    UnknownId,
    OutsideArea,

    // For the guest; the words of the delivery metrics.
    SlotBusy,
    SimpDisabled,
    ScontrolDisabled,
    SiefpDisabled,
    VpOffline,
    Masked,
    QueueFull,
    InvalidVp,
    InvalidSint,
    InvalidFlag,
    InvalidMessage,
    Reset,
    PartitionGone,

    // Of missing records.
    RingFull,
    Overwritten,
    OtherRun,
    Limit,
}

/// <summary>What became of a message or an event flag for the guest, or of an EOM.</summary>
public enum DeliveryOutcome : ushort
{
    Delivered,
    Deferred,
    Dropped,
    Interrupt,
    Coalesced,
    Redelivered,
    NothingPending,
}
