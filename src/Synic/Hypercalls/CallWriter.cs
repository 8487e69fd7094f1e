using System.Runtime.CompilerServices;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Hypercalls;

/// <summary>Writes a guest's calls into the ring of the VP that made them. Not inlined: without a tap nobody pays for it.</summary>
internal static class CallWriter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    public static void Post(
        CallTap tap, DispatchContext context, Vtl vtl, ConnectionId connection, PostedMessage message, HvStatus status,
        uint nanoseconds, int injectedBy = 0)
    {
        var record = Begin(CallKind.Post, context, vtl, connection, status);
        record.MessageType = message.Type;
        record.Size = (ushort)message.Length;
        record.Nanoseconds = nanoseconds;
        record.InjectedBy = injectedBy;
        record.Fields |= CallFields.Payload;
        RingOf(tap, context).Write(ref record, message.Payload);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Signal(
        CallTap tap, DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag, HvStatus status, uint nanoseconds,
        int injectedBy = 0)
    {
        var record = Begin(CallKind.Signal, context, vtl, connection, status);
        record.Flag = flag;
        record.Nanoseconds = nanoseconds;
        record.InjectedBy = injectedBy;
        record.Fields |= CallFields.Flag;
        RingOf(tap, context).Write(ref record, default);
    }

    /// <param name="tap">Whose.</param>
    /// <param name="context">The VP's.</param>
    /// <param name="vtl">The caller's.</param>
    /// <param name="trigger">What was set.</param>
    /// <param name="status">What the port map answered; the guest sees none of it.</param>
    /// <param name="injectedBy">Number of the fault rule that made the status.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Monitor(
        CallTap tap, DispatchContext context, Vtl vtl, Monitors.MonitorTrigger trigger, HvStatus status, int injectedBy = 0)
    {
        var record = Begin(CallKind.MonitorTrigger, context, vtl, trigger.Connection, status);
        record.Index = trigger.Id.Value;
        record.InjectedBy = injectedBy;
        record.Fields |= CallFields.Index;
        if (!trigger.IsBound)
        {
            record.Reason = CallReason.UnknownId;
            record.Fields &= ~CallFields.Connection;
        }

        RingOf(tap, context).Write(ref record, default);
    }

    /// <summary>A write to the monitor page beside the trigger groups.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void OutsideArea(CallTap tap, DispatchContext context, Vtl vtl)
    {
        var record = Begin(CallKind.MonitorTrigger, context, vtl, default, HvStatus.InvalidParameter);
        record.Reason = CallReason.OutsideArea;
        record.Fields = CallFields.None;
        RingOf(tap, context).Write(ref record, default);
    }

    /// <summary>A call that was refused before a port was looked up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Refused(CallTap tap, DispatchContext context, Vtl vtl, HvStatus status, in RefusedCall call)
    {
        var record = Begin(call.Kind, context, vtl, call.Connection ?? default, status);
        record.Reason = call.Reason;
        record.MessageType = call.MessageType;
        record.Size = (ushort)Math.Min(call.Size, ushort.MaxValue);
        record.Flag = call.Flag;
        record.Fields = (call.Connection is null ? 0 : CallFields.Connection)
            | (call is { Kind: CallKind.Signal, Connection: not null } ? CallFields.Flag : 0);
        RingOf(tap, context).Write(ref record, default);
    }

    private static CallRecord Begin(CallKind kind, DispatchContext context, Vtl vtl, ConnectionId connection, HvStatus status) => new()
    {
        Kind = kind,
        Timestamp = context.Timestamp,
        Vp = CallRecord.VpByte(context.Vp),
        Vtl = vtl.Value,
        Connection = connection.Value,
        Status = status.Value,
        Fields = CallFields.Connection,
    };

    private static CallRing RingOf(CallTap tap, DispatchContext context) => context.Records ??= tap.CreateRing(context.Vp);
}

/// <summary>What is known of a call that was refused early.</summary>
/// <param name="Kind">Post or signal.</param>
/// <param name="Reason">Which check it was.</param>
/// <param name="Connection">Null when the block was not even read.</param>
/// <param name="MessageType">Of a post.</param>
/// <param name="Size">Payload bytes of a post, as it said.</param>
/// <param name="Flag">Of a signal.</param>
internal readonly record struct RefusedCall(
    CallKind Kind, CallReason Reason, ConnectionId? Connection = null, uint MessageType = 0, uint Size = 0, ushort Flag = 0);
