using System.Text.Json.Serialization;
using Synic.Contracts.Filters;

namespace Synic.Contracts;

/// <summary>Something that happened in a partition. What does not apply, or is not known, is left out.</summary>
public sealed record EventRecord : IEventFilterRow
{
    /// <summary>Counts the records of the daemon, over all partitions; of a missing stretch the last one that is missing.</summary>
    public required long Seq { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Since the daemon started.</summary>
    public required long MonotonicNs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Partition { get; init; }

    /// <summary><c>post</c>, <c>signal</c>, <c>monitor.trigger</c>, <c>guest.message</c>, <c>port.added</c>, <c>dropped</c>, …; more may come.</summary>
    public required string Kind { get; init; }

    /// <summary>The caller's, or the target's of a delivery; none for a call of the API.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Vp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Vtl { get; init; }

    /// <summary>Connection id as <c>0x2001</c>; any 32 bits of a guest's call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Connection { get; init; }

    /// <summary>Of the port that had the connection id then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PortGeneration { get; init; }

    /// <summary><c>message</c> or <c>event</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PortKind { get; init; }

    /// <summary>Of a port that came: callers of a lower VTL are denied.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinimumVtl { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Owner { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Sint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Flag { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MonitorId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public uint? MessageType { get; init; }

    /// <summary>Payload bytes; 65535 stands for more, too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Size { get; init; }

    /// <summary>Base64, for callers with the right to read payloads and while the bytes are kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Payload { get; init; }

    /// <summary>Equal for equal payloads while the daemon runs; says nothing else about them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PayloadHash { get; init; }

    /// <summary>The VMBus message in the payload, as <c>INITIATE_CONTACT</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VmBusMessage { get; init; }

    /// <summary>
    /// A hypervisor status by name, or of a delivery <c>delivered</c>, <c>deferred</c>, <c>dropped</c>, <c>interrupt</c>, <c>coalesced</c>, or of
    /// the backend or a fault rule its state, of a rule's hit <c>injected</c> or <c>dry_run</c>, of the kill switch <c>engaged</c> or <c>released</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    /// <summary>Of the calls that are timed: one in 64.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? DurationNs { get; init; }

    /// <summary>Which check refused, why it waits, why records are missing; of a rule's hit the operation, of a rule's state or the kill switch why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The fault rule that made the outcome.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InjectedBy { get; init; }

    /// <summary>Of a rule's hit: the number of the decision.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Decision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>How many records or messages this one stands for; none when that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; init; }

    /// <summary>What was written to the register, hex.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }

    uint? IEventFilterRow.ConnectionValue => Connection is { } text && FilterNumbers.TryInteger(text, out var value) ? (uint)value : null;
}
