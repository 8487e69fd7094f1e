using Microsoft.Extensions.Time.Testing;
using Synic.Daemon.Inspection;
using Synic.Inspection;

namespace Synic.Daemon.Tests.Inspection;

/// <summary>Sampling and its watchers, with a clock that the test moves.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private int _reads;
    private int _leavers;
    private int _lost;
    private ulong _counter;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sampler_LastWatcherLeaves_ReadsNoMore()
    {
        var sampler = Sampler();
        var (one, other) = (Watcher(), Watcher());
        sampler.Add(one);
        sampler.Add(other);
        sampler.Start();
        await one.Records.ReadAsync(Cancellation);

        Assert.False(sampler.Remove(one));
        Assert.True(sampler.Remove(other));
        await sampler.Completion;
        _time.Advance(s_period * 10);

        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Sampler_SecondWatcher_BeginsWithTheTreeOfTheFirst()
    {
        var sampler = Sampler();
        var (one, other) = (Watcher(), Watcher("resumed"));
        sampler.Add(one);
        sampler.Start();
        var first = await one.Records.ReadAsync(Cancellation);

        sampler.Add(other);
        var second = await other.Records.ReadAsync(Cancellation);

        Assert.Equal((WatchRecord.Tree, null, "resumed"), (second.Kind, first.Restarted, second.Restarted));
        Assert.Same(first.Sample, second.Sample);
        Assert.Equal(1, _reads);
        sampler.Remove(one);
        sampler.Remove(other);
        await sampler.Completion;
    }

    [Fact]
    public void Watcher_ReaderStops_LosesRecordsAndThenGetsATree()
    {
        var watcher = Watcher();
        var sample = new WatchSample(1, Result(Tree(0)));
        for (var calls = 1ul; calls <= 100; calls++)
        {
            watcher.Offer(sample, news: true);
            sample = sample.Next(Result(Tree(calls)), out _);
        }

        Assert.Equal((InspectWatcher.Capacity, 100 - InspectWatcher.Capacity), (watcher.Records.Count, _lost));
        Assert.Equal(Enumerable.Range(1, InspectWatcher.Capacity), Read(watcher).Select(static r => (int)r.Sample.Generation));

        watcher.Offer(sample, news: true);
        var after = Read(watcher);

        Assert.Equal([WatchRecord.Dropped, WatchRecord.Tree], after.Select(static r => r.Kind));
        Assert.Equal((100L - InspectWatcher.Capacity, "dropped", 101L), (after[0].Lost, after[1].Restarted, after[1].Sample.Generation));
    }

    [Fact]
    public void Watcher_NothingNewWhileBehind_StillGetsTheTree()
    {
        var watcher = Watcher();
        var sample = new WatchSample(1, Result(Tree(0)));
        for (var i = 0; i < InspectWatcher.Capacity + 1; i++)
        {
            watcher.Offer(sample, news: true);
        }

        Assert.Equal((1, InspectWatcher.Capacity), (_lost, watcher.Records.Count));
        Read(watcher);
        watcher.Offer(sample, news: false);

        Assert.Equal([(WatchRecord.Dropped, 1L), (WatchRecord.Tree, 0L)], Read(watcher).Select(static r => (r.Kind, r.Lost)));
    }

    [Fact]
    public void Next_CounterBeganAnew_RateIsOfWhatItHas()
    {
        var before = new WatchSample(1, Result(Tree(100)));
        _time.Advance(TimeSpan.FromSeconds(2));

        var after = before.Next(Result(Tree(6)), out var news);

        Assert.True(news);
        var rate = Assert.Single(after.Rates);
        Assert.Equal(("calls", 3.0, true), (rate.Path, rate.PerSecond, rate.Reset));
    }

    [Fact]
    public void Next_CounterStopped_SaysZeroOnce()
    {
        var one = new WatchSample(1, Result(Tree(1)));
        _time.Advance(s_period);
        var two = one.Next(Result(Tree(3)), out _);
        _time.Advance(s_period);
        var three = two.Next(Result(Tree(3)), out var stopped);
        _time.Advance(s_period);
        var four = three.Next(Result(Tree(3)), out var still);

        Assert.Equal([2.0], two.Rates.Select(static r => r.PerSecond));
        Assert.Equal([0.0], three.Rates.Select(static r => r.PerSecond));
        Assert.Equal((true, false), (stopped, still));
        Assert.Equal((3, 3), (three.Generation, four.Generation));
    }

    [Fact]
    public void Next_LateBranchAnswersAgain_AsksForTheWholeTree()
    {
        var known = new WatchSample(1, Result(Tree(1)));
        var late = known.Next(Result(Tree(1)) with { Incomplete = [new InspectIncomplete("a", "deadline")] }, out var goes);
        var back = late.Next(Result(Tree(1)), out var comes);

        Assert.Equal((true, true), (goes, comes));
        Assert.Equal((false, true), (late.Recovered, back.Recovered));
    }

    private static Action<InspectResponse> Tree(ulong calls) => node => node.Field("calls", calls, InspectTraits.SafeCounter);

    private InspectResult Result(Action<InspectResponse> tree) =>
        Inspector.InspectAsync(new TestBranch(tree), new InspectRequest { Time = _time }, Cancellation).GetAwaiter().GetResult();

    private InspectWatcher Watcher(string? restarted = null) =>
        new(restarted, () => Interlocked.Increment(ref _lost), _ => Interlocked.Increment(ref _leavers));

    private WatchSampler Sampler() => new(
        cancellation =>
        {
            Interlocked.Increment(ref _reads);
            return Inspector.InspectAsync(new TestBranch(Tree(++_counter)), new InspectRequest(), cancellation); // its deadline by the real clock
        },
        s_period,
        _time);

    private static List<WatchItem> Read(InspectWatcher watcher)
    {
        var records = new List<WatchItem>();
        while (watcher.Records.TryRead(out var item))
        {
            records.Add(item);
        }

        return records;
    }
}
