namespace Synic.Faults;

/// <summary>Where a rule is in its life.</summary>
public enum FaultState
{
    /// <summary>Written down, never armed.</summary>
    Draft,

    /// <summary>It acts.</summary>
    Armed,

    /// <summary>Held; arming goes on with the counters where they are.</summary>
    Paused,

    /// <summary>No further hit can come.</summary>
    Exhausted,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Ended by the kill switch, a missed lease, a stop condition or the end of the partition.</summary>
    Stopped,
}

/// <summary>A rule at one moment.</summary>
public sealed record FaultRuleView
{
    public required FaultRule Rule { get; init; }

    public required FaultState State { get; init; }

    /// <summary>What brought it there; null for what was asked for.</summary>
    public string? StateReason { get; init; }

    /// <summary>Another one after each change of the rule or its state; counters do not change it.</summary>
    public required long Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    public DateTimeOffset? ArmedAt { get; init; }

    /// <summary>While armed: when it ends at the latest.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Matching calls since it was armed first, or since its counters were reset.</summary>
    public required long Matches { get; init; }

    /// <summary>Matching calls by what came of them.</summary>
    public required IReadOnlyDictionary<FaultOutcome, long> Outcomes { get; init; }

    /// <summary>Delays that run now.</summary>
    public required int Active { get; init; }

    /// <summary>Ports whose fast path it keeps off.</summary>
    public required int SlowPaths { get; init; }

    public long Hits => Outcomes[FaultOutcome.Injected];
}

/// <summary>A rule went from one state to another.</summary>
/// <param name="Id">The rule.</param>
/// <param name="From">Null: it is new.</param>
/// <param name="To">Null: it was removed.</param>
/// <param name="Reason">Why, if nobody asked for it.</param>
public readonly record struct FaultStateChange(string Id, FaultState? From, FaultState? To, string? Reason);
