using Synic.Contracts;
using Synic.Diagnostics;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>Writes a rule down so that <see cref="FaultRuleReader"/> makes the same rule of it.</summary>
public static class FaultRuleWriter
{
    public static FaultRuleSpec Write(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return new FaultRuleSpec
        {
            Id = rule.Id,
            Name = rule.Name,
            Labels = rule.Labels.Count == 0 ? null : rule.Labels,
            DryRun = rule.DryRun,
            Priority = rule.Priority,
            Match = Write(rule.Match),
            Action = Write(rule.Action),
            Trigger = Write(rule.Trigger),
            Seed = $"0x{rule.Seed:x}",
            TtlSeconds = rule.Ttl.TotalSeconds,
            LeaseSeconds = rule.Lease?.TotalSeconds,
            MaxActive = rule.MaxActive,
            StopWhen = rule.StopWhen.IsEmpty ? null : new FaultStopSpec
            {
                RealFailuresPerSecond = rule.StopWhen.RealFailuresPerSecond,
                QueueLength = rule.StopWhen.QueueLength,
                BackendDown = rule.StopWhen.BackendDown,
                VerifyHit = rule.StopWhen.VerifyHit,
            },
            AllowOverlap = rule.AllowOverlap,
            AllowHang = rule.AllowHang,
            ForceSlowPath = rule.ForceSlowPath,
            Persist = rule.Persist,
            Reason = rule.Reason,
            Ticket = rule.Ticket,
        };
    }

    private static FaultMatchSpec Write(FaultMatch match)
    {
        FaultOperation[] operations = [.. Enum.GetValues<FaultOperation>().Where(match.Has)];
        var spec = new FaultMatchSpec
        {
            Operation = operations is [var one] ? DeliveryLabels.Of(one) : null,
            Connections = match.Connections.Count == 0 ? null : [.. match.Connections.Select(static c => c.ToString())],
            Kind = match.Kind is { } kind ? DeliveryLabels.Of(kind) : null,
            Owner = match.Owner,
            Vtl = match.Vtl is { } vtl ? $"{vtl.Value}" : null,
            Vp = match.Vp is { } vp ? $"{vp.Value}" : null,
            Sint = match.Sint is { } sint ? $"{sint.Value}" : null,
            Flag = match.Flag is { } flag ? $"{flag}" : null,
            MonitorId = match.Monitor is { } monitor ? $"{monitor.Value}" : null,
            MessageType = match.MessageType is { } type ? $"0x{type:x}" : null,
            Payload = match.Payload is { } payload
                ? new FaultPayloadSpec { Offset = payload.Offset, Bytes = Hex(payload.Bytes), Mask = Hex(payload.Mask) }
                : null,
            MinSize = match.MinSize == 0 ? null : match.MinSize,
            MaxSize = match.MaxSize == Hv.HvMessage.MaxPayload ? null : match.MaxSize,
            VmbusMessageType = match.VmBusMessageType is { } word ? $"0x{word:x}" : null,
        };
        return spec == new FaultMatchSpec() ? spec with { MatchAll = true } : spec;
    }

    private static FaultActionSpec Write(FaultAction action)
    {
        var spec = new FaultActionSpec { Kind = ActionReader.NameOf(action.Kind) };
        return action.Kind switch
        {
            FaultEffectKind.Status or FaultEffectKind.StatusAfter when ActionReader.IsUsual(action.Status) => spec with { Status = action.Status.Name },
            FaultEffectKind.Status or FaultEffectKind.StatusAfter => spec with { Status = $"0x{action.Status.Value:x}", AllowUnusualStatus = true },
            FaultEffectKind.Delay => spec with
            {
                DelayMicroseconds = (long)action.Delay.TotalMicroseconds, JitterMicroseconds = (long)action.Jitter.TotalMicroseconds,
            },
            FaultEffectKind.Busy or FaultEffectKind.KeepPending or FaultEffectKind.Duplicate => spec with { Count = action.Count },
            FaultEffectKind.Reorder => spec with { Depth = action.Count, FlushAfterMicroseconds = (long)action.FlushAfter.TotalMicroseconds },
            FaultEffectKind.Corrupt => spec with
            {
                Offset = action.Offset, Xor = action.Xor.Count == 0 ? null : Hex(action.Xor), TruncateTo = action.TruncateTo,
            },
            FaultEffectKind.WrongVp => spec with { Vp = action.Vp.Value },
            _ => spec,
        };
    }

    private static FaultTriggerSpec? Write(FaultTrigger trigger)
    {
        var spec = new FaultTriggerSpec
        {
            SkipFirst = trigger.SkipFirst == 0 ? null : trigger.SkipFirst,
            EveryNth = trigger.EveryNth == 1 ? null : trigger.EveryNth,
            Nth = trigger.Nth.Count == 0 ? null : trigger.Nth,
            Probability = trigger.Probability >= 1 ? null : trigger.Probability,
            Times = trigger.Times,
            WithinSeconds = trigger.Within?.TotalSeconds,
            MinSpacingMicroseconds = trigger.MinSpacing == TimeSpan.Zero ? null : (long)trigger.MinSpacing.TotalMicroseconds,
        };
        return spec == new FaultTriggerSpec() ? null : spec;
    }

    private static string Hex(IEnumerable<byte> bytes) => Convert.ToHexStringLower([.. bytes]);
}
