using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <summary>Writes down what one SynIC is sent and does. The lock of its <see cref="ProcessorSynic"/> makes the writers one.</summary>
internal sealed class DeliveryTap(CallTap tap, Vtl vtl, VpIndex vp)
{
    private CallRing? _ring; // a SynIC that is never used has none

    /// <summary>The messages that come now waited; they were written down before.</summary>
    public bool Again { get; set; }

    /// <param name="sint">Any.</param>
    /// <param name="message">A whole slot.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="reason">Why it waits or was dropped.</param>
    /// <param name="effect">What a fault rule did to it.</param>
    public void Message(
        int sint, ReadOnlySpan<byte> message, DeliveryOutcome outcome, CallReason reason, in FaultEffect effect = default) =>
        Message(sint, HvMessage.ReadType(message), HvMessage.ReadPayload(message), outcome, reason, effect.Rule?.Number ?? 0);

    public void Event(int sint, ushort flag, GuestSignalResult result, InjectingRule? injectedBy)
    {
        var record = Begin(CallKind.GuestEvent, sint);
        record.InjectedBy = injectedBy?.Number ?? 0;
        (record.Status, record.Reason) = Of(result);
        record.Flag = flag;
        record.Fields |= CallFields.Flag;
        Ring.Write(ref record, default);
    }

    public void Eom(EomResult result)
    {
        var record = Begin(CallKind.Eom, 0);
        record.Status = (ushort)(result == EomResult.Redelivered ? DeliveryOutcome.Redelivered : DeliveryOutcome.NothingPending);
        record.Fields = CallFields.None;
        Ring.Write(ref record, default);
    }

    public void SintChanged(int sint, SintRegister register)
    {
        var record = Begin(CallKind.SintChanged, sint);
        record.Value = register.Value;
        Ring.Write(ref record, default);
    }

    /// <summary>Messages that went with their queue.</summary>
    public void Cleared(int sint, DropReason reason, int count)
    {
        var record = Begin(CallKind.GuestMessage, sint);
        record.Status = (ushort)DeliveryOutcome.Dropped;
        record.Reason = Of(reason);
        record.Value = (ulong)count;
        Ring.Write(ref record, default);
    }

    /// <summary>A message that reached no SynIC.</summary>
    public static void Stray(
        CallTap tap, Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload, DropReason reason,
        InjectingRule? injectedBy = null)
    {
        var record = Begin(CallKind.GuestMessage, tap, vtl, vp, sint.Value);
        record.InjectedBy = injectedBy?.Number ?? 0;
        record.MessageType = type;
        record.Size = (ushort)Math.Min(payload.Length, ushort.MaxValue);
        record.Status = (ushort)DeliveryOutcome.Dropped;
        record.Reason = Of(reason);
        record.Fields |= payload.Length <= HvMessage.MaxPayload ? CallFields.Payload : 0;
        tap.WriteShared(record, payload);
    }

    /// <summary>An event that reached no SynIC.</summary>
    public static void Stray(CallTap tap, Vtl vtl, VpIndex vp, SintIndex sint, ushort flag, GuestSignalResult result)
    {
        var record = Begin(CallKind.GuestEvent, tap, vtl, vp, sint.Value);
        (record.Status, record.Reason) = Of(result);
        record.Flag = flag;
        record.Fields |= CallFields.Flag;
        tap.WriteShared(record);
    }

    /// <summary>An event that a fault rule threw away.</summary>
    public static void Injected(CallTap tap, Vtl vtl, VpIndex vp, SintIndex sint, ushort flag, InjectingRule rule)
    {
        var record = Begin(CallKind.GuestEvent, tap, vtl, vp, sint.Value);
        record.InjectedBy = rule.Number;
        record.Status = (ushort)DeliveryOutcome.Dropped;
        record.Reason = CallReason.Injected;
        record.Flag = flag;
        record.Fields |= CallFields.Flag;
        tap.WriteShared(record);
    }

    public static CallReason Of(DeferReason reason) => reason switch
    {
        DeferReason.SlotBusy => CallReason.SlotBusy,
        DeferReason.SimpDisabled => CallReason.SimpDisabled,
        DeferReason.ScontrolDisabled => CallReason.ScontrolDisabled,
        DeferReason.Held => CallReason.Held,
        _ => CallReason.VpOffline,
    };

    public static CallReason Of(DropReason reason) => reason switch
    {
        DropReason.Masked => CallReason.Masked,
        DropReason.QueueFull => CallReason.QueueFull,
        DropReason.InvalidVp => CallReason.InvalidVp,
        DropReason.InvalidSint => CallReason.InvalidSint,
        DropReason.Reset => CallReason.Reset,
        DropReason.InvalidMessage => CallReason.InvalidMessage,
        DropReason.Injected => CallReason.Injected,
        _ => CallReason.PartitionGone,
    };

    private CallRing Ring => _ring ??= tap.CreateDeliveryRing(vp);

    private void Message(int sint, uint type, ReadOnlySpan<byte> payload, DeliveryOutcome outcome, CallReason reason, int injectedBy)
    {
        var record = Begin(CallKind.GuestMessage, sint);
        record.InjectedBy = injectedBy;
        record.MessageType = type;
        record.Size = (ushort)payload.Length;
        record.Status = (ushort)outcome;
        record.Reason = reason;
        record.Fields |= CallFields.Payload | (Again ? CallFields.Again : 0);
        Ring.Write(ref record, payload);
    }

    private CallRecord Begin(CallKind kind, int sint) => Begin(kind, tap, vtl, vp, (byte)sint);

    private static CallRecord Begin(CallKind kind, CallTap tap, Vtl vtl, VpIndex vp, byte sint) => new()
    {
        Kind = kind,
        Timestamp = tap.Time.GetTimestamp(),
        Vtl = vtl.Value,
        Vp = CallRecord.VpByte(vp),
        Index = sint,
        Fields = CallFields.Index,
    };

    private static (ushort Outcome, CallReason Reason) Of(GuestSignalResult result)
    {
        var (outcome, reason) = result switch
        {
            GuestSignalResult.Interrupt => (DeliveryOutcome.Interrupt, CallReason.None),
            GuestSignalResult.Coalesced => (DeliveryOutcome.Coalesced, CallReason.None),
            GuestSignalResult.SControlDisabled => (DeliveryOutcome.Dropped, CallReason.ScontrolDisabled),
            GuestSignalResult.SiefpDisabled => (DeliveryOutcome.Dropped, CallReason.SiefpDisabled),
            GuestSignalResult.Masked => (DeliveryOutcome.Dropped, CallReason.Masked),
            GuestSignalResult.InvalidVp => (DeliveryOutcome.Dropped, CallReason.InvalidVp),
            GuestSignalResult.InvalidSint => (DeliveryOutcome.Dropped, CallReason.InvalidSint),
            GuestSignalResult.InvalidFlag => (DeliveryOutcome.Dropped, CallReason.InvalidFlag),
            _ => (DeliveryOutcome.Dropped, CallReason.PartitionGone),
        };
        return ((ushort)outcome, reason);
    }
}
