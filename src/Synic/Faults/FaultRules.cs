using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>The fault rules of one partition: keeps them, arms them, ends them, and makes the plan that the dispatch reads.</summary>
/// <remarks>
/// Rules end in time also without a thread that waits for it: a rule asks the clock before it acts, so a late timer lets
/// nothing through.
/// </remarks>
public sealed partial class FaultRules : IDisposable
{
    private const int MaxIds = 4096;

    private readonly FaultKillSwitch _killSwitch;
    private readonly MapPorts _ports;
    private readonly RunServices _services;
    private readonly Lock _gate = new(); // guards everything below
    private readonly Dictionary<string, RuleEntry> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _ids = [];
    private readonly ITimer _timer;
    private FaultHost _host;
    private int _numbers;
    private long _version;
    private bool _disposed;

    public FaultRules(FaultHost host, FaultKillSwitch killSwitch)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(killSwitch);
        _host = host;
        _killSwitch = killSwitch;
        _settling = new SettleItem(this);
        _ports = new MapPorts { Map = host.Map };
        _services = new RunServices(host.Time, _ports, Counters, _settling.Queue, OnVerifyHit, host.Tap);
        _timer = host.Time.CreateTimer(static state => ((FaultRules)state!).Settle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        killSwitch.Add(this);
    }

    /// <summary>Totals over all rules, also those that are gone.</summary>
    public FaultCounters Counters { get; } = new();

    /// <summary>Told of each change of a state, with no lock held.</summary>
    public event Action<FaultStateChange>? Changed;

    /// <summary>All rules, in the order in which they are asked.</summary>
    public IReadOnlyList<FaultRuleView> List()
    {
        Settle();
        lock (_gate)
        {
            return [.. Ordered().Select(e => e.View(_host.Time))];
        }
    }

    /// <exception cref="FaultRefusedException">There is no such rule.</exception>
    public FaultRuleView Get(string id)
    {
        Settle();
        lock (_gate)
        {
            return Find(id).View(_host.Time);
        }
    }

    /// <summary>The id behind a record's <see cref="InjectingRule.Number"/>, also of rules that are gone.</summary>
    /// <returns>Null when it was forgotten: the last thousands are known.</returns>
    public string? IdOf(int number)
    {
        lock (_gate)
        {
            return _ids.GetValueOrDefault(number);
        }
    }

    /// <summary>An id that no rule has.</summary>
    public string NewId()
    {
        lock (_gate)
        {
            for (var number = _numbers + 1; ; number++)
            {
                if (!_rules.ContainsKey($"rule-{number}"))
                {
                    return $"rule-{number}";
                }
            }
        }
    }

    /// <summary>Adds a rule, or puts another in the place of the one that has its id. What was armed of that ends.</summary>
    /// <param name="rule">Checked.</param>
    /// <param name="arm">At once; otherwise it is a draft.</param>
    /// <param name="version">Only if the rule has it; null: only if there is none.</param>
    /// <exception cref="FaultRefusedException">Nothing has changed.</exception>
    public FaultRuleView Put(FaultRule rule, bool arm, long? version = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        using var changes = new Changes(this);
        lock (_gate)
        {
            RefuseIfKilled();
            _rules.TryGetValue(rule.Id, out var before);
            CheckPlace(rule, before, version);
            if (arm)
            {
                CheckArm(rule);
            }

            var entry = Place(rule, arm, changes);
            Publish();
            return entry.View(_host.Time);
        }
    }

    /// <exception cref="FaultRefusedException">Nothing has changed.</exception>
    public void Remove(string id, long? version = null)
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            var entry = Find(id, version);
            changes.End(entry, null);
            changes.Add(new FaultStateChange(id, entry.State, null, null), entry.Number);
            _rules.Remove(id);
            Publish();
        }
    }

    /// <summary>Lets a rule act. A paused one goes on with its counters, any other starts anew.</summary>
    /// <exception cref="FaultRefusedException">Nothing has changed.</exception>
    public FaultRuleView Arm(string id, string? reason = null)
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            RefuseIfKilled();
            SettleLocked(changes);
            var entry = Find(id);
            if (entry.State == FaultState.Armed)
            {
                return entry.View(_host.Time);
            }

            var rule = reason is null ? entry.Rule : entry.Rule with { Reason = reason };
            CheckArm(rule);
            entry.Rule = rule;
            Start(entry, changes);
            Publish();
            return entry.View(_host.Time);
        }
    }

    /// <exception cref="FaultRefusedException">Nothing has changed.</exception>
    public FaultRuleView Pause(string id)
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            SettleLocked(changes);
            var entry = Find(id);
            if (entry.State is not (FaultState.Armed or FaultState.Paused))
            {
                throw new FaultRefusedException(FaultRefusal.WrongState, $"rule '{id}' is {Name(entry.State)}; only an armed rule can be paused");
            }

            if (entry.State == FaultState.Armed)
            {
                changes.End(entry, null);
                Move(entry, FaultState.Paused, null, changes);
                Publish();
            }

            return entry.View(_host.Time);
        }
    }

    /// <summary>Ends a rule; what it held has gone on when this returns. Arming it begins anew.</summary>
    /// <exception cref="FaultRefusedException">It acts no more, or never did.</exception>
    public FaultRuleView Stop(string id)
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            SettleLocked(changes);
            var entry = Find(id);
            if (entry.Run is null && entry.State is not (FaultState.Armed or FaultState.Paused or FaultState.Stopped))
            {
                throw new FaultRefusedException(FaultRefusal.WrongState, $"rule '{id}' is {Name(entry.State)}; only a rule that is armed or paused can be stopped");
            }

            Stop(entry, null, changes);
            Publish();
            return entry.View(_host.Time);
        }
    }

    /// <summary>Counts from 0 again; the next match is number 1.</summary>
    /// <exception cref="FaultRefusedException">There is no such rule.</exception>
    public FaultRuleView ResetCounters(string id)
    {
        lock (_gate)
        {
            var entry = Find(id);
            entry.Tally.Reset();
            return entry.View(_host.Time);
        }
    }

    /// <summary>Starts the lease anew.</summary>
    /// <exception cref="FaultRefusedException">The rule has none, or is not armed.</exception>
    public FaultRuleView Renew(string id)
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            SettleLocked(changes);
            var entry = Find(id);
            if (entry.Rule.Lease is not { } lease || entry.Run is not { } run || entry.State != FaultState.Armed)
            {
                throw new FaultRefusedException(FaultRefusal.WrongState, $"rule '{id}' has no lease that runs: only an armed rule with leaseSeconds can be renewed");
            }

            entry.LeaseEnd = _host.Time.GetTimestamp() + TicksOf(lease);
            run.Renew(entry.End);
            SetTimer();
            return entry.View(_host.Time);
        }
    }

    /// <summary>Decisions of a rule that are still known, by number.</summary>
    /// <exception cref="FaultRefusedException">There is no such rule.</exception>
    public IReadOnlyList<FaultDecision> Decisions(string id, long after, int limit)
    {
        lock (_gate)
        {
            var tally = Find(id).Tally;
            lock (tally.Gate)
            {
                return tally.Log.Read(after, limit);
            }
        }
    }

    /// <summary>Ends all rules that act or could go on; what they hold has been let go when this returns.</summary>
    public void StopAll(string reason)
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            foreach (var entry in _rules.Values.Where(static e => e.Run is not null || e.State is FaultState.Armed or FaultState.Paused))
            {
                Stop(entry, reason, changes);
            }

            Publish();
        }
    }

    /// <summary>Written down before the rules are, which it stops.</summary>
    internal void Tell(KillSwitchState state) => _services.Tap?.KillSwitch(state.Engaged, state.Reason);

    public void Dispose()
    {
        _killSwitch.Remove(this);
        StopAll("the partition has ended");
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private RuleEntry Place(FaultRule rule, bool arm, Changes changes)
    {
        if (_rules.TryGetValue(rule.Id, out var before))
        {
            changes.End(before, null);
        }

        Remember(before?.Number ?? _numbers + 1, rule.Id);
        var entry = new RuleEntry(rule, before?.Number ?? ++_numbers, _host.Time.GetUtcNow()) { Version = ++_version };
        _rules[rule.Id] = entry;
        changes.Add(new FaultStateChange(rule.Id, before?.State, FaultState.Draft, null), entry.Number);
        if (arm)
        {
            Start(entry, changes);
        }

        return entry;
    }

    private void Remember(int number, string id)
    {
        _ids[number] = id;
        _ids.Remove(number - MaxIds);
    }

    private RuleEntry Find(string id, long? version = null) =>
        !_rules.TryGetValue(id, out var entry) ? throw new FaultRefusedException(FaultRefusal.NotFound, $"there is no rule '{id}'")
        : version is not null && version != entry.Version ? throw Stale(id)
        : entry;

    private static FaultRefusedException Stale(string id) =>
        new(FaultRefusal.StaleVersion, $"rule '{id}' has changed since; read it again");

    private void RefuseIfKilled()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_killSwitch.IsEngaged)
        {
            throw new FaultRefusedException(FaultRefusal.KillSwitchEngaged, "the kill switch is engaged; release it first");
        }
    }

    private IEnumerable<RuleEntry> Ordered() => _rules.Values.OrderBy(static e => e.Rule.Priority).ThenBy(static e => e.Number);

    private long TicksOf(TimeSpan time) => (long)(time.TotalSeconds * _host.Time.TimestampFrequency);

    private static string Name(FaultState state) => Diagnostics.DeliveryLabels.Of(state);

    /// <summary>The port map, to rules.</summary>
    private sealed class MapPorts : IFaultPorts
    {
        public required SynicPortMap Map { get; set; } // a reference: a call sees the one or the other

        public bool TryDescribe(ConnectionId connection, out PortKind kind, out string owner)
        {
            var found = Map.TryGet(connection, out var port);
            kind = found ? port.Port.Kind : default;
            owner = found ? port.Owner : "";
            return found;
        }
    }
}
