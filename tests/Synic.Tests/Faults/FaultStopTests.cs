using Synic.Contracts;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;
using Synic.Tests.Ports;
using Synic.Interop;

namespace Synic.Tests.Faults;

/// <summary>What stops rules: the kill switch, stop conditions, the end of the partition.</summary>
public sealed class FaultStopTests : IDisposable
{
    private FaultConditions _conditions = new(0, 0, true);
    private readonly FaultRig _rig;

    public FaultStopTests() => _rig = new FaultRig(new FaultHost
    {
        Point = new FaultPoint(), Map = new SynicPortMap(), VpCount = 16, Conditions = () => _conditions,
    });

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Engage_ArmedAndPausedRules_AreStoppedAndNoneCanBeMade()
    {
        _rig.Put(id: "armed");
        _rig.Put(FaultRig.Spec() with { Priority = 1 }, "paused");
        _rig.Put(FaultRig.Spec() with { Arm = false }, "draft");
        _rig.Rules.Pause("paused");

        Assert.True(_rig.Kill.Engage("enough", "tester"));

        Assert.Null(_rig.Point.Plan);
        Assert.Equal(FaultState.Stopped, _rig.State("armed"));
        Assert.Equal(FaultState.Stopped, _rig.State("paused"));
        Assert.Equal(FaultState.Draft, _rig.State("draft"));
        Assert.Equal(FaultRefusal.KillSwitchEngaged, FaultRig.Refused(() => _rig.Put(id: "new")));
        Assert.Equal(FaultRefusal.KillSwitchEngaged, FaultRig.Refused(() => _rig.Rules.Arm("draft")));
        Assert.Equal(new KillSwitchState(true, _rig.Time.GetUtcNow(), "enough", "tester"), _rig.Kill.State);
    }

    [Fact]
    public void Engage_Twice_KeepsTheFirstReason()
    {
        _rig.Kill.Engage("first", "a");

        Assert.False(_rig.Kill.Engage("second", "b"));
        Assert.Equal("first", _rig.Kill.State.Reason);
    }

    [Fact]
    public void Release_AfterEngage_ArmsNothingButLetsRulesBeArmed()
    {
        _rig.Put();
        _rig.Kill.Engage("enough", "tester");

        Assert.True(_rig.Kill.Release("tester"));

        Assert.False(_rig.Kill.Release("tester"));
        Assert.Null(_rig.Point.Plan);
        Assert.Equal(FaultState.Stopped, _rig.State());
        Assert.Equal(FaultState.Armed, _rig.Rules.Arm("rule").State);
    }

    [Fact]
    public void Decide_PlanOfACallThatIsJustBeingMade_DoesNothingOnceTheSwitchIsEngaged()
    {
        _rig.Put();
        var plan = _rig.Point.Plan;
        _rig.Kill.Engage("enough", "tester");
        _rig.Point.Plan = plan; // as a VP still has it

        Assert.Equal(FaultEffectKind.None, _rig.Post().Kind);
        Assert.Equal(1, _rig.Rules.Counters.Skipped(FaultOutcome.KillSwitch));
    }

    [Fact]
    public void StopWhen_MoreRealFailuresPerSecond_StopsTheRule()
    {
        _rig.Put(FaultRig.Spec() with { StopWhen = new FaultStopSpec { RealFailuresPerSecond = 10 } });
        _rig.Time.Advance(TimeSpan.FromMilliseconds(250));
        _conditions = _conditions with { RealFailures = 2 };
        _rig.Time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(FaultState.Armed, _rig.State());

        _conditions = _conditions with { RealFailures = 5 };
        _rig.Time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(FaultState.Stopped, _rig.State());
        Assert.Equal("12 real failures per second", _rig.Rules.Get("rule").StateReason);
    }

    [Fact]
    public void StopWhen_QueueTooLong_StopsTheRuleButNotTheOthers()
    {
        _rig.Put(FaultRig.Spec() with { StopWhen = new FaultStopSpec { QueueLength = 3 } });
        _rig.Put(FaultRig.Spec() with { Priority = 1 }, "other");

        _conditions = _conditions with { QueueLength = 4 };
        _rig.Time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(FaultState.Stopped, _rig.State());
        Assert.Equal(FaultState.Armed, _rig.State("other"));
    }

    [Fact]
    public void StopWhen_BackendGivesUp_StopsTheRule()
    {
        _rig.Put(FaultRig.Spec() with { StopWhen = new FaultStopSpec { BackendDown = true } });

        _conditions = _conditions with { BackendUp = false };
        _rig.Time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(FaultState.Stopped, _rig.State());
    }

    [Fact]
    public void StopWhen_VerifyRuleIsHit_StopsTheRuleButNotTheOneThatVerifies()
    {
        _rig.Put(FaultRig.Spec() with { StopWhen = new FaultStopSpec { VerifyHit = true } });
        _rig.Put(FaultRig.Spec("verify") with { Match = new FaultMatchSpec { Operation = "signal_event" } }, "watch");

        _rig.Decide(new FaultCall { Operation = FaultOperation.SignalEvent });

        Assert.Equal(FaultState.Stopped, _rig.State());
        Assert.Equal(FaultState.Armed, _rig.State("watch"));
    }

    [Fact]
    public void StopWhen_WhereNobodyWatches_IsRefused()
    {
        using var rig = new FaultRig();

        Assert.Equal(
            FaultRefusal.Unsupported,
            FaultRig.Refused(() => rig.Put(FaultRig.Spec() with { StopWhen = new FaultStopSpec { BackendDown = true } })));
    }

    [Fact]
    public void ForceSlowPath_AsLongAsTheRuleLives_TakesTheFastPathOff()
    {
        using var before = AddFast(0x2001);
        using var other = AddFast(0x2002);
        _rig.Put(FaultRig.Spec("verify") with
        {
            Match = new FaultMatchSpec { Operation = "signal_event", Connections = ["0x2001", "0x2003"] }, ForceSlowPath = true,
        });
        using var later = AddFast(0x2003);
        _rig.Point.Plan!.Registered(later.Registration);

        Assert.False(before.Registration.FastPathActive);
        Assert.True(other.Registration.FastPathActive);
        Assert.False(later.Registration.FastPathActive);
        Assert.Equal(2, _rig.Rules.Get("rule").SlowPaths);

        _rig.Kill.Engage("enough", "tester");

        Assert.True(before.Registration.FastPathActive);
        Assert.True(later.Registration.FastPathActive);
    }

    [Fact]
    public void Dispose_ArmedRules_AreStopped()
    {
        _rig.Put();

        _rig.Rules.Dispose();

        Assert.Null(_rig.Point.Plan);
        Assert.Contains(_rig.Changes, c => c is { To: FaultState.Stopped });
        Assert.Throws<ObjectDisposedException>(() => _rig.Put(id: "late"));
    }

    private PortHandle AddFast(uint connection) => new SynicPorts(_rig.Map, new FakeSynic())
        .AddEventPort(new ConnectionId(connection), Vtl.Vtl0, new TestEventPort { Event = new HostEvent(), Matter = false }, "test");
}
