namespace Synic.Contracts;

/// <summary>A fault rule and what has become of it.</summary>
public sealed record FaultSummary
{
    public required string Id { get; init; }

    /// <summary><c>draft</c>, <c>armed</c>, <c>paused</c>, <c>exhausted</c>, <c>expired</c> or <c>stopped</c>.</summary>
    /// <example>"armed"</example>
    public required string State { get; init; }

    /// <summary>What brought it there; null for what was asked for.</summary>
    public string? StateReason { get; init; }

    /// <summary>The rule as it can be sent back: with its seed and all defaults.</summary>
    public required FaultRuleSpec Rule { get; init; }

    /// <summary>Another one after each change of the rule or its state, not of its counters; the ETag.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string? CreatedBy { get; init; }

    public DateTimeOffset? ArmedAt { get; init; }

    /// <summary>While it is armed: when it ends at the latest.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Matching calls since it was armed first, or since its counters were reset.</summary>
    public required long Matches { get; init; }

    /// <summary>Matching calls that it acted on.</summary>
    public required long Hits { get; init; }

    /// <summary>Matching calls by what came of them.</summary>
    public required IReadOnlyDictionary<string, long> Outcomes { get; init; }

    /// <summary>Delays that run now.</summary>
    public required int Active { get; init; }

    /// <summary>Ports whose fast path it keeps off.</summary>
    public required int SlowPaths { get; init; }
}

/// <summary>Arms a rule.</summary>
/// <param name="Reason">Why; null: the rule's own.</param>
public sealed record ArmFaultRequest(string? Reason = null);

/// <summary>One decision of a rule, with all that it takes to make it again.</summary>
public sealed record FaultDecisionSummary
{
    /// <summary>Which match of the rule it was, from 1: what <c>trigger.nth</c> counts.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>What was about to happen.</summary>
    /// <example>"post_message"</example>
    public required string Operation { get; init; }

    /// <summary>Host-bound calls and registrations.</summary>
    public string? Connection { get; init; }

    public required int Vtl { get; init; }

    /// <summary>The caller or the target; null when it is no VP.</summary>
    public long? Vp { get; init; }

    /// <summary>Guest-bound calls.</summary>
    public int? Sint { get; init; }

    /// <summary><c>injected</c>, <c>dry_run</c>, <c>not_nth</c>, <c>spacing</c>, <c>probability</c> or <c>overflow</c>.</summary>
    /// <example>"injected"</example>
    public required string Outcome { get; init; }

    /// <summary>The number behind it, of seed, id and number of the decision; also where none was needed.</summary>
    public required string Draw { get; init; }

    public required string Seed { get; init; }
}

/// <summary>Whether all fault rules of the daemon are stopped.</summary>
/// <param name="Engaged">No rule acts, and none can be armed.</param>
/// <param name="Since">Of the last change; null: there was none.</param>
/// <param name="Reason">While it is engaged.</param>
/// <param name="By">Who changed it last.</param>
public sealed record KillSwitchSummary(bool Engaged, DateTimeOffset? Since, string? Reason, string? By);

/// <summary>Engages the kill switch.</summary>
/// <param name="Reason">Why; needed.</param>
public sealed record KillSwitchRequest(string Reason);

/// <summary>What a rule would mean if it were armed now.</summary>
public sealed record FaultPreview
{
    /// <summary>With all defaults.</summary>
    public required FaultRuleSpec Rule { get; init; }

    public required int PortsMatched { get; init; }

    public required int PortsTotal { get; init; }

    /// <summary>The first hundred of the ports that it means.</summary>
    public required IReadOnlyList<FaultPreviewPort> Ports { get; init; }

    /// <summary>Ports among them whose signals the hypervisor handles by itself: no rule sees those, but with <c>forceSlowPath</c>.</summary>
    public required int FastPathPorts { get; init; }

    public required FaultPreviewCalls Calls { get; init; }

    /// <summary>The armed rule that stands in its way; null: none does.</summary>
    public string? ConflictsWith { get; init; }

    /// <summary>When it would end at the latest.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>What a guest is expected to do about it.</summary>
    public required IReadOnlyList<string> GuestReaction { get; init; }

    /// <summary>What to think of before arming it.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A port that a rule means.</summary>
/// <param name="ConnectionText">Of its connection id.</param>
/// <param name="Kind">message or event.</param>
/// <param name="Owner">Who registered it.</param>
/// <param name="FastPathActive">The hypervisor signals it by itself now.</param>
public sealed record FaultPreviewPort(string ConnectionText, string Kind, string Owner, bool FastPathActive);

/// <summary>What a rule would have done to the calls of the last minute, as far as they were written down.</summary>
/// <param name="WindowSeconds">How far back.</param>
/// <param name="Looked">Calls that were looked at.</param>
/// <param name="Matched">Of these: meant by the rule.</param>
/// <param name="Hit">Of these: hit, had it been armed at the beginning of the window.</param>
/// <param name="Unknown">Could not be told: the rule asks for bytes that were not kept.</param>
/// <param name="Complete">False: older calls of the window were overwritten.</param>
public sealed record FaultPreviewCalls(double WindowSeconds, long Looked, long Matched, long Hit, long Unknown, bool Complete);

/// <summary>One thing that somebody did or wanted to do.</summary>
public sealed record AuditRecord
{
    /// <summary>Counts the records of this run of the daemon.</summary>
    public required long Seq { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <example>"fault.arm"</example>
    public required string Action { get; init; }

    /// <summary>What the caller proved to be.</summary>
    public required string Caller { get; init; }

    /// <summary>Where the request came from.</summary>
    public required string Address { get; init; }

    public required string Target { get; init; }

    /// <summary><c>asked</c> before it is done; then <c>done</c>, or the code of the refusal.</summary>
    public required string Outcome { get; init; }

    public string? Reason { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }
}
