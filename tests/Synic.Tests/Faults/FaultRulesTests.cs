using Synic.Contracts;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Faults;

/// <summary>How rules come, begin, end and go.</summary>
public sealed class FaultRulesTests : IDisposable
{
    private readonly FaultRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Put_Draft_ActsOnNothingAndLeavesTheDispatchAlone()
    {
        _rig.Put(FaultRig.Spec() with { Arm = false });

        Assert.Null(_rig.Point.Plan);
        Assert.Equal(FaultState.Draft, _rig.State());
    }

    [Fact]
    public void Put_IdThatIsTaken_IsRefusedUnlessItsVersionIsNamed()
    {
        var first = _rig.Put();
        var rule = FaultRig.Read(FaultRig.Spec("drop"));

        Assert.Equal(FaultRefusal.IdInUse, FaultRig.Refused(() => _rig.Rules.Put(rule, arm: true)));
        Assert.Equal(FaultRefusal.StaleVersion, FaultRig.Refused(() => _rig.Rules.Put(rule, arm: true, first.Version + 1)));
        Assert.Equal(FaultEffectKind.Busy, _rig.Post().Kind);

        var second = _rig.Rules.Put(rule, arm: true, first.Version);

        Assert.Equal(FaultEffectKind.Drop, _rig.Post().Kind);
        Assert.NotEqual(first.Version, second.Version);
        Assert.Equal(1, _rig.Rules.Get("rule").Matches);
    }

    [Fact]
    public void Put_VersionOfARuleThatIsNotThere_IsRefused() =>
        Assert.Equal(FaultRefusal.NotFound, FaultRig.Refused(() => _rig.Rules.Put(FaultRig.Read(FaultRig.Spec()), arm: false, 1)));

    [Fact]
    public void Put_OneRuleTooMany_IsRefused()
    {
        using var rig = new FaultRig(new FaultHost { Point = new FaultPoint(), Map = new SynicPortMap(), VpCount = 1, MaxRules = 1 });
        rig.Put();

        Assert.Equal(FaultRefusal.Limit, FaultRig.Refused(() => rig.Put(id: "other")));
    }

    [Fact]
    public void Arm_WithoutReason_IsRefused()
    {
        _rig.Put(FaultRig.Spec() with { Arm = false, Reason = null });

        Assert.Equal(FaultRefusal.NotArmable, FaultRig.Refused(() => _rig.Rules.Arm("rule")));
        Assert.Equal(FaultState.Armed, _rig.Rules.Arm("rule", "now there is one").State);
    }

    [Fact]
    public void Arm_OverlapWithAnArmedRuleOfThePriority_IsRefusedAndNamesIt()
    {
        _rig.Put(id: "first");

        var error = Assert.Throws<FaultRefusedException>(() => _rig.Put(FaultRig.Spec("drop"), "second"));

        Assert.Equal(FaultRefusal.Overlap, error.Refusal);
        Assert.Equal("first", error.ConflictsWith);
        Assert.Equal(FaultRefusal.NotFound, FaultRig.Refused(() => _rig.Rules.Get("second")));
        _rig.Put(FaultRig.Spec("drop") with { Priority = 101 }, "other-priority");
        _rig.Put(FaultRig.Spec("drop") with { AllowOverlap = true }, "allowed");
        _rig.Rules.Pause("first");
        _rig.Put(FaultRig.Spec("drop") with { Priority = 99 }, "beside-a-paused-one");
    }

    [Fact]
    public void Arm_ReexecuteWhereTheBackendCannot_SaysWhy()
    {
        var error = Assert.Throws<FaultRefusedException>(() => _rig.Put(FaultRig.Spec("reexecute")));

        Assert.Equal(FaultRefusal.Unsupported, error.Refusal);
        Assert.Contains("repeat", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arm_WrongVpThatDoesNotExist_IsRefused()
    {
        var spec = FaultRig.Spec() with
        {
            Match = new FaultMatchSpec { Operation = "guest_message" }, Action = new FaultActionSpec { Kind = "wrongVp", Vp = 16 },
        };

        Assert.Equal(FaultRefusal.NotArmable, FaultRig.Refused(() => _rig.Put(spec)));
    }

    [Fact]
    public void Pause_ThenArm_GoesOnWithTheNextNumber()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Nth = [2] }));
        Assert.Empty(_rig.Hits(1));

        _rig.Rules.Pause("rule");
        Assert.Empty(_rig.Hits(5));
        _rig.Rules.Arm("rule");

        Assert.Equal([1], _rig.Hits(3));
    }

    [Fact]
    public void Arm_ExhaustedRule_StartsAnewWithTheSameDecisions()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Probability = 0.5, Times = 5 }));
        var first = _rig.Hits(100);

        _rig.Rules.Arm("rule");

        Assert.Equal(first, _rig.Hits(100));
    }

    [Fact]
    public void Pause_Draft_IsRefused()
    {
        _rig.Put(FaultRig.Spec() with { Arm = false });

        Assert.Equal(FaultRefusal.WrongState, FaultRig.Refused(() => _rig.Rules.Pause("rule")));
    }

    [Fact]
    public void ResetCounters_OfAnArmedRule_StartsAtNumberOne()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { EveryNth = 3 }));
        _rig.Hits(2);

        _rig.Rules.ResetCounters("rule");

        Assert.Equal([3], _rig.Hits(4));
        Assert.Equal(4, _rig.Rules.Get("rule").Matches);
    }

    [Fact]
    public void Remove_ArmedRule_EndsIt()
    {
        var rule = _rig.Put();

        Assert.Equal(FaultRefusal.StaleVersion, FaultRig.Refused(() => _rig.Rules.Remove("rule", rule.Version - 1)));
        _rig.Rules.Remove("rule", rule.Version);

        Assert.Null(_rig.Point.Plan);
        Assert.Equal(1, _rig.Releases);
        Assert.Equal(FaultRefusal.NotFound, FaultRig.Refused(() => _rig.Rules.Remove("rule")));
    }

    [Fact]
    public void Time_TtlOver_ExpiresTheRuleAndKeepsItsCounters()
    {
        _rig.Put(FaultRig.Spec() with { TtlSeconds = 10 });
        _rig.Hits(3);
        _rig.Time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.NotNull(_rig.Point.Plan);

        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(_rig.Point.Plan); // by the timer: nobody asked
        Assert.Equal(FaultState.Expired, _rig.State());
        Assert.Equal(3, _rig.Rules.Get("rule").Hits);
        Assert.Contains(new FaultStateChange("rule", FaultState.Armed, FaultState.Expired, "10 seconds are over"), _rig.Changes);
    }

    [Fact]
    public void Decide_LateTimer_LetsNothingThrough()
    {
        _rig.Put(FaultRig.Spec() with { TtlSeconds = 10 });
        var plan = _rig.Point.Plan;

        _rig.Time.Advance(TimeSpan.FromSeconds(10));
        _rig.Point.Plan = plan; // as a VP still has it

        Assert.Equal(FaultEffectKind.None, _rig.Post().Kind);
    }

    [Fact]
    public void Time_LeaseNotRenewed_StopsTheRule()
    {
        _rig.Put(FaultRig.Spec() with { LeaseSeconds = 5 });
        _rig.Time.Advance(TimeSpan.FromSeconds(4));
        _rig.Rules.Renew("rule");
        _rig.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(FaultState.Armed, _rig.State());

        _rig.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(FaultState.Stopped, _rig.State());
        Assert.Contains("lease", _rig.Rules.Get("rule").StateReason!, StringComparison.Ordinal);
        Assert.Equal(FaultRefusal.WrongState, FaultRig.Refused(() => _rig.Rules.Renew("rule")));
    }

    [Fact]
    public void Renew_WithoutLease_IsRefused()
    {
        _rig.Put();

        Assert.Equal(FaultRefusal.WrongState, FaultRig.Refused(() => _rig.Rules.Renew("rule")));
    }

    [Fact]
    public void View_ArmedRule_SaysWhenItEndsAtTheLatest()
    {
        _rig.Put(FaultRig.Spec() with { TtlSeconds = 100, LeaseSeconds = 5, Trigger = new FaultTriggerSpec { WithinSeconds = 3 } });

        Assert.Equal(_rig.Time.GetUtcNow() + TimeSpan.FromSeconds(3), _rig.Rules.Get("rule").EndsAt);
    }

    [Fact]
    public void Decisions_OfARule_AreNumberedAndKnownUpToALimit()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { EveryNth = 2 }));
        for (var i = 0; i < DecisionLog.Capacity + 10; i++)
        {
            _rig.Post(vp: 3);
        }

        var all = _rig.Rules.Decisions("rule", after: 0, limit: 5000);

        Assert.Equal(DecisionLog.Capacity, all.Count);
        Assert.Equal(11, all[0].Number);
        Assert.Equal(FaultOutcome.NotNth, all[0].Outcome);
        Assert.Equal(FaultOutcome.Injected, all[1].Outcome);
        Assert.Equal(new VpIndex(3), all[1].Vp);
        Assert.Equal(new FaultDraw(42, "rule")[12], all[1].Draw);
        Assert.Equal([1033L, 1034L], _rig.Rules.Decisions("rule", after: 1032, limit: 100).Select(d => d.Number));
        Assert.Equal([12L, 13L], _rig.Rules.Decisions("rule", after: 11, limit: 2).Select(d => d.Number));
        Assert.Empty(_rig.Rules.Decisions("rule", after: 1034, limit: 2));
    }

    [Fact]
    public void List_Rules_AreInTheOrderInWhichTheyAreAsked()
    {
        _rig.Put(FaultRig.Spec() with { Priority = 5 }, "b");
        _rig.Put(FaultRig.Spec() with { Priority = 1 }, "c");
        _rig.Put(FaultRig.Spec() with { Priority = 5, AllowOverlap = true }, "a");

        Assert.Equal(["c", "b", "a"], _rig.Rules.List().Select(r => r.Rule.Id));
    }

    [Fact]
    public void NewId_OfEachCall_IsOneThatNoRuleHas()
    {
        _rig.Put(id: "rule-2");

        Assert.Equal("rule-3", _rig.Rules.NewId());
    }
}
