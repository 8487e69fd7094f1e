using Synic.Ports;

namespace Synic.Faults;

/// <summary>A rule and what has become of it; the lock of <see cref="FaultRules"/> guards it.</summary>
internal sealed class RuleEntry(FaultRule rule, int number, DateTimeOffset created)
{
    private readonly Dictionary<PortRegistration, IDisposable> _slowPaths = [];

    public FaultRule Rule { get; set; } = rule;

    /// <summary>From 1, by age: the older of two rules of the same priority is asked first.</summary>
    public int Number => number;

    public FaultState State { get; set; }

    public string? StateReason { get; set; }

    public long Version { get; set; }

    public RuleTally Tally { get; set; } = new();

    /// <summary>While armed; and afterwards, until what an exhausted rule still holds has gone its way.</summary>
    public RuleRun? Run { get; set; }

    public DateTimeOffset? ArmedAt { get; set; }

    /// <summary>Ticks of the clock.</summary>
    public long TtlEnd { get; set; }

    public long? LeaseEnd { get; set; }

    public long? WindowEnd { get; set; }

    public long End => Math.Min(TtlEnd, Math.Min(LeaseEnd ?? long.MaxValue, WindowEnd ?? long.MaxValue));

    /// <summary>Takes the fast path off a port, if the rule wants that and means the port.</summary>
    public void TakeSlowPath(PortRegistration port)
    {
        if (Rule.ForceSlowPath && port.FastPath is { } fastPath
            && Rule.Match.HasPort(port.Connection, port.Port.Kind, port.Owner) && !_slowPaths.ContainsKey(port))
        {
            _slowPaths.Add(port, fastPath.Suspend());
        }
    }

    /// <summary>The suspensions, for the caller to dispose when no lock is held.</summary>
    public IEnumerable<IDisposable> GiveSlowPathsBack()
    {
        IDisposable[] suspensions = [.. _slowPaths.Values];
        _slowPaths.Clear();
        return suspensions;
    }

    public FaultRuleView View(TimeProvider time)
    {
        long matches;
        Dictionary<FaultOutcome, long> outcomes;
        lock (Tally.Gate)
        {
            matches = Tally.Matches;
            outcomes = Enum.GetValues<FaultOutcome>().ToDictionary(static o => o, o => Tally.Outcomes[(int)o]);
        }

        return new FaultRuleView
        {
            Rule = Rule,
            State = State,
            StateReason = StateReason,
            Version = Version,
            Created = created,
            ArmedAt = ArmedAt,
            EndsAt = State == FaultState.Armed ? time.GetUtcNow() + time.GetElapsedTime(time.GetTimestamp(), End) : null,
            Matches = matches,
            Outcomes = outcomes,
            Active = Run?.Active ?? 0,
            SlowPaths = _slowPaths.Count,
        };
    }
}
