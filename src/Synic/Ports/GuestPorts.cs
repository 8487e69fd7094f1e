using Synic.Hv;

namespace Synic.Ports;

/// <summary>What became of a message for the guest. The names are the label values of the metrics.</summary>
public enum GuestPostResult
{
    /// <summary>It is in the guest's message slot.</summary>
    Delivered,

    /// <summary>It waits: the slot is taken, or the guest has not turned its SynIC or its message page on.</summary>
    Deferred,

    /// <summary>Dropped: the queue of this SINT is full.</summary>
    QueueFull,

    /// <summary>Dropped: the guest masked the SINT.</summary>
    Masked,

    /// <summary>Dropped: the partition has no such VP.</summary>
    InvalidVp,

    /// <summary>Dropped: SINTs are 0 to 15.</summary>
    InvalidSint,

    /// <summary>Refused: more than 240 bytes, or type 0.</summary>
    InvalidMessage,

    /// <summary>Dropped: the partition has ended.</summary>
    PartitionGone,
}

/// <summary>What became of an event flag for the guest.</summary>
public enum GuestSignalResult
{
    /// <summary>The flag was set and the interrupt raised.</summary>
    Interrupt,

    /// <summary>The flag was set already: the guest has not looked yet, no second interrupt.</summary>
    Coalesced,

    /// <summary>Not set: SCONTROL is off.</summary>
    SControlDisabled,

    /// <summary>Not set: SIEFP is off.</summary>
    SiefpDisabled,

    /// <summary>Not set: the SINT is masked.</summary>
    Masked,

    /// <summary>Not set: the partition has no such VP.</summary>
    InvalidVp,

    /// <summary>Not set: SINTs are 0 to 15.</summary>
    InvalidSint,

    /// <summary>Not set: flags are 0 to 2047.</summary>
    InvalidFlag,

    /// <summary>Not set: the partition has ended.</summary>
    PartitionGone,
}

/// <summary>Sends messages to one SINT of one VP; the queue behind it is bounded.</summary>
public interface IGuestMessagePort : IDisposable
{
    /// <summary>Queues a message; it reaches the guest's slot when that is free, in the order of posting.</summary>
    /// <param name="type">Not 0.</param>
    /// <param name="payload">At most 240 bytes.</param>
    GuestPostResult TryPost(uint type, ReadOnlySpan<byte> payload);

    /// <summary>As <see cref="TryPost"/>, but waits while the queue is full.</summary>
    ValueTask<GuestPostResult> PostAsync(uint type, ReadOnlyMemory<byte> payload, CancellationToken cancellation);

    /// <summary>Later messages go to this VP; those queued stay where they are.</summary>
    void SetTargetVp(VpIndex vp);
}

/// <summary>Sets one event flag of one SINT of one VP.</summary>
public interface IGuestEventPort : IDisposable
{
    GuestSignalResult Signal();

    /// <summary>Later signals go to this VP.</summary>
    void SetTargetVp(VpIndex vp);

    /// <summary>Later signals go there.</summary>
    void SetTarget(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag);
}

/// <summary>What the table of guest ports shows of one.</summary>
/// <param name="Id">Unique in the partition.</param>
/// <param name="IsMessage">A message port; otherwise an event port.</param>
/// <param name="Vtl">Target.</param>
/// <param name="Vp">Target.</param>
/// <param name="Sint">Target.</param>
/// <param name="Flag">Event ports only.</param>
/// <param name="LastResult">The name of the last outcome; null before the first.</param>
/// <param name="Calls">Posts or signals so far.</param>
public readonly record struct GuestPortInfo(
    long Id, bool IsMessage, Vtl Vtl, VpIndex Vp, SintIndex Sint, ushort? Flag, string? LastResult, long Calls);
