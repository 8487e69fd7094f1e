using Synic.Contracts;
using Synic.Faults;
using Synic.Ports;

namespace Synic.Tests.Faults;

/// <summary>Which of the matching calls are hit.</summary>
public sealed class FaultTriggerTests : IDisposable
{
    private readonly FaultRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Decide_ProbabilityZero_NeverFires()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Probability = 0 }));

        Assert.Empty(_rig.Hits(10_000));
        Assert.Equal(10_000, _rig.Rules.Counters.Skipped(FaultOutcome.Probability));
    }

    [Fact]
    public void Decide_ProbabilityOne_AlwaysFires()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Probability = 1 }));

        Assert.Equal(10_000, _rig.Hits(10_000).Count);
    }

    [Fact]
    public void Decide_ProbabilityHalf_FiresOnceForEachDrawThatSaysSo()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Probability = 0.5 }));

        var expected = Enumerable.Range(1, 10_000).Where(n => FaultDraw.ToUnit(new FaultDraw(42, "rule")[n]) < 0.5);

        Assert.Equal(expected, _rig.Hits(10_000));
    }

    [Fact]
    public void Decide_NthNamed_FiresAtExactlyTheseAndIsThenExhausted()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Nth = [7, 2, 3] }));

        Assert.Equal([2, 3, 7], _rig.Hits(10));
        Assert.Equal(FaultState.Exhausted, _rig.State());
        Assert.Null(_rig.Point.Plan);
    }

    [Fact]
    public void Decide_EveryNthAfterSkipped_CountsFromThere()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { SkipFirst = 2, EveryNth = 3 }));

        Assert.Equal([5, 8, 11], _rig.Hits(12));
        Assert.Equal(9, _rig.Rules.Counters.Skipped(FaultOutcome.NotNth));
    }

    [Fact]
    public void Decide_Times_FiresSoOftenAndIsThenExhausted()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { SkipFirst = 1, Times = 2 }));

        Assert.Equal([2, 3], _rig.Hits(10));
        Assert.Equal(FaultState.Exhausted, _rig.State());
    }

    [Fact]
    public void Decide_BusyWithCount_AnswersSoManyCallsInARow()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Nth = [3] }) with { Action = new FaultActionSpec { Kind = "busy", Count = 2 } });

        Assert.Equal([3, 4], _rig.Hits(10));
        Assert.Equal(FaultState.Exhausted, _rig.State());
    }

    [Fact]
    public void Decide_SoonerThanTheSpacing_IsSkipped()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { MinSpacingMicroseconds = 1000 }));

        var hits = new List<FaultEffectKind>();
        for (var i = 0; i < 5; i++)
        {
            hits.Add(_rig.Post().Kind);
            _rig.Time.Advance(TimeSpan.FromMicroseconds(500));
        }

        Assert.Equal(
            [FaultEffectKind.Busy, FaultEffectKind.None, FaultEffectKind.Busy, FaultEffectKind.None, FaultEffectKind.Busy], hits);
        Assert.Equal(2, _rig.Rules.Counters.Skipped(FaultOutcome.Spacing));
    }

    [Fact]
    public void Decide_AfterTheWindow_FiresNoMore()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { WithinSeconds = 2 }));
        _rig.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(FaultEffectKind.Busy, _rig.Post().Kind);

        _rig.Time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(FaultEffectKind.None, _rig.Post().Kind);
        Assert.Equal(FaultState.Exhausted, _rig.State());
    }

    [Fact]
    public void Decide_DryRun_CountsAndLetsTheNextRuleActInstead()
    {
        _rig.Put(FaultRig.Spec() with { DryRun = true, Priority = 1 }, "dry");
        _rig.Put(FaultRig.Spec("drop"), "wet");

        Assert.Equal("wet", _rig.Post().Rule!.Id);
        Assert.Equal(1, _rig.Rules.Get("dry").Outcomes[FaultOutcome.DryRun]);
        Assert.Equal(0, _rig.Rules.Get("dry").Hits);
        Assert.Equal(1, _rig.Rules.Counters.Skipped(FaultOutcome.DryRun));
        Assert.Equal(0, _rig.Rules.Counters.Injected(FaultOperation.PostMessage, FaultEffectKind.Busy));
        Assert.Equal(1, _rig.Rules.Counters.Injected(FaultOperation.PostMessage, FaultEffectKind.Drop));
    }

    [Fact]
    public void Decide_FirstRuleMatchesButDoesNotFire_TheNextOneDoes()
    {
        _rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { EveryNth = 2 }) with { Priority = 1 }, "first");
        _rig.Put(FaultRig.Spec("drop") with { Priority = 2 }, "second");

        Assert.Equal("second", _rig.Post().Rule!.Id);
        Assert.Equal("first", _rig.Post().Rule!.Id);
        Assert.Equal(1, _rig.Rules.Get("second").Matches);
    }

    [Fact]
    public void Decide_SamePriority_TheOlderRuleIsAskedFirst()
    {
        _rig.Put(FaultRig.Spec(), "z-older");
        _rig.Put(FaultRig.Spec("drop") with { AllowOverlap = true }, "a-younger");

        Assert.Equal("z-older", _rig.Post().Rule!.Id);
    }
}
