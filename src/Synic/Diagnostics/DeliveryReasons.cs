using System.Text.Json;

namespace Synic.Diagnostics;

/// <summary>Why a message for the guest waits.</summary>
public enum DeferReason
{
    /// <summary>The guest has not taken the message before it.</summary>
    SlotBusy,

    /// <summary>The guest has no message page.</summary>
    SimpDisabled,

    /// <summary>The guest turned the SynIC of the VP off.</summary>
    ScontrolDisabled,

    /// <summary>The VP has not started.</summary>
    VpOffline,

    /// <summary>A fault rule holds it back.</summary>
    Held,
}

/// <summary>Why a message for the guest was thrown away.</summary>
public enum DropReason
{
    Masked,
    QueueFull,
    InvalidVp,
    InvalidSint,
    Reset,
    InvalidMessage,
    PartitionGone,

    /// <summary>A fault rule threw it away; the host was told that it was taken.</summary>
    Injected,
}

/// <summary>What became of a signal for the guest.</summary>
public enum EventResult
{
    /// <summary>The flag was clear and is now set.</summary>
    Interrupt,

    /// <summary>The flag was set already.</summary>
    Coalesced,

    /// <summary>Not set; <see cref="EventDropReason"/> says why.</summary>
    Dropped,
}

/// <summary>Why an event flag was not set.</summary>
public enum EventDropReason
{
    SiefpDisabled,
    ScontrolDisabled,
    Masked,
    InvalidVp,
    InvalidSint,
    InvalidFlag,
    PartitionGone,

    /// <summary>A fault rule kept it from being set; the host was told that it was.</summary>
    Injected,
}

/// <summary>What a guest's write of EOM brought it.</summary>
public enum EomResult
{
    /// <summary>At least one message that waited reached its slot.</summary>
    Redelivered,

    NothingPending,
}

/// <summary>The label values of the delivery metrics, the same words in the API and on the pages.</summary>
public static class DeliveryLabels
{
    /// <summary>SlotBusy becomes <c>slot_busy</c>.</summary>
    public static string Of<TReason>(TReason reason)
        where TReason : struct, Enum => Cache<TReason>.Labels[reason];

    private static class Cache<TReason>
        where TReason : struct, Enum
    {
        public static readonly Dictionary<TReason, string> Labels = Enum.GetValues<TReason>()
            .ToDictionary(reason => reason, reason => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()));
    }
}
