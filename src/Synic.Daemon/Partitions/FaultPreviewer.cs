using Synic.Contracts;
using Synic.Faults;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>Says what a rule would mean if it were armed now, without arming it.</summary>
internal sealed class FaultPreviewer(PartitionHost host, FaultRule rule, TimeProvider time)
{
    private const int MaxPorts = 100;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(60);

    public FaultPreview Preview()
    {
        var all = host.Partition.Ports.Map.Snapshot();
        var meant = all.Where(p => rule.Match.HasPort(p.Connection, p.Port.Kind, p.Owner)).OrderBy(static p => p.Connection.Value).ToList();
        var fast = meant.Count(static p => p.FastPathActive);
        return new FaultPreview
        {
            Rule = FaultRuleWriter.Write(rule),
            PortsMatched = meant.Count,
            PortsTotal = all.Count,
            Ports = [.. meant.Take(MaxPorts).Select(static p => new FaultPreviewPort(
                $"{p.Connection}", Names.Of(p.Port.Kind), p.Owner, p.FastPathActive))],
            FastPathPorts = fast,
            Calls = Rehearse(),
            ConflictsWith = rule.AllowOverlap || host.Faults!.FindOverlap(rule) is not { } other ? null : Api.Links.Fault(host.Name, other),
            EndsAt = time.GetUtcNow() + rule.Ttl,
            GuestReaction = GuestReactions.Of(rule),
            Warnings = [.. Warnings(fast)],
        };
    }

    private IEnumerable<string> Warnings(int fast)
    {
        if (fast > 0 && !rule.ForceSlowPath && rule.Match.Has(FaultOperation.SignalEvent))
        {
            yield return $"{fast} of the ports are signalled by the hypervisor itself: their signals are not hit without forceSlowPath.";
        }

        if (rule.MayHang)
        {
            yield return "What is taken away does not come back when the rule ends: the guest may hang.";
        }

        if (rule.Action.Kind == FaultEffectKind.Reorder)
        {
            yield return "Order is part of the contract of a SINT's messages (TLFS): no guest has to cope with another.";
        }
    }

    private FaultPreviewCalls Rehearse()
    {
        var ticks = (long)(s_window.TotalSeconds * time.TimestampFrequency);
        var start = time.GetTimestamp() - ticks;
        var rehearsal = new FaultRehearsal(rule, time, start);
        var batch = new EventBatch();
        var unknownBytes = new byte[HvMessage.MaxPayload];
        long looked = 0, unknown = 0;
        var complete = host.Events.Begin == 0;
        for (var place = host.Events.Begin; ; place = batch.First + batch.Count)
        {
            host.Events.Read(place, EventBatch.Size, long.MaxValue, batch);
            if (batch.Count == 0)
            {
                break;
            }

            for (var i = 0; i < batch.Count; i++)
            {
                ref readonly var entry = ref batch.Entries[i];
                complete |= entry.Call.Timestamp < start;
                if (entry.Call.Timestamp < start || OperationOf(in entry.Call) is not { } operation)
                {
                    continue;
                }

                looked++;
                var kept = batch.TryGetPayload(i, out var payload);
                if (!kept)
                {
                    BitConverter.TryWriteBytes(unknownBytes, entry.Call.FirstWord);
                    payload = unknownBytes.AsSpan(0, Math.Min((int)entry.Call.Size, unknownBytes.Length));
                    if (rule.Match.Payload is not null && rule.Match.Has(operation) && rule.Match.HasConnection(new ConnectionId(entry.Call.Connection)))
                    {
                        unknown++;
                        continue;
                    }
                }

                rehearsal.Ask(CallOf(operation, in entry, payload), entry.Call.Timestamp, PortOf(entry.Port));
            }
        }

        return new FaultPreviewCalls(s_window.TotalSeconds, looked, rehearsal.Matched, rehearsal.Hits, unknown, complete);
    }

    // Null: no rule is asked about it. Rules come behind the checks of the input.
    private static FaultOperation? OperationOf(in CallRecord call) => call switch
    {
        { Reason: >= CallReason.PayloadTooLong and <= CallReason.InputBlock } => null,
        { Kind: CallKind.Post } => FaultOperation.PostMessage,
        { Kind: CallKind.Signal } => FaultOperation.SignalEvent,
        { Kind: CallKind.MonitorTrigger } => FaultOperation.MonitorTrigger,
        { Reason: CallReason.InvalidVp or CallReason.InvalidSint or CallReason.InvalidFlag or CallReason.InvalidMessage or CallReason.PartitionGone } => null,
        { Kind: CallKind.GuestMessage } => (call.Fields & CallFields.Again) == 0 && call.Value == 0 ? FaultOperation.GuestMessage : null,
        { Kind: CallKind.GuestEvent } => FaultOperation.GuestEvent,
        { Kind: CallKind.PortAdded } => FaultOperation.PortRegister,
        _ => null,
    };

    private static FaultCall CallOf(FaultOperation operation, in EventEntry entry, ReadOnlySpan<byte> payload)
    {
        ref readonly var call = ref entry.Call;
        var isMessage = operation is FaultOperation.PostMessage or FaultOperation.GuestMessage;
        var toGuest = operation is FaultOperation.GuestMessage or FaultOperation.GuestEvent;
        return new FaultCall
        {
            Operation = operation,
            Connection = new ConnectionId(call.Connection),
            Vtl = new Vtl(operation == FaultOperation.PortRegister ? entry.Port?.MinimumVtl ?? 0 : call.Vtl),
            Vp = call.Vp == CallRecord.NoVp ? VpIndex.Any : new VpIndex(call.Vp),
            Sint = toGuest ? new SintIndex(call.Index) : default,
            Flag = call.Flag,
            Monitor = operation == FaultOperation.MonitorTrigger ? new MonitorId(call.Index) : entry.Port?.Monitor ?? default,
            MessageType = isMessage ? call.MessageType : 0,
            Payload = isMessage ? payload : default,
            Kind = PortOf(entry.Port)?.Kind ?? default,
            Owner = entry.Port?.Owner,
        };
    }

    private static (PortKind Kind, string Owner)? PortOf(PortFacts? port) =>
        port is null ? null : (port.IsMessage ? PortKind.Message : PortKind.Event, port.Owner);
}
