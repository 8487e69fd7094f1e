using Synic.VmBus;

namespace Synic.Tests.VmBus;

public sealed class ChannelActorTests
{
    [Fact]
    public async Task Schedule_FromManyThreads_RunsOneAtATimeAndMissesNothing()
    {
        var actor = new Counter();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 20_000; i++)
                {
                    Interlocked.Increment(ref actor.Asked);
                    actor.Schedule();
                }
            },
            TestContext.Current.CancellationToken)));

        VmBusGuest.Until(() => Volatile.Read(ref actor.Seen) == 80_000);
        Assert.Equal(0, actor.Overlaps);
        await actor.StopAsync();
    }

    [Fact]
    public async Task Stop_WhileThreadsSchedule_NothingRunsAfterwards()
    {
        for (var round = 0; round < 200; round++)
        {
            var actor = new Counter();
            var scheduling = Task.Run(
                () =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        actor.Schedule();
                    }
                },
                TestContext.Current.CancellationToken);

            await actor.StopAsync();
            var runs = Volatile.Read(ref actor.Runs);
            await scheduling;
            actor.Schedule();

            Assert.Equal(runs, Volatile.Read(ref actor.Runs));
            Assert.Equal(0, Volatile.Read(ref actor.Inside));
        }
    }

    [Fact]
    public async Task Stop_InTheMiddleOfARun_WaitsForItsEnd()
    {
        var actor = new Counter { Gate = new ManualResetEventSlim() };
        actor.Schedule();
        VmBusGuest.Until(() => Volatile.Read(ref actor.Inside) == 1);

        var stopped = actor.StopAsync();
        Assert.False(stopped.IsCompleted);
        actor.Gate.Set();

        await stopped;
        Assert.Equal((0, 1), (actor.Inside, actor.Runs));
    }

    private sealed class Counter : ChannelActor
    {
        public int Asked;
        public int Seen;
        public int Runs;
        public int Inside;
        public int Overlaps;

        public ManualResetEventSlim? Gate { get; init; }

        protected override void Run()
        {
            if (Interlocked.Increment(ref Inside) != 1)
            {
                Interlocked.Increment(ref Overlaps);
            }

            Volatile.Write(ref Seen, Volatile.Read(ref Asked));
            Runs++;
            Gate?.Wait();
            Interlocked.Decrement(ref Inside);
        }
    }
}
