using Synic.Ports;

namespace Synic.Faults;

/// <content>What stands in the way of a rule.</content>
public sealed partial class FaultRules
{
    private void CheckPlace(FaultRule rule, RuleEntry? before, long? version)
    {
        if (before is null && version is not null)
        {
            throw new FaultRefusedException(FaultRefusal.NotFound, $"there is no rule '{rule.Id}'");
        }

        if (before is not null && version is null)
        {
            throw InUse(rule.Id);
        }

        if (before is not null && before.Version != version)
        {
            throw Stale(rule.Id);
        }

        if (before is null)
        {
            CheckRoom(_rules.Count);
        }

        CheckPersist(rule);
    }

    private void CheckPersist(FaultRule rule)
    {
        if (rule.Persist && _host.NoPersist is { } why)
        {
            throw new FaultRefusedException(FaultRefusal.NotArmable, $"rule '{rule.Id}' cannot persist: {why}");
        }
    }

    private void CheckRoom(int count)
    {
        if (count >= _host.MaxRules)
        {
            throw new FaultRefusedException(FaultRefusal.Limit, $"a partition has at most {_host.MaxRules} rules; remove some");
        }
    }

    private static FaultRefusedException InUse(string id) => new(FaultRefusal.IdInUse, $"there is a rule '{id}' already", id);

    private void CheckArm(FaultRule rule) => CheckArm(rule, Armed());

    /// <param name="rule">What is to be armed.</param>
    /// <param name="armed">Beside which others.</param>
    private void CheckArm(FaultRule rule, IEnumerable<FaultRule> armed)
    {
        if (string.IsNullOrWhiteSpace(rule.Reason))
        {
            throw new FaultRefusedException(FaultRefusal.NotArmable, $"rule '{rule.Id}' needs a reason to be armed");
        }

        if (rule.Action.Kind == FaultEffectKind.Reexecute && _host.NoReexecute is { } why)
        {
            throw new FaultRefusedException(FaultRefusal.Unsupported, $"rule '{rule.Id}' cannot act here: {why}");
        }

        if (rule.Action.Kind == FaultEffectKind.WrongVp && rule.Action.Vp.Value >= _host.VpCount)
        {
            throw new FaultRefusedException(FaultRefusal.NotArmable, $"rule '{rule.Id}' delivers to VP {rule.Action.Vp}; this partition has {_host.VpCount}");
        }

        if (!rule.StopWhen.IsEmpty && _host.Conditions is null)
        {
            throw new FaultRefusedException(FaultRefusal.Unsupported, $"rule '{rule.Id}' has stop conditions, which nobody watches here");
        }

        if (!rule.AllowOverlap && Overlapping(rule, armed) is { } other)
        {
            throw new FaultRefusedException(
                FaultRefusal.Overlap,
                $"rule '{rule.Id}' can mean the same calls as '{other}', which is armed with the same priority {rule.Priority}; give another priority, or allowOverlap",
                other);
        }
    }

    /// <summary>The armed rule that stands in the way of this one; null: none does.</summary>
    public string? FindOverlap(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        lock (_gate)
        {
            return Overlapping(rule, Armed());
        }
    }

    private IEnumerable<FaultRule> Armed() => Ordered().Where(static e => e.State == FaultState.Armed).Select(static e => e.Rule);

    private static string? Overlapping(FaultRule rule, IEnumerable<FaultRule> armed) => armed
        .FirstOrDefault(r => r.Id != rule.Id && r.Priority == rule.Priority && RuleOverlap.CanMeet(r.Match, rule.Match))?.Id;
}
