namespace Synic.Faults;

/// <summary>Stops every rule of every partition, and refuses new ones until it is released. Releasing arms nothing.</summary>
public sealed class FaultKillSwitch(TimeProvider time)
{
    private readonly Lock _gate = new(); // guards everything but the flag's reading
    private readonly List<FaultRules> _rules = [];
    private volatile bool _engaged;
    private KillSwitchState _state = new(false, null, null, null);

    /// <summary>Read before any rule.</summary>
    public bool IsEngaged => _engaged;

    public KillSwitchState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Told of each change, with no lock held.</summary>
    public event Action<KillSwitchState>? Changed;

    /// <summary>Takes effect with the next call; when it returns nothing is held any more.</summary>
    /// <returns>False: it was engaged already, and still is for the first reason.</returns>
    public bool Engage(string reason, string by)
    {
        KillSwitchState state;
        FaultRules[] rules;
        lock (_gate)
        {
            if (_engaged)
            {
                return false;
            }

            _engaged = true;
            _state = state = new KillSwitchState(true, time.GetUtcNow(), reason, by);
            rules = [.. _rules];
        }

        foreach (var each in rules)
        {
            each.Tell(state);
            each.StopAll($"kill switch: {reason}");
        }

        Changed?.Invoke(state);
        return true;
    }

    /// <returns>False: it was not engaged.</returns>
    public bool Release(string by)
    {
        KillSwitchState state;
        FaultRules[] rules;
        lock (_gate)
        {
            if (!_engaged)
            {
                return false;
            }

            _engaged = false;
            _state = state = new KillSwitchState(false, time.GetUtcNow(), null, by);
            rules = [.. _rules];
        }

        foreach (var each in rules)
        {
            each.Tell(state);
        }

        Changed?.Invoke(state);
        return true;
    }

    internal void Add(FaultRules rules)
    {
        lock (_gate)
        {
            _rules.Add(rules);
        }
    }

    internal void Remove(FaultRules rules)
    {
        lock (_gate)
        {
            _rules.Remove(rules);
        }
    }
}

/// <summary>Whether the kill switch is engaged.</summary>
/// <param name="Engaged">No rule acts.</param>
/// <param name="Since">Of the last change; null: there was none.</param>
/// <param name="Reason">While it is engaged.</param>
/// <param name="By">Who changed it last.</param>
public sealed record KillSwitchState(bool Engaged, DateTimeOffset? Since, string? Reason, string? By);
