namespace Synic.Faults;

/// <content>Several rules at once: all of them or none.</content>
public sealed partial class FaultRules
{
    /// <summary>Adds rules that belong together. When one of them cannot be had, nothing has changed.</summary>
    /// <param name="rules">No two with the same id.</param>
    /// <param name="replace">In the place of those that have the ids; otherwise these are in the way.</param>
    /// <exception cref="FaultRefusedException">Nothing has changed; <see cref="FaultRefusedException.Rule"/> is the one that is refused.</exception>
    public IReadOnlyList<FaultRuleView> PutAll(IReadOnlyList<NewFaultRule> rules, bool replace)
    {
        ArgumentNullException.ThrowIfNull(rules);
        using var changes = new Changes(this);
        lock (_gate)
        {
            SettleLocked(changes);
            CheckSet(rules, replace);
            var entries = rules.Select(r => Place(r.Rule, r.Arm, changes)).ToList();
            Publish();
            return [.. entries.Select(e => e.View(_host.Time))];
        }
    }

    /// <summary>As <see cref="PutAll"/>, but changes nothing.</summary>
    /// <exception cref="FaultRefusedException">It would be refused.</exception>
    public void CheckAll(IReadOnlyList<NewFaultRule> rules, bool replace)
    {
        ArgumentNullException.ThrowIfNull(rules);
        using var changes = new Changes(this);
        lock (_gate)
        {
            SettleLocked(changes);
            CheckSet(rules, replace);
        }
    }

    /// <summary>Adds a rule that was there before a restart, also while the kill switch is engaged. It does not act.</summary>
    /// <param name="rule">Of an id that no rule has.</param>
    /// <param name="paused">Otherwise it is a draft.</param>
    public void Restore(FaultRule rule, bool paused)
    {
        ArgumentNullException.ThrowIfNull(rule);
        using var changes = new Changes(this);
        lock (_gate)
        {
            CheckPlace(rule, null, null);
            var entry = Place(rule, arm: false, changes);
            if (paused)
            {
                Move(entry, FaultState.Paused, "the daemon was started anew", changes);
            }
        }
    }

    private void CheckSet(IReadOnlyList<NewFaultRule> rules, bool replace)
    {
        RefuseIfKilled();
        var ids = rules.Select(static r => r.Rule.Id).ToHashSet(StringComparer.Ordinal);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ids.Count, rules.Count, nameof(rules));
        var armed = Armed().Where(r => !ids.Contains(r.Id)).ToList();
        var count = _rules.Count;
        foreach (var (rule, arm) in rules)
        {
            try
            {
                if (!_rules.ContainsKey(rule.Id))
                {
                    CheckRoom(count++);
                }
                else if (!replace)
                {
                    throw InUse(rule.Id);
                }

                CheckPersist(rule);
                if (arm)
                {
                    CheckArm(rule, armed);
                    armed.Add(rule);
                }
            }
            catch (FaultRefusedException e)
            {
                throw new FaultRefusedException(e.Refusal, e.Message, e.ConflictsWith) { Rule = rule.Id };
            }
        }
    }
}
