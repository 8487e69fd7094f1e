using Microsoft.Extensions.Time.Testing;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectDeadlineTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task InspectAsync_OneChildNeverAnswers_ItsSiblingsAreComplete()
    {
        var never = new TaskCompletionSource<Action<InspectResponse>>();
        var others = new CountdownEvent(2);
        var tree = new TestTree(node =>
        {
            node.Field("x", 1);
            node.Child("a", child => Answer(child, others));
            node.Deferred("b", _ => never.Task);
            node.Deferred("c", _ => Task.FromResult<Action<InspectResponse>>(child => Answer(child, others)));
        });

        var result = await AskUntilDeadline(tree, others);

        Assert.Equal("a/y: 2 | b: _ | c/y: 2 | x: 1", TestTree.Lines(result.Node));
        Assert.Equal([new InspectIncomplete("b", "deadline")], result.Incomplete);
        Assert.False(result.Complete);
    }

    [Fact]
    public async Task InspectAsync_SynchronousChildBlocks_ItsSiblingsAreComplete()
    {
        using var release = new ManualResetEventSlim();
        var others = new CountdownEvent(2); // the stuck one too: a deadline before it is asked is another story
        var tree = Blocking(release, others);

        var result = await AskUntilDeadline(tree, others);

        Assert.Equal("a: _ | b/y: 2", TestTree.Lines(result.Node));
        release.Set();
    }

    [Fact]
    public async Task InspectAsync_BranchStillStuck_IsNotAskedAgainButReportedAtOnce()
    {
        using var release = new ManualResetEventSlim();
        var others = new CountdownEvent(2); // the stuck one too: a deadline before it is asked is another story
        var asked = 0;
        var tree = Blocking(release, others, () => Interlocked.Increment(ref asked));
        await AskUntilDeadline(tree, others);

        var again = await tree.Ask(new InspectRequest { Time = _time, Depth = 8 }); // no advance: it must not wait
        var straight = await tree.Ask(new InspectRequest { Time = _time, Path = InspectPath.Parse("a/stuck/x") });

        Assert.Equal("a/stuck: _ | b/y: 2", TestTree.Lines(again.Node));
        Assert.Contains(new InspectIncomplete("a/stuck", "deadline"), again.Incomplete);
        Assert.Equal("_", TestTree.Lines(straight.Node));
        Assert.Equal(1, asked);
        release.Set();
    }

    [Fact]
    public async Task InspectAsync_SplicedBranchIsStuck_ItsDirectoryIsStillAsked()
    {
        var never = new TaskCompletionSource<Action<InspectResponse>>();
        var others = new CountdownEvent(2); // the stuck one too: a deadline before it is asked is another story
        var tree = new TestTree(node => node.Child("dir", dir =>
        {
            Answer(dir, others);
            dir.Deferred("", _ =>
            {
                Arrive(others);
                return never.Task;
            });
        }));

        var first = await AskUntilDeadline(tree, others);
        var again = await tree.Ask(new InspectRequest { Time = _time, Depth = 8 });

        Assert.Equal("dir/$spliced: _ | dir/y: 2", TestTree.Lines(first.Node));
        Assert.Equal("dir/$spliced: _ | dir/y: 2", TestTree.Lines(again.Node));
        Assert.Equal([new InspectIncomplete("dir/$spliced", "deadline")], again.Incomplete);
    }

    [Fact]
    public async Task InspectAsync_StuckBranchComesBack_IsAskedAgain()
    {
        using var release = new ManualResetEventSlim();
        var others = new CountdownEvent(2); // the stuck one too: a deadline before it is asked is another story
        var tree = Blocking(release, others);
        await AskUntilDeadline(tree, others);
        release.Set();

        InspectResult result;
        do
        {
            result = await tree.Ask(new InspectRequest { Time = _time, Depth = 8 });
            await Task.Yield();
        }
        while (!result.Complete);

        Assert.Equal("a/stuck/x: 1 | b/y: 2", TestTree.Lines(result.Node));
    }

    [Fact]
    public async Task InspectAsync_ManyRequestsOnAStuckRoot_HoldABoundedNumberOfThreads()
    {
        using var release = new ManualResetEventSlim();
        var inside = new CountdownEvent(1);
        var asked = 0;
        var tree = new TestTree(_ =>
        {
            Interlocked.Increment(ref asked);
            inside.Signal();
            release.Wait();
        });
        await AskUntilDeadline(tree, inside);

        for (var i = 0; i < 1000; i++)
        {
            var result = await tree.Ask(new InspectRequest { Time = _time });
            Assert.False(result.Complete);
        }

        Assert.Equal(1, asked);
        release.Set();
    }

    [Fact]
    public async Task InspectAsync_NobodyWaitsAnyMore_TheDeferredBranchIsCancelled()
    {
        var cancelled = new TaskCompletionSource();
        var started = new CountdownEvent(1);
        var tree = new TestTree(node => node.Deferred("late", async cancellation =>
        {
            cancellation.Register(cancelled.SetResult);
            started.Signal();
            await Task.Delay(Timeout.Infinite, cancellation);
            return _ => { };
        }));

        await AskUntilDeadline(tree, started);

        await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task InspectAsync_CallerGivesUp_Throws()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var never = new TaskCompletionSource<Action<InspectResponse>>();
        var tree = new TestTree(node => node.Deferred("never", _ => never.Task));

        var asking = Inspector.InspectAsync(tree, new InspectRequest { Time = _time }, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task InspectAsync_ShortestDeadline_StillAnswers()
    {
        var never = new TaskCompletionSource<Action<InspectResponse>>();
        var tree = new TestTree(node => node.Deferred("never", _ => never.Task));

        var asking = tree.Ask(new InspectRequest { Time = _time, Timeout = TimeSpan.FromTicks(1) });
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False((await asking).Complete);
    }

    /// <summary>Waits until all have started and all but one branch have answered, then lets the deadline pass.</summary>
    private async Task<InspectResult> AskUntilDeadline(TestTree tree, CountdownEvent started)
    {
        var asking = tree.Ask(new InspectRequest { Time = _time, Depth = 8 });
        started.Wait(TestContext.Current.CancellationToken);
        while (StuckBranches.Of(tree).Running != 1)
        {
            await Task.Yield();
        }

        _time.Advance(InspectRequest.DefaultTimeout);
        return await asking;
    }

    private static void Answer(InspectResponse child, CountdownEvent others)
    {
        child.Field("y", 2);
        Arrive(others);
    }

    private static void Arrive(CountdownEvent started)
    {
        if (!started.IsSet)
        {
            started.Signal();
        }
    }

    private static TestTree Blocking(ManualResetEventSlim release, CountdownEvent started, Action? asked = null) => new(node =>
    {
        node.Child("a", a => a.Child("stuck", child =>
        {
            asked?.Invoke();
            Arrive(started);
            release.Wait();
            child.Field("x", 1);
        }));
        node.Child("b", child => Answer(child, started));
    });
}
