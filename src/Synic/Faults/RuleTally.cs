namespace Synic.Faults;

/// <summary>What a rule counted. It outlives a pause; the lock of the <see cref="RuleRun"/> that uses it guards it.</summary>
internal sealed class RuleTally
{
    private static readonly int s_outcomes = Enum.GetValues<FaultOutcome>().Length;

    /// <summary>One gate for all runs of the rule: a decision takes its number and everything else in one piece.</summary>
    public Lock Gate { get; } = new();

    public DecisionLog Log { get; } = new();

    public long Matches { get; set; }

    /// <summary>Hits, those of a dry run too: what <see cref="FaultTrigger.Times"/> limits.</summary>
    public long Hits { get; set; }

    /// <summary>Busy answers that the last hit still has to give.</summary>
    public int BusyLeft { get; set; }

    /// <summary>When the last hit was; null before the first.</summary>
    public long? LastHit { get; set; }

    public long[] Outcomes { get; } = new long[s_outcomes];

    public void Reset()
    {
        lock (Gate)
        {
            Matches = 0;
            Hits = 0;
            BusyLeft = 0;
            LastHit = null;
            Array.Clear(Outcomes);
            Log.Clear();
        }
    }
}
