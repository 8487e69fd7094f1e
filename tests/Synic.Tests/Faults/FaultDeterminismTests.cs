using Synic.Contracts;
using Synic.Faults;
using Synic.Ports;

namespace Synic.Tests.Faults;

/// <summary>Same seed, same calls: same decisions.</summary>
public sealed class FaultDeterminismTests
{
    private static readonly FaultTriggerSpec s_trigger = new() { SkipFirst = 3, Probability = 0.3, Times = 200 };

    [Fact]
    public void Decisions_OfTwoRunsOnOneVp_AreTheSame()
    {
        Assert.Equal(Run(), Run());

        static List<(long, FaultOutcome, ulong)> Run()
        {
            using var rig = new FaultRig();
            rig.Put(FaultRig.Spec(trigger: s_trigger));
            rig.Hits(1000);
            return [.. rig.Rules.Decisions("rule", 0, 5000).Select(d => (d.Number, d.Outcome, d.Draw))];
        }
    }

    [Fact]
    public void Decisions_OfOtherSeedsOrIds_AreOthers()
    {
        Assert.NotEqual(Run("42", "rule"), Run("43", "rule"));
        Assert.NotEqual(Run("42", "rule"), Run("42", "other"));

        static List<int> Run(string seed, string id)
        {
            using var rig = new FaultRig();
            rig.Put(FaultRig.Spec(trigger: s_trigger) with { Seed = seed }, id);
            return rig.Hits(300);
        }
    }

    [Fact]
    public void Decisions_BesideAnotherRule_StayTheSame()
    {
        using var alone = new FaultRig();
        alone.Put(FaultRig.Spec(trigger: s_trigger));
        alone.Hits(500);
        using var beside = new FaultRig();
        beside.Put(FaultRig.Spec(trigger: s_trigger) with { Priority = 1 });
        beside.Put(FaultRig.Spec("drop", new FaultTriggerSpec { Probability = 0.5 }), "other");
        beside.Hits(500);

        Assert.Equal(Outcomes(alone), Outcomes(beside));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Decisions_OfManyVps_HaveTheOutcomeOfTheirNumber(int vps)
    {
        const int calls = 1000;
        using var alone = new FaultRig();
        alone.Put(FaultRig.Spec(trigger: s_trigger));
        alone.Hits(calls);
        using var together = new FaultRig();
        together.Put(FaultRig.Spec(trigger: s_trigger));

        var hits = 0;
        using var start = new Barrier(vps);
        var threads = Enumerable.Range(0, vps).Select(vp => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = vp; i < calls; i += vps)
            {
                if (together.Post(vp: (uint)vp).Kind != FaultEffectKind.None)
                {
                    Interlocked.Increment(ref hits);
                }
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());

        Assert.Equal(200, hits);
        Assert.Equal(Outcomes(alone), Outcomes(together));
    }

    [Fact]
    public void Decide_MatchingCall_AllocatesNothing()
    {
        using var rig = new FaultRig();
        rig.Put(FaultRig.Spec(trigger: new FaultTriggerSpec { Probability = 0.5 }) with { TtlSeconds = 3600 });
        var plan = rig.Point.Plan!;
        var call = new FaultCall { Operation = FaultOperation.PostMessage, Connection = FaultRig.Connection };
        plan.Decide(in call);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            plan.Decide(in call);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static List<(long, FaultOutcome)> Outcomes(FaultRig rig) =>
        [.. rig.Rules.Decisions("rule", 0, 5000).Select(d => (d.Number, d.Outcome))];
}
