using System.Buffers.Binary;
using System.Diagnostics;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Hypercalls;

/// <summary>
/// HvPostMessage, HvSignalEvent and their direct forms: everything that is checked before a port is asked, in the
/// words of one dialect.
/// </summary>
/// <remarks>Every call is counted once, also when it is refused before the port map sees it.</remarks>
public sealed class PortHypercalls
{
    /// <summary>One call in this many is timed: reading the clock twice would cost as much as the call.</summary>
    private const uint SampleInterval = 64;

    private readonly SynicPortMap _map;
    private readonly ISynic _synic;
    private readonly IDispatchTimings? _timings;
    private readonly CallTap? _tap; // read once per call; what else may look at every call goes beside it

    /// <param name="map">The ports; it answers calls to a port of the wrong kind as the dialect wants from now on.</param>
    /// <param name="synic">The target of the direct forms.</param>
    /// <param name="dialect">Whose answers to give.</param>
    /// <param name="timings">Null: nothing is timed.</param>
    /// <param name="tap">Every call is written down there; null for nowhere.</param>
    public PortHypercalls(
        SynicPortMap map, ISynic synic, SynicDialect dialect, IDispatchTimings? timings = null, CallTap? tap = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(synic);
        _map = map;
        _synic = synic;
        _timings = timings;
        _tap = tap;
        Dialect = dialect;
        map.WrongKindStatus = dialect == SynicDialect.Tlfs ? HvStatus.InvalidPortId : HvStatus.InvalidConnectionId;
    }

    public SynicDialect Dialect { get; }

    /// <summary>HvPostMessage.</summary>
    /// <param name="context">The calling VP's.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="connection">As the guest gave it, any 32 bits.</param>
    /// <param name="type">The message type.</param>
    /// <param name="payload">A copy of what the guest wrote.</param>
    public HvStatus PostMessage(
        DispatchContext context, Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > HvMessage.MaxPayload)
        {
            return Refuse(
                context, vtl, PayloadTooLong, new(CallKind.Post, CallReason.PayloadTooLong, connection, type, (uint)payload.Length));
        }

        if (Dialect != SynicDialect.OpenVmm)
        {
            if (Dialect == SynicDialect.Tlfs && !IsGuestType(type))
            {
                return Refuse(
                    context, vtl, HvStatus.InvalidParameter,
                    new(CallKind.Post, CallReason.MessageType, connection, type, (uint)payload.Length));
            }

            if (Dialect == SynicDialect.Qemu)
            {
                connection = new ConnectionId(connection.Value & ConnectionId.MaxValue); // QEMU drops the top byte of a post
            }
        }

        var message = new PostedMessage(type, payload);
        if (_timings is null || ++context.PostsSeen % SampleInterval != 0)
        {
            var status = _map.HandlePostMessage(context, vtl, connection, trusted: false, message);
            if (_tap is { } tap)
            {
                CallWriter.Post(tap, context, vtl, connection, message, status, nanoseconds: 0);
            }

            return status;
        }

        return TimePost(_timings, context, vtl, connection, message);
    }

    /// <summary>HvPostMessage, from its input block.</summary>
    /// <param name="context">The calling VP's.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="block">A copy of the block, <see cref="PostMessageInput.Size"/> bytes.</param>
    public HvStatus PostMessage(DispatchContext context, Vtl vtl, ReadOnlySpan<byte> block)
    {
        block = block[..PostMessageInput.Size];
        var connection = new ConnectionId(BinaryPrimitives.ReadUInt32LittleEndian(block[PostMessageInput.ConnectionOffset..]));
        var type = BinaryPrimitives.ReadUInt32LittleEndian(block[PostMessageInput.TypeOffset..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(block[PostMessageInput.PayloadSizeOffset..]);
        if (size > HvMessage.MaxPayload)
        {
            return Refuse(context, vtl, PayloadTooLong, new(CallKind.Post, CallReason.PayloadTooLong, connection, type, size));
        }

        var reserved = BinaryPrimitives.ReadUInt32LittleEndian(block[PostMessageInput.ReservedOffset..]);
        return Dialect == SynicDialect.Tlfs && reserved != 0
            ? Refuse(
                context, vtl, HvStatus.InvalidParameter, new(CallKind.Post, CallReason.ReservedBits, connection, type, size))
            : PostMessage(context, vtl, connection, type, block.Slice(PostMessageInput.PayloadOffset, (int)size));
    }

    /// <summary>HvSignalEvent.</summary>
    /// <param name="context">The calling VP's.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="connection">As the guest gave it, any 32 bits.</param>
    /// <param name="flag">As the guest gave it, any 16 bits.</param>
    public HvStatus SignalEvent(DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag)
    {
        if (Dialect != SynicDialect.OpenVmm && CheckSignal(connection, flag) is { IsSuccess: false } refusal)
        {
            var reason = refusal == HvStatus.InvalidHypercallInput ? CallReason.ConnectionRange : CallReason.FlagRange;
            return Refuse(context, vtl, refusal, new(CallKind.Signal, reason, connection, Flag: flag));
        }

        if (_timings is null || ++context.SignalsSeen % SampleInterval != 0)
        {
            var status = _map.HandleSignalEvent(context, vtl, connection, flag);
            if (_tap is { } tap)
            {
                CallWriter.Signal(tap, context, vtl, connection, flag, status, nanoseconds: 0);
            }

            return status;
        }

        return TimeSignal(_timings, context, vtl, connection, flag);
    }

    /// <summary>HvSignalEvent, from its input block or, in the fast form, from RDX.</summary>
    /// <param name="context">The calling VP's.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="input">Connection in bits 31:0, flag in bits 47:32, the rest reserved.</param>
    public HvStatus SignalEvent(DispatchContext context, Vtl vtl, ulong input)
    {
        var connection = new ConnectionId((uint)input);
        var flag = (ushort)(input >> (8 * SignalEventInput.FlagOffset));
        if (Dialect == SynicDialect.OpenVmm || input >> (8 * SignalEventInput.ReservedOffset) == 0)
        {
            return SignalEvent(context, vtl, connection, flag);
        }

        // QEMU looks at the flag before it looks at the reserved bits.
        var status = Dialect == SynicDialect.Tlfs ? HvStatus.InvalidParameter
            : flag != 0 ? HvStatus.InvalidPortId
            : HvStatus.InvalidHypercallInput;
        return Refuse(context, vtl, status, new(CallKind.Signal, CallReason.ReservedBits, connection, Flag: flag));
    }

    /// <summary>HvPostMessageDirect to the caller's own partition.</summary>
    /// <param name="vtl">The caller's.</param>
    /// <param name="self">The calling VP.</param>
    /// <param name="block">A copy of the block, <see cref="PostMessageDirectInput.Size"/> bytes.</param>
    public HvStatus PostMessageDirect(Vtl vtl, VpIndex self, ReadOnlySpan<byte> block)
    {
        var status = DirectTarget(block, PostMessageDirectInput.VtlOffset, vtl, self, out var target, out var vp);
        if (!status.IsSuccess)
        {
            return status;
        }

        var message = block.Slice(PostMessageDirectInput.MessageOffset, HvMessage.Size);
        if (message[HvMessage.PayloadSizeOffset] > HvMessage.MaxPayload)
        {
            return HvStatus.InvalidParameter;
        }

        var sint = new SintIndex(block[PostMessageDirectInput.SintOffset]);
        return _synic.PostMessage(target, vp, sint, HvMessage.ReadType(message), HvMessage.ReadPayload(message)) switch
        {
            GuestPostResult.Delivered or GuestPostResult.Deferred => HvStatus.Success,
            GuestPostResult.QueueFull => HvStatus.InsufficientBuffers,
            GuestPostResult.Masked => HvStatus.InvalidSynicState,
            GuestPostResult.InvalidVp => HvStatus.InvalidVpIndex,
            GuestPostResult.PartitionGone => HvStatus.InvalidPartitionState,
            _ => HvStatus.InvalidParameter,
        };
    }

    /// <summary>HvSignalEventDirect to the caller's own partition.</summary>
    /// <param name="vtl">The caller's.</param>
    /// <param name="self">The calling VP.</param>
    /// <param name="block">A copy of the block, <see cref="SignalEventDirectInput.Size"/> bytes.</param>
    /// <param name="newlySignaled">The flag was not set before.</param>
    public HvStatus SignalEventDirect(Vtl vtl, VpIndex self, ReadOnlySpan<byte> block, out bool newlySignaled)
    {
        newlySignaled = false;
        var status = DirectTarget(block, SignalEventDirectInput.VtlOffset, vtl, self, out var target, out var vp);
        if (!status.IsSuccess)
        {
            return status;
        }

        var sint = new SintIndex(block[SignalEventDirectInput.SintOffset]);
        var flag = BinaryPrimitives.ReadUInt16LittleEndian(block[SignalEventDirectInput.FlagOffset..]);
        var result = _synic.SignalEvent(target, vp, sint, flag);
        newlySignaled = result == GuestSignalResult.Interrupt;
        return result switch
        {
            GuestSignalResult.Interrupt or GuestSignalResult.Coalesced => HvStatus.Success,
            GuestSignalResult.Masked or GuestSignalResult.SControlDisabled or GuestSignalResult.SiefpDisabled =>
                HvStatus.InvalidSynicState,
            GuestSignalResult.InvalidVp => HvStatus.InvalidVpIndex,
            GuestSignalResult.PartitionGone => HvStatus.InvalidPartitionState,
            _ => HvStatus.InvalidParameter,
        };
    }

    /// <summary>Counts and writes down a call that was refused before a port could be looked up.</summary>
    internal HvStatus Refuse(DispatchContext context, Vtl vtl, HvStatus status, RefusedCall call)
    {
        if (call.Kind == CallKind.Post)
        {
            context.Counters.CountPost(vtl);
            context.Counters.CountPostFailure(status);
        }
        else
        {
            context.Counters.CountSignal(vtl, SignalPath.Hypercall);
            context.Counters.CountSignalFailure(status, SignalPath.Hypercall);
        }

        if (_tap is { } tap)
        {
            CallWriter.Refused(tap, context, vtl, status, in call);
        }

        return status;
    }

    private HvStatus TimePost(
        IDispatchTimings timings, DispatchContext context, Vtl vtl, ConnectionId connection, PostedMessage message)
    {
        var start = Stopwatch.GetTimestamp();
        var status = _map.HandlePostMessage(context, vtl, connection, trusted: false, message);
        var elapsed = Stopwatch.GetElapsedTime(start);
        timings.RecordPost(elapsed.TotalSeconds);
        if (_tap is { } tap)
        {
            CallWriter.Post(tap, context, vtl, connection, message, status, Nanoseconds(elapsed));
        }

        return status;
    }

    private HvStatus TimeSignal(IDispatchTimings timings, DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag)
    {
        var start = Stopwatch.GetTimestamp();
        var status = _map.HandleSignalEvent(context, vtl, connection, flag);
        var elapsed = Stopwatch.GetElapsedTime(start);
        timings.RecordSignal(elapsed.TotalSeconds);
        if (_tap is { } tap)
        {
            CallWriter.Signal(tap, context, vtl, connection, flag, status, Nanoseconds(elapsed));
        }

        return status;
    }

    // In steps of 100; at least one of them, since 0 says "not timed".
    private static uint Nanoseconds(TimeSpan elapsed) => (uint)Math.Clamp(elapsed.TotalNanoseconds, 100, uint.MaxValue);

    private HvStatus PayloadTooLong =>
        Dialect == SynicDialect.Qemu ? HvStatus.InvalidHypercallInput : HvStatus.InvalidParameter;

    private static bool IsGuestType(uint type) => type != HvMessage.TypeNone && (type & HvMessage.TypeHypervisorMask) == 0;

    // For the dialects that look at the words themselves. The TLFS lets a port have fewer flags than a SINT; ours have all.
    private HvStatus CheckSignal(ConnectionId connection, ushort flag) => Dialect switch
    {
        SynicDialect.Tlfs when flag >= SignalEventInput.FlagCount => HvStatus.InvalidParameter,
        SynicDialect.Qemu when flag != 0 => HvStatus.InvalidPortId,
        SynicDialect.Qemu when !connection.IsValid => HvStatus.InvalidHypercallInput,
        _ => HvStatus.Success,
    };

    private static HvStatus DirectTarget(
        ReadOnlySpan<byte> block, int vtlOffset, Vtl caller, VpIndex self, out Vtl vtl, out VpIndex vp)
    {
        vtl = new Vtl(block[vtlOffset]);
        vp = HypercallTarget.ReadVp(block, self);
        return !HypercallTarget.IsOwnPartition(block) ? HvStatus.InvalidPartitionId
            : !vtl.IsValid ? HvStatus.InvalidParameter
            : vtl > caller ? HvStatus.AccessDenied
            : HvStatus.Success;
    }
}
