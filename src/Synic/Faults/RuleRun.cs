using Synic.History;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>An armed rule: it decides about calls until it is over.</summary>
/// <remarks>
/// A decision is made in one piece under the rule's own lock, a few dozen instructions without any callback: so the
/// decisions of a rule are in one order, however many VPs call, and the n-th is the same in every run.
/// </remarks>
internal sealed class RuleRun : InjectingRule
{
    private readonly FaultRule _rule;
    private readonly FaultDraw _draws;
    private readonly RuleTally _tally;
    private readonly RunServices _services;
    private readonly HeldCalls _held = new();
    private readonly bool _spaced;
    private int _active;
    private volatile bool _over;
    private bool _settling;
    private long _end;

    /// <param name="rule">What was armed.</param>
    /// <param name="number">Of the rule.</param>
    /// <param name="tally">Counters to go on with.</param>
    /// <param name="end">When it decides for the last time, in ticks of the clock.</param>
    /// <param name="services">What all rules of the partition share.</param>
    public RuleRun(FaultRule rule, int number, RuleTally tally, long end, RunServices services)
    {
        _rule = rule;
        Number = number;
        _draws = new FaultDraw(rule.Seed, rule.Id);
        _tally = tally;
        _services = services;
        _end = end;
        _spaced = rule.Trigger.MinSpacing > TimeSpan.Zero;
    }

    public FaultRule Rule => _rule;

    public override string Id => _rule.Id;

    public override int Number { get; }

    public override bool IsOver => _over;

    /// <summary>Delays that run now.</summary>
    public int Active
    {
        get
        {
            lock (_tally.Gate)
            {
                return _active;
            }
        }
    }

    /// <summary>No further hit can come.</summary>
    public bool IsSpent
    {
        get
        {
            lock (_tally.Gate)
            {
                return IsSpentLocked;
            }
        }
    }

    private bool IsSpentLocked =>
        _tally.BusyLeft == 0 && _rule.Trigger is var trigger
        && (_tally.Hits >= trigger.Times || (trigger.Nth is [.., var last] && _tally.Matches >= last));

    /// <summary>Lives on until then.</summary>
    public void Renew(long end) => Volatile.Write(ref _end, end);

    /// <summary>Ends the rule. What it holds of VPs goes on at once; what the SynIC holds for it the caller lets go.</summary>
    public void End()
    {
        _over = true; // first: whoever is about to hold something sees it, or is seen by what follows
        _held.Release();
    }

    /// <summary>Decides about a call.</summary>
    /// <returns>False: the next rule may.</returns>
    public bool TryFire(in FaultCall call, out FaultEffect effect)
    {
        effect = default;
        if (_over || !_rule.Match.Matches(in call, _services.Ports))
        {
            return false;
        }

        var now = _services.Time.GetTimestamp();
        if (now >= Volatile.Read(ref _end))
        {
            _services.Settle();
            return false;
        }

        FaultOutcome outcome;
        long number;
        ulong draw;
        bool settle;
        lock (_tally.Gate)
        {
            if (_over || IsSpentLocked)
            {
                _services.Counters.CountSkipped(FaultOutcome.Budget); // it is still in the plan, but has ended
                return false;
            }

            number = ++_tally.Matches;
            draw = _draws[number];
            outcome = Evaluate(number, draw, now);
            _tally.Outcomes[(int)outcome]++;
            _tally.Log.Add(new FaultDecision(
                number, now, call.Operation, call.Connection, call.Vtl, call.Vp, call.Sint, outcome, draw));
            settle = !_settling && IsSpentLocked;
            _settling |= settle;
        }

        if (settle)
        {
            _services.Settle();
        }

        if (outcome is FaultOutcome.Injected or FaultOutcome.DryRun)
        {
            _services.Tap?.FaultHit(HitOf(in call, outcome, number), now);
        }

        if (outcome != FaultOutcome.Injected)
        {
            _services.Counters.CountSkipped(outcome);
            return false;
        }

        _services.Counters.CountInjected(call.Operation, _rule.Action.Kind);
        if (_rule.Action.Kind == FaultEffectKind.Verify)
        {
            _services.VerifyHit();
        }

        effect = Effect(draw);
        return true;
    }

    public FaultDecision[] Decisions(long after, int limit)
    {
        lock (_tally.Gate)
        {
            return _tally.Log.Read(after, limit);
        }
    }

    public override void Wait(in FaultEffect effect)
    {
        try
        {
            _held.Wait(this, _services.Time, TimeSpan.FromTicks(effect.Delay));
        }
        finally
        {
            EndDelay(); // on every path: a count that is not lowered would stop later hits
        }
    }

    public override void EndDelay()
    {
        lock (_tally.Gate)
        {
            _active--;
        }
    }

    public override int Corrupt(Span<byte> payload)
    {
        var action = _rule.Action;
        for (var i = 0; i < action.Xor.Count && action.Offset + i < payload.Length; i++)
        {
            payload[action.Offset + i] ^= action.Xor[i];
        }

        return Math.Min(payload.Length, action.TruncateTo ?? payload.Length);
    }

    // The order of the tests is the contract's; that there are hits left was seen before.
    private FaultOutcome Evaluate(long number, ulong draw, long now)
    {
        if (_tally.BusyLeft > 0)
        {
            _tally.BusyLeft--;
            return FaultOutcome.Injected; // part of the hit before
        }

        var trigger = _rule.Trigger;
        if (number <= trigger.SkipFirst || (number - trigger.SkipFirst) % trigger.EveryNth != 0 || !IsNamed(trigger.Nth, number))
        {
            return FaultOutcome.NotNth;
        }

        if (_spaced && _tally.LastHit is { } last && _services.Time.GetElapsedTime(last, now) < trigger.MinSpacing)
        {
            return FaultOutcome.Spacing;
        }

        if (trigger.Probability < 1 && (trigger.Probability <= 0 || FaultDraw.ToUnit(draw) >= trigger.Probability))
        {
            return FaultOutcome.Probability;
        }

        var delays = _rule.Action.Kind == FaultEffectKind.Delay && !_rule.DryRun;
        if (delays && _active >= _rule.MaxActive)
        {
            return FaultOutcome.Overflow;
        }

        _active += delays ? 1 : 0;
        _tally.Hits++;
        _tally.LastHit = now;
        if (_rule.DryRun)
        {
            return FaultOutcome.DryRun;
        }

        // For a post each busy answer is a call of its own; a message for the guest carries the count with it.
        if (_rule.Action.Kind == FaultEffectKind.Busy && _rule.Match.Has(FaultOperation.PostMessage))
        {
            _tally.BusyLeft = _rule.Action.Count - 1;
        }

        return FaultOutcome.Injected;
    }

    private CallRecord HitOf(in FaultCall call, FaultOutcome outcome, long number)
    {
        var toGuest = call.Operation is FaultOperation.GuestMessage or FaultOperation.GuestEvent;
        return new CallRecord
        {
            InjectedBy = Number,
            Value = (ulong)number,
            Status = (ushort)outcome,
            MessageType = (uint)call.Operation,
            Connection = call.Connection.Value,
            Vtl = call.Vtl.Value,
            Vp = CallRecord.VpByte(call.Vp),
            Index = call.Sint.Value,
            Fields = toGuest ? CallFields.Index : CallFields.Connection,
        };
    }

    private static bool IsNamed(IReadOnlyList<long> numbers, long number)
    {
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] == number)
            {
                return true;
            }
        }

        return numbers.Count == 0;
    }

    private FaultEffect Effect(ulong draw)
    {
        var action = _rule.Action;
        var delay = action.Kind == FaultEffectKind.Reorder ? action.FlushAfter.Ticks : action.Delay.Ticks;
        if (action.Jitter > TimeSpan.Zero)
        {
            delay += FaultDraw.Second(draw, action.Jitter.Ticks);
        }

        return new FaultEffect
        {
            Kind = action.Kind,
            Status = action.Status,
            Count = action.Count,
            Vp = action.Vp,
            Delay = delay,
            Draw = draw,
            Rule = this,
        };
    }
}

/// <summary>What the runs of one partition share.</summary>
/// <param name="Time">The partition's clock.</param>
/// <param name="Ports">Its port map.</param>
/// <param name="Counters">Its totals.</param>
/// <param name="Settle">A rule may have come to its end: look after it, not on this thread.</param>
/// <param name="VerifyHit">A verifying rule was hit; called on the thread of the call.</param>
/// <param name="Tap">Hits are written down there; null: nowhere.</param>
internal sealed record RunServices(
    TimeProvider Time, IFaultPorts Ports, FaultCounters Counters, Action Settle, Action VerifyHit, CallTap? Tap = null);
