using Synic.Ports;

namespace Synic.VmBus;

/// <summary>Why a message of the guest had no effect, or had a refusal for an answer.</summary>
public enum VmBusRefusal
{
    /// <summary>Posted to a control port, but not as a channel message.</summary>
    WrongMessageType,

    /// <summary>Shorter than its type's fields.</summary>
    TooShort,

    /// <summary>No such message.</summary>
    UnknownMessage,

    /// <summary>Only the host sends it.</summary>
    HostMessage,

    /// <summary>Not before a contact, or after an unload.</summary>
    NotConnected,

    /// <summary>Not on the connection that was agreed.</summary>
    WrongConnection,

    /// <summary>Not part of the agreed version.</summary>
    NotInVersion,

    /// <summary>Belongs to a feature that was not agreed.</summary>
    FeatureNotAgreed,

    /// <summary>Understood, and never granted: sockets and reserved channels.</summary>
    NotSupported,

    /// <summary>A contact with a version that the host does not speak.</summary>
    UnsupportedVersion,

    /// <summary>A contact or channel with a VP, SINT or VTL that cannot be used.</summary>
    InvalidTarget,

    /// <summary>A contact with pages that cannot be used.</summary>
    InvalidPages,

    /// <summary>The offers were delivered before.</summary>
    OffersRepeated,
    UnknownChannel,

    /// <summary>The channel is not in a state in which the message means something.</summary>
    ChannelState,
    UnknownGpadl,
    GpadlDuplicate,

    /// <summary>Ranges that do not add up.</summary>
    GpadlMalformed,
    GpadlOutsideMemory,

    /// <summary>More than one connection may have.</summary>
    GpadlLimit,
    GpadlInUse,

    /// <summary>A GPADL that cannot hold rings, or indices in them that make no sense.</summary>
    RingInvalid,

    /// <summary>The channel's port could not be registered.</summary>
    PortRefused,
}

/// <summary>What a guest did to a ring, after which its channel is no longer served.</summary>
public enum VmBusRingFault
{
    /// <summary>An index outside of the ring, or not a multiple of 8.</summary>
    InvalidIndex,

    /// <summary>A packet that is longer than what is in the ring, or shorter than its header.</summary>
    PacketLength,

    /// <summary>Payload that begins before the header ends or behind the packet.</summary>
    PacketOffset,
    PacketFlags,
    PacketType,

    /// <summary>Longer than any channel takes.</summary>
    PacketTooLarge,

    /// <summary>The ring's pages cannot be reached.</summary>
    MemoryGone,

    /// <summary>The host's own device failed.</summary>
    DeviceFailed,
}

/// <summary>What the server counted, from any thread.</summary>
internal sealed class VmBusCounters
{
    private readonly long[] _refusals = new long[Enum.GetValues<VmBusRefusal>().Length];
    private readonly long[] _faults = new long[Enum.GetValues<VmBusRingFault>().Length];
    private readonly long[] _posts = new long[Enum.GetValues<GuestPostResult>().Length];
    private long _received;
    private long _busy;

    public long Received => Volatile.Read(ref _received);

    /// <summary>Refused because the queue was full; the guest tries again.</summary>
    public long Busy => Volatile.Read(ref _busy);

    public IReadOnlyDictionary<VmBusRefusal, long> Refusals => ByReason<VmBusRefusal>(_refusals);

    public IReadOnlyDictionary<VmBusRingFault, long> Faults => ByReason<VmBusRingFault>(_faults);

    public IReadOnlyDictionary<GuestPostResult, long> Posts => ByReason<GuestPostResult>(_posts);

    public long this[VmBusRefusal reason] => Volatile.Read(ref _refusals[(int)reason]);

    public long this[VmBusRingFault fault] => Volatile.Read(ref _faults[(int)fault]);

    public long this[GuestPostResult result] => Volatile.Read(ref _posts[(int)result]);

    public void CountReceived() => Interlocked.Increment(ref _received);

    public void CountBusy() => Interlocked.Increment(ref _busy);

    public void Count(VmBusRefusal reason) => Interlocked.Increment(ref _refusals[(int)reason]);

    public void Count(VmBusRingFault fault) => Interlocked.Increment(ref _faults[(int)fault]);

    public void Count(GuestPostResult result) => Interlocked.Increment(ref _posts[(int)result]);

    private static Dictionary<T, long> ByReason<T>(long[] counts)
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        var result = new Dictionary<T, long>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            result.Add(values[i], Volatile.Read(ref counts[i]));
        }

        return result;
    }
}
