using System.Text;
using Synic.Contracts;
using Synic.History;

namespace Synic.Daemon.Partitions;

/// <summary>Makes records for one reader: payload bytes are shown to those who may read them.</summary>
/// <param name="hub">Its clocks.</param>
/// <param name="payloads">The reader may read payloads.</param>
internal sealed class EventView(EventHub hub, bool payloads)
{
    private readonly EventRow _row = new();

    /// <summary>The row of an entry; the same object each time.</summary>
    public EventRow Row(string partition, in EventEntry entry)
    {
        _row.Entry = entry;
        _row.RuleName = entry.Call.InjectedBy == 0 ? null : hub.RuleNames(partition);
        return _row;
    }

    public EventRecord Record(EventHistory history, EventBatch batch, int index) =>
        Record(history.Partition, in batch.Entries[index], batch.TryGetPayload(index, out var payload), payload);

    public EventRecord Record(string partition, in EventEntry entry, bool hasBytes, ReadOnlySpan<byte> payload)
    {
        var row = Row(partition, in entry);
        var isPort = entry.Call.Kind is CallKind.PortAdded or CallKind.PortRemoved;
        var saysWhy = entry.Call.Kind is CallKind.FaultState or CallKind.KillSwitch; // in the place of a payload
        var elapsed = hub.Time.GetElapsedTime(hub.SinceTimestamp, entry.Call.Timestamp);
        return new EventRecord
        {
            Seq = entry.Sequence,
            Time = Microseconds(hub.Since + elapsed),
            MonotonicNs = elapsed.Ticks * TimeSpan.NanosecondsPerTick,
            Partition = partition,
            Kind = row.Kind,
            Vp = row.Vp,
            Vtl = row.Vtl,
            Connection = row.Connection,
            PortGeneration = isPort ? (long)entry.Call.Value : entry.Port?.Generation,
            PortKind = isPort && entry.Port is { } port ? port.IsMessage ? "message" : "event" : null,
            MinimumVtl = isPort ? entry.Port?.MinimumVtl : null,
            Owner = row.Owner,
            Sint = row.Sint,
            Flag = row.Flag,
            MonitorId = row.MonitorId,
            MessageType = row.MessageType,
            Size = row.Size,
            Payload = hasBytes && payloads && !saysWhy ? Convert.ToBase64String(payload) : null,
            PayloadHash = entry.Call.PayloadHash == 0 || saysWhy ? null : $"0x{entry.Call.PayloadHash:x16}",
            VmBusMessage = row.VmBusMessage,
            Status = row.Status,
            DurationNs = row.DurationNs,
            Reason = saysWhy && hasBytes ? Encoding.UTF8.GetString(payload) : row.Reason,
            Decision = entry.Call.Kind == CallKind.FaultHit ? (long)entry.Call.Value : null,
            InjectedBy = row.InjectedBy,
            Count = row.Count,
            Value = entry.Call.Kind == CallKind.SintChanged ? $"0x{entry.Call.Value:x}" : null,
        };
    }

    /// <summary>Tells a reader that records are missing.</summary>
    /// <param name="partition">Where; null for several.</param>
    /// <param name="last">Number of the last one that is.</param>
    /// <param name="count">How many; null when not known.</param>
    /// <param name="reason">Why.</param>
    public EventRecord Dropped(string? partition, long last, long? count, CallReason reason)
    {
        var now = hub.Time.GetTimestamp();
        return new EventRecord
        {
            Seq = last,
            Time = Microseconds(hub.Time.GetUtcNow()),
            MonotonicNs = hub.Time.GetElapsedTime(hub.SinceTimestamp, now).Ticks * TimeSpan.NanosecondsPerTick,
            Partition = partition,
            Kind = CallLabels.Of(CallKind.Dropped),
            Reason = CallLabels.Of(reason),
            Count = count,
        };
    }

    internal static DateTimeOffset Microseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
