using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>One row of the live port table.</summary>
public sealed record PortSummary
{
    /// <summary>The connection id, 24 bits.</summary>
    public required uint Connection { get; init; }

    /// <summary>The same as text, <c>0x2001</c>: what links and filters use.</summary>
    public required string ConnectionText { get; init; }

    /// <summary><c>message</c> or <c>event</c>.</summary>
    public required string Kind { get; init; }

    public required int MinimumVtl { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Unique for each registration; a port that was replaced has another.</summary>
    public required long Generation { get; init; }

    /// <summary><c>none</c>, <c>active</c> (the hypervisor signals by itself) or <c>suspended</c>.</summary>
    public required string FastPath { get; init; }

    public int? MonitorId { get; init; }

    /// <summary>Calls the port took; null when not known.</summary>
    public long? Calls { get; init; }

    /// <summary>Payload bytes the port took; null for an event port.</summary>
    public long? Bytes { get; init; }

    /// <summary>All refusals.</summary>
    public long? Failures { get; init; }

    /// <summary>Refusals by the guest's status, every status that a port can cause, zeros included.</summary>
    public required IReadOnlyDictionary<string, long> FailuresByStatus { get; init; }

    /// <summary>Over the last sampling period; null before the first.</summary>
    public double? CallsPerSecond { get; init; }

    public double? FailuresPerSecond { get; init; }

    /// <summary>The last call, taken or refused; null when there was none.</summary>
    public DateTimeOffset? LastActivity { get; init; }

    /// <summary>Field name to the reason why it is not known.</summary>
    public IReadOnlyDictionary<string, string>? NotKnown { get; init; }

    /// <summary>The port is gone; only where gone ports were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PortDepartureSummary? Departed { get; init; }
}

/// <summary>How a port went.</summary>
/// <param name="Until">When its ids became free.</param>
/// <param name="Reason"><c>disposed</c>, or <c>disposed_together</c> with others, as a VMBus does when the guest resets it.</param>
/// <param name="Path">Where what is left of it can be read.</param>
public sealed record PortDepartureSummary(DateTimeOffset Until, string Reason, string Path);

/// <summary>A port through which the host reaches the guest.</summary>
public sealed record GuestPortSummary
{
    public required long Id { get; init; }

    /// <summary><c>message</c> or <c>event</c>.</summary>
    public required string Kind { get; init; }

    public required int Vtl { get; init; }

    public required uint Vp { get; init; }

    public required int Sint { get; init; }

    /// <summary>Event ports only.</summary>
    public int? Flag { get; init; }

    /// <summary>Messages waiting in the SINT's queue; message ports only.</summary>
    public int? QueueLength { get; init; }

    /// <summary>snake_case; null before the first call.</summary>
    public string? LastResult { get; init; }

    public required long Calls { get; init; }
}

/// <summary>Registers a port with a built-in handler.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreatePortRequest
{
    /// <summary>Decimal or 0x…, 24 bits.</summary>
    /// <example>"0x3000"</example>
    public required string Connection { get; init; }

    /// <summary><c>echo</c>, <c>sink</c>, <c>counter</c>, <c>full</c>.</summary>
    /// <example>"echo"</example>
    public required string Handler { get; init; }

    /// <summary>0 to 2; default 0.</summary>
    public int MinimumVtl { get; init; }

    /// <summary>For people; default <c>api</c>.</summary>
    public string? Owner { get; init; }

    /// <summary>Event ports: 0 to 127.</summary>
    public int? MonitorId { get; init; }

    /// <summary>Echo: where the answer goes; default VP 0.</summary>
    public uint? Vp { get; init; }

    /// <summary>Echo: where the answer goes; default SINT 2.</summary>
    public int? Sint { get; init; }
}

/// <summary>Posts as the guest does.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PostMessageRequest
{
    public uint Vp { get; init; }

    public int Vtl { get; init; }

    /// <summary>Default 1, a VMBus channel message.</summary>
    public uint MessageType { get; init; } = 1;

    /// <summary>Base64, any length: what is too long is refused as the guest would be.</summary>
    public string? Payload { get; init; }

    /// <summary>Instead of <see cref="Payload"/>: UTF-8 text.</summary>
    /// <example>"hello"</example>
    public string? Text { get; init; }
}

/// <summary>Signals as the guest does.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SignalEventRequest
{
    public uint Vp { get; init; }

    public int Vtl { get; init; }

    public int Flag { get; init; }
}
