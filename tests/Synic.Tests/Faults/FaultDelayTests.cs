using Synic.Contracts;
using Synic.Faults;
using Synic.Ports;

namespace Synic.Tests.Faults;

/// <summary>Calls that a rule holds: each holds only its own thread, and every end of the rule lets it go.</summary>
public sealed class FaultDelayTests : IDisposable
{
    private readonly FaultRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Wait_UntilTheDelayIsOver_HoldsTheThread()
    {
        _rig.Put(FaultRig.Spec("delay"));
        using var held = new Held(_rig);

        _rig.Time.Advance(TimeSpan.FromMilliseconds(4));
        Assert.Equal(1, _rig.Rules.Get("rule").Active);
        Assert.False(held.Finished);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));

        held.Join();
        Assert.Equal(0, _rig.Rules.Get("rule").Active);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("pause")]
    [InlineData("remove")]
    [InlineData("expire")]
    [InlineData("dispose")]
    public void Wait_RuleEnds_LetsTheThreadGo(string end)
    {
        _rig.Put(FaultRig.Spec("delay") with { Action = new FaultActionSpec { Kind = "delay", DelayMicroseconds = 1_000_000 }, TtlSeconds = 0.5 });
        using var held = new Held(_rig);

        _rig.End(end, seconds: 0.5);

        held.Join();
    }

    [Fact]
    public void Wait_LastHitOfTheRule_IsHeldAllTheSame()
    {
        _rig.Put(FaultRig.Spec("delay", new FaultTriggerSpec { Times = 1 }));
        using var held = new Held(_rig);

        Assert.Equal(FaultState.Exhausted, _rig.State());
        Assert.False(held.Finished);
        Assert.Equal(1, _rig.Rules.Get("rule").Active);

        _rig.Time.Advance(TimeSpan.FromMilliseconds(5));
        held.Join();
    }

    [Fact]
    public void Wait_LastHitThatIsStillHeld_IsLetGoByTheKillSwitch()
    {
        _rig.Put(FaultRig.Spec("delay", new FaultTriggerSpec { Times = 1 }));
        using var held = new Held(_rig);
        _rig.Rules.Settle();

        _rig.Kill.Engage("enough", "tester");

        held.Join();
    }

    [Fact]
    public void Decide_MoreThanMaxActive_PassesAndCounts()
    {
        _rig.Put(FaultRig.Spec("delay") with { MaxActive = 2 });
        using var first = new Held(_rig);
        using var second = new Held(_rig);

        Assert.Equal(FaultEffectKind.None, _rig.Post().Kind);
        Assert.Equal(1, _rig.Rules.Counters.Skipped(FaultOutcome.Overflow));

        _rig.Time.Advance(TimeSpan.FromMilliseconds(5));
        first.Join();
        second.Join();
        Assert.Equal(FaultEffectKind.Delay, _rig.Post().Kind); // the count fell
    }

    [Fact]
    public void Engage_SixteenVpsHeld_LetsAllOfThemGo()
    {
        _rig.Put(FaultRig.Spec("delay"));
        var held = Enumerable.Range(0, 16).Select(_ => new Held(_rig)).ToList();
        Assert.Equal(16, _rig.Rules.Get("rule").Active);

        _rig.Kill.Engage("enough", "tester");

        held.ForEach(static h => h.Join());
    }

    [Fact]
    public void Decide_Jitter_IsDrawnForEachDecisionAndStaysWithinItsBounds()
    {
        _rig.Put(FaultRig.Spec("delay") with
        {
            Action = new FaultActionSpec { Kind = "delay", DelayMicroseconds = 100, JitterMicroseconds = 50 }, MaxActive = 256,
        });

        var delays = Enumerable.Range(0, 100).Select(_ => _rig.Post().Delay / TimeSpan.TicksPerMicrosecond).ToList();

        Assert.All(delays, d => Assert.InRange(d, 100, 150));
        Assert.True(delays.Distinct().Count() > 10);
    }

    /// <summary>A thread that makes a call which is held.</summary>
    private sealed class Held : IDisposable
    {
        private readonly Thread _thread;

        public Held(FaultRig rig)
        {
            var effect = rig.Post();
            Assert.Equal(FaultEffectKind.Delay, effect.Kind);
            using var starts = new ManualResetEventSlim();
            _thread = new Thread(() =>
            {
                starts.Set();
                effect.Rule!.Wait(in effect);
                Finished = true;
            });
            _thread.Start();
            starts.Wait(TestContext.Current.CancellationToken);
            SpinWait.SpinUntil(() => (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0); // its timer runs
        }

        public bool Finished { get; private set; }

        public void Join() => Assert.True(_thread.Join(TimeSpan.FromSeconds(30)), "it is still held");

        public void Dispose() => _thread.Join(TimeSpan.FromSeconds(1));
    }
}
