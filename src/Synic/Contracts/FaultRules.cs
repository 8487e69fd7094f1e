using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>A fault rule as it is written down. Numbers of ids may be given as numbers or as text, decimal or 0x….</summary>
/// <example>
/// { "id": "receiver-full", "match": { "operation": "post_message", "connections": [ "0x1000" ] },
/// "action": { "kind": "status", "status": "insufficient_buffers" }, "trigger": { "times": 2 }, "seed": "0x2a", "reason": "see the retry" }
/// </example>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultRuleSpec
{
    /// <summary>1 to 64 of a-z, 0-9, '-', '_' and '.'; made by the daemon when it is left out of a POST.</summary>
    /// <example>"receiver-full"</example>
    public string? Id { get; init; }

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Decide and count, do nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Lower first; the first rule that fires wins. Default 100.</summary>
    public int? Priority { get; init; }

    /// <summary>Which calls are meant; all given members have to hold.</summary>
    public FaultMatchSpec? Match { get; init; }

    public FaultActionSpec? Action { get; init; }

    /// <summary>Which of the matching calls are hit; left out: all.</summary>
    public FaultTriggerSpec? Trigger { get; init; }

    /// <summary>64 bits; made at random and shown when it is left out.</summary>
    /// <example>"0x2a"</example>
    [JsonConverter(typeof(NumberTextConverter))]
    public string? Seed { get; init; }

    /// <summary>How long the rule lives once it is armed; default 300, at most 3600.</summary>
    public double? TtlSeconds { get; init; }

    /// <summary>The rule stops unless it is renewed this often.</summary>
    public double? LeaseSeconds { get; init; }

    /// <summary>Delays at the same time, 1 to 256; default 16. Calls beyond them pass.</summary>
    public int? MaxActive { get; init; }

    public FaultStopSpec? StopWhen { get; init; }

    /// <summary>May be armed beside a rule of the same priority that can mean the same calls.</summary>
    public bool AllowOverlap { get; init; }

    /// <summary>Needed when what the rule takes away may leave the guest waiting without an end.</summary>
    public bool AllowHang { get; init; }

    /// <summary>Takes the fast path off the ports that the rule means, as long as it lives.</summary>
    public bool ForceSlowPath { get; init; }

    /// <summary>Comes back after a restart of the daemon, paused. Needs a daemon with a file for that (<c>--fault-state</c>).</summary>
    public bool Persist { get; init; }

    /// <summary>Why; needed to arm the rule.</summary>
    public string? Reason { get; init; }

    public string? Ticket { get; init; }

    /// <summary>Arm it at once; otherwise it is a draft.</summary>
    public bool Arm { get; init; }
}

/// <summary>Which calls a rule means.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultMatchSpec
{
    /// <summary>
    /// <c>post_message</c>, <c>signal_event</c>, <c>monitor_trigger</c>, <c>guest_message</c>, <c>guest_event</c> or
    /// <c>port_register</c>; left out: all that have the other members and that the action can act on.
    /// </summary>
    public string? Operation { get; init; }

    /// <summary>Connection ids and ranges of them: <c>[1, "0x2001", "0x2100..0x21ff"]</c>. Also ids that no port has.</summary>
    [JsonConverter(typeof(NumberTextListConverter))]
    public IReadOnlyList<string>? Connections { get; init; }

    /// <summary><c>message</c> or <c>event</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Of the port, with * and ?.</summary>
    public string? Owner { get; init; }

    [JsonConverter(typeof(NumberTextConverter))]
    public string? Vtl { get; init; }

    [JsonConverter(typeof(NumberTextConverter))]
    public string? Vp { get; init; }

    [JsonConverter(typeof(NumberTextConverter))]
    public string? Sint { get; init; }

    [JsonConverter(typeof(NumberTextConverter))]
    public string? Flag { get; init; }

    [JsonConverter(typeof(NumberTextConverter))]
    public string? MonitorId { get; init; }

    [JsonConverter(typeof(NumberTextConverter))]
    public string? MessageType { get; init; }

    public FaultPayloadSpec? Payload { get; init; }

    public int? MinSize { get; init; }

    public int? MaxSize { get; init; }

    /// <summary>The first word of the payload.</summary>
    [JsonConverter(typeof(NumberTextConverter))]
    public string? VmbusMessageType { get; init; }

    /// <summary>Needed when nothing else is given.</summary>
    public bool MatchAll { get; init; }
}

/// <summary>Bytes that a payload has to have.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultPayloadSpec
{
    public int Offset { get; init; }

    /// <summary>Hex, two digits for each byte.</summary>
    /// <example>"0e00"</example>
    public string? Bytes { get; init; }

    /// <summary>Hex, as long; bits that are 0 are not looked at. Default: all are.</summary>
    public string? Mask { get; init; }
}

/// <summary>What a rule does.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultActionSpec
{
    /// <summary>
    /// <c>status</c>, <c>statusAfter</c>, <c>drop</c>, <c>delay</c>, <c>busy</c>, <c>reexecute</c>, <c>duplicate</c>,
    /// <c>reorder</c>, <c>corrupt</c>, <c>loseInterrupt</c>, <c>spuriousInterrupt</c>, <c>wrongVp</c>,
    /// <c>keepPending</c> or <c>verify</c>.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>A number or a name such as <c>insufficient_buffers</c>.</summary>
    [JsonConverter(typeof(NumberTextConverter))]
    public string? Status { get; init; }

    /// <summary>Take a status that no guest expects.</summary>
    public bool AllowUnusualStatus { get; init; }

    public long? DelayMicroseconds { get; init; }

    /// <summary>Up to this much more, drawn for each decision.</summary>
    public long? JitterMicroseconds { get; init; }

    /// <summary>Busy answers, further copies, or writes of EOM that are ignored.</summary>
    public int? Count { get; init; }

    /// <summary>Messages that are held to be reordered.</summary>
    public int? Depth { get; init; }

    /// <summary>How long they are held at most; default 100000.</summary>
    public long? FlushAfterMicroseconds { get; init; }

    /// <summary>Where <see cref="Xor"/> starts.</summary>
    public int? Offset { get; init; }

    /// <summary>Hex.</summary>
    public string? Xor { get; init; }

    public int? TruncateTo { get; init; }

    public uint? Vp { get; init; }
}

/// <summary>Which of the matching calls are hit.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultTriggerSpec
{
    /// <summary>So many matches pass first.</summary>
    public long? SkipFirst { get; init; }

    /// <summary>Of those after them each n-th.</summary>
    public long? EveryNth { get; init; }

    /// <summary>Exactly these matches, counted from 1.</summary>
    public IReadOnlyList<long>? Nth { get; init; }

    /// <summary>0 never, 1 always.</summary>
    public double? Probability { get; init; }

    /// <summary>So many hits at most.</summary>
    public long? Times { get; init; }

    /// <summary>Only so long after arming.</summary>
    public double? WithinSeconds { get; init; }

    /// <summary>Not sooner after the last hit.</summary>
    public long? MinSpacingMicroseconds { get; init; }
}

/// <summary>What ends a rule before its time.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FaultStopSpec
{
    /// <summary>More than so many refused calls per second that no rule refused.</summary>
    public double? RealFailuresPerSecond { get; init; }

    /// <summary>More than so many messages wait for the guest.</summary>
    public int? QueueLength { get; init; }

    public bool BackendDown { get; init; }

    /// <summary>A rule whose action is to verify was hit.</summary>
    public bool VerifyHit { get; init; }
}
