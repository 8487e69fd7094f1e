using Synic.Ports;

namespace Synic.Faults;

/// <content>How rules begin and end.</content>
public sealed partial class FaultRules
{
    /// <summary>What a record of a removed rule has in the place of its state.</summary>
    public const ushort RuleGone = ushort.MaxValue;

    private static readonly TimeSpan s_watchPeriod = TimeSpan.FromMilliseconds(250);

    private readonly SettleItem _settling;
    private volatile bool _verifyHit;
    private long _watchedAt;
    private long _watchedFailures;

    /// <summary>Looks after rules that have come to their end; anything that reads them does so first.</summary>
    public void Settle()
    {
        using var changes = new Changes(this);
        lock (_gate)
        {
            if (!_disposed)
            {
                SettleLocked(changes);
            }
        }
    }

    /// <summary>
    /// Goes on in another machine of the same partition: armed rules act there, with their counters and times as they
    /// are. What the machine before still held is let go.
    /// </summary>
    /// <param name="host">The other machine; its clock is the same.</param>
    public void MoveTo(FaultHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        FaultHost before;
        var slowPaths = new List<IDisposable>();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            before = _host;
            before.Point.Plan = null;
            _host = host;
            _ports.Map = host.Map;
            _watchedAt = 0; // the failures are counted anew
            foreach (var entry in _rules.Values)
            {
                slowPaths.AddRange(entry.GiveSlowPathsBack());
            }

            foreach (var entry in _rules.Values.Where(static e => e.State == FaultState.Armed && e.Rule.ForceSlowPath))
            {
                foreach (var port in host.Map.Snapshot())
                {
                    entry.TakeSlowPath(port);
                }
            }

            Publish();
        }

        before.ReleaseHeld();
        foreach (var slowPath in slowPaths)
        {
            slowPath.Dispose();
        }
    }

    private void SettleLocked(Changes changes)
    {
        var now = _host.Time.GetTimestamp();
        var conditions = Watched(now);
        var before = changes.Count;
        foreach (var entry in _rules.Values.Where(static e => e.Run is not null))
        {
            SettleRule(entry, now, conditions, changes);
        }

        _verifyHit = false;
        if (changes.Count != before)
        {
            Publish();
        }
        else
        {
            SetTimer();
        }
    }

    private void SettleRule(RuleEntry entry, long now, Readings? conditions, Changes changes)
    {
        if (entry.State != FaultState.Armed)
        {
            if (now >= entry.TtlEnd)
            {
                changes.End(entry, null); // exhausted before: now at last nothing is held for it
            }
        }
        else if (now >= entry.TtlEnd)
        {
            changes.End(entry, null);
            Move(entry, FaultState.Expired, $"{entry.Rule.Ttl.TotalSeconds:0.###} seconds are over", changes);
        }
        else if (now >= entry.LeaseEnd)
        {
            Stop(entry, "the lease was not renewed", changes);
        }
        else if (entry.Run!.IsSpent || now >= entry.WindowEnd)
        {
            // Not over yet: a delay that the last hit began takes its time.
            Move(entry, FaultState.Exhausted, now >= entry.WindowEnd ? "its window is over" : "all hits are used up", changes);
        }
        else if (conditions is { } readings && readings.WhatStops(entry.Rule.StopWhen, _verifyHit) is { } reason)
        {
            Stop(entry, reason, changes);
        }
    }

    private void Start(RuleEntry entry, Changes changes)
    {
        if (entry.Run is not null)
        {
            changes.End(entry, null); // exhausted, with something still held
        }

        if (entry.State != FaultState.Paused)
        {
            entry.Tally = new RuleTally();
        }

        var now = _host.Time.GetTimestamp();
        var rule = entry.Rule;
        entry.ArmedAt = _host.Time.GetUtcNow();
        entry.TtlEnd = now + TicksOf(rule.Ttl);
        entry.LeaseEnd = rule.Lease is { } lease ? now + TicksOf(lease) : null;
        entry.WindowEnd = rule.Trigger.Within is { } window ? now + TicksOf(window) : null;
        entry.Run = new RuleRun(rule, entry.Number, entry.Tally, entry.End, _services);
        if (rule.ForceSlowPath)
        {
            foreach (var port in _host.Map.Snapshot())
            {
                entry.TakeSlowPath(port);
            }
        }

        Move(entry, FaultState.Armed, null, changes);
    }

    private void Stop(RuleEntry entry, string? reason, Changes changes)
    {
        changes.End(entry, null);
        if (entry.State is FaultState.Armed or FaultState.Paused)
        {
            Move(entry, FaultState.Stopped, reason, changes);
        }
    }

    private void Move(RuleEntry entry, FaultState state, string? reason, Changes changes)
    {
        changes.Add(new FaultStateChange(entry.Rule.Id, entry.State, state, reason), entry.Number);
        entry.State = state;
        entry.StateReason = reason;
        entry.Version = ++_version;
    }

    private void Publish()
    {
        RuleEntry[] armed = [.. Ordered().Where(static e => e.State == FaultState.Armed)];
        _host.Point.Plan = armed.Length == 0
            ? null
            : new CompiledPlan(
                [.. armed.Select(static e => e.Run!)], _killSwitch, Counters,
                armed.Any(static e => e.Rule.ForceSlowPath) ? OnPortRegistered : null);
        SetTimer();
    }

    private void SetTimer()
    {
        if (_disposed)
        {
            return;
        }

        var next = long.MaxValue;
        var watch = false;
        foreach (var entry in _rules.Values)
        {
            if (entry.Run is not null)
            {
                next = Math.Min(next, entry.State == FaultState.Armed ? entry.End : entry.TtlEnd);
                watch |= entry.State == FaultState.Armed && !entry.Rule.StopWhen.IsEmpty;
            }
        }

        var due = next == long.MaxValue ? Timeout.InfiniteTimeSpan : _host.Time.GetElapsedTime(_host.Time.GetTimestamp(), next);
        if (next != long.MaxValue)
        {
            // Timers count whole milliseconds and may be early by one.
            due = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(due.TotalMilliseconds)));
        }

        if (watch && (due > s_watchPeriod || due == Timeout.InfiniteTimeSpan))
        {
            due = s_watchPeriod;
        }

        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void OnPortRegistered(PortRegistration port)
    {
        lock (_gate)
        {
            foreach (var entry in _rules.Values.Where(static e => e.State == FaultState.Armed))
            {
                entry.TakeSlowPath(port);
            }
        }
    }

    private void OnVerifyHit()
    {
        _verifyHit = true;
        _settling.Queue();
    }

    // Null while no armed rule asks.
    private Readings? Watched(long now)
    {
        if (_host.Conditions is not { } read || !_rules.Values.Any(static e => e.State == FaultState.Armed && !e.Rule.StopWhen.IsEmpty))
        {
            _watchedAt = 0;
            return null;
        }

        var current = read();
        double? rate = null;
        if (_watchedAt == 0)
        {
            _watchedAt = now;
            _watchedFailures = current.RealFailures;
        }
        else if (_host.Time.GetElapsedTime(_watchedAt, now) is var passed && passed >= s_watchPeriod)
        {
            rate = (current.RealFailures - _watchedFailures) / passed.TotalSeconds;
            _watchedAt = now;
            _watchedFailures = current.RealFailures;
        }

        return new Readings(current, rate);
    }

    /// <param name="Now">As read.</param>
    /// <param name="FailureRate">Null before the second reading.</param>
    private readonly record struct Readings(FaultConditions Now, double? FailureRate)
    {
        public string? WhatStops(FaultStop stop, bool verifyHit) =>
            stop.VerifyHit && verifyHit ? "a verify rule was hit"
            : stop.BackendDown && !Now.BackendUp ? "the backend gave up"
            : Now.QueueLength > stop.QueueLength ? $"{Now.QueueLength} messages wait for the guest"
            : FailureRate > stop.RealFailuresPerSecond ? $"{FailureRate:0.#} real failures per second"
            : null;
    }

    /// <summary>What is done once the lock is free: held calls and messages go on, fast paths come back, watchers are told.</summary>
    private sealed class Changes(FaultRules rules) : IDisposable
    {
        private readonly List<IDisposable> _slowPaths = [];
        private readonly List<FaultStateChange> _told = [];
        private bool _release;

        public int Count { get; private set; }

        public void Add(FaultStateChange change, int number)
        {
            Count++;
            _told.Add(change);
            rules._services.Tap?.FaultState(number, change.To is { } to ? (ushort)to : RuleGone, change.Reason);
        }

        /// <summary>Ends the entry's run, if there is one.</summary>
        public void End(RuleEntry entry, RuleRun? next)
        {
            if (entry.Run is { } run)
            {
                Count++;
                run.End();
                _slowPaths.AddRange(entry.GiveSlowPathsBack());
                _release = true;
            }

            entry.Run = next;
        }

        public void Dispose()
        {
            if (_release)
            {
                rules._host.ReleaseHeld();
            }

            foreach (var slowPath in _slowPaths)
            {
                slowPath.Dispose();
            }

            foreach (var change in _told)
            {
                rules.Changed?.Invoke(change);
            }
        }
    }

    /// <summary>Asks the thread pool to settle, from a VP's thread: without an allocation, and not twice at once.</summary>
    private sealed class SettleItem(FaultRules rules) : IThreadPoolWorkItem
    {
        private int _queued;

        public void Queue()
        {
            if (Interlocked.Exchange(ref _queued, 1) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        void IThreadPoolWorkItem.Execute()
        {
            Volatile.Write(ref _queued, 0);
            rules.Settle();
        }
    }
}
