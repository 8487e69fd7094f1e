using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectorTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(4097)]
    public async Task InspectAsync_DepthOutsideItsRange_IsTheCallersMistake(int depth) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => new TestTree(_ => { }).Ask(depth: depth));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(30.001)]
    public async Task InspectAsync_TimeoutOutsideItsRange_IsTheCallersMistake(double seconds) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => new TestTree(_ => { }).Ask(new InspectRequest { Timeout = TimeSpan.FromSeconds(seconds) }));

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task InspectAsync_PageSizeOutsideItsRange_IsTheCallersMistake(int size) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => new TestTree(_ => { }).Ask(new InspectRequest { PageSize = size }));

    [Fact]
    public async Task InspectAsync_ChildThrows_IsAnErrorWithItsSiblingsComplete()
    {
        var tree = new TestTree(node =>
        {
            node.Field("before", 1);
            node.Child("broken", _ => throw new InvalidOperationException("no\nluck"));
            node.Child("whole", child => child.Field("x", 2));
        });

        var result = await tree.Ask();

        Assert.Equal("before: 1 | broken: error (provider_failed: no\\nluck) | whole/x: 2", TestTree.Lines(result.Node));
        Assert.Equal([new InspectIncomplete("broken", "provider_failed")], result.Incomplete);
    }

    [Fact]
    public async Task InspectAsync_RootThrows_IsAnError()
    {
        var result = await new TestTree(_ => throw new InvalidOperationException("gone")).Ask();

        Assert.Equal("provider_failed", Assert.IsType<InspectFailure>(result.Node).Code);
    }

    [Fact]
    public async Task InspectAsync_DeferredThrowsBeforeItsTask_IsAnErrorNode()
    {
        var tree = new TestTree(node =>
        {
            node.Deferred("broken", _ => throw new InvalidOperationException("no"));
            node.Deferred("whole", _ => Task.FromResult<Action<InspectResponse>>(child => child.Field("x", 2)));
        });

        Assert.Equal("broken: error (provider_failed: no) | whole/x: 2", await tree.Lines());
    }

    [Fact]
    public async Task InspectAsync_PathIsWalked_AsksNothingBesideIt()
    {
        var asked = new List<string>();
        var tree = new TestTree(node =>
        {
            node.Child("beside", _ => asked.Add("beside"));
            node.Child("a/b", child => child.Child("c", last => last.Field("x", 1)));
            node.Child("a/beside", _ => asked.Add("a/beside"));
        });

        Assert.Equal("x: 1", await tree.Lines("a/b/c", depth: 0));
        Assert.Empty(asked);
    }

    [Fact]
    public async Task InspectAsync_DepthZero_ListsChildrenWithoutOpeningThem()
    {
        var tree = new TestTree(node =>
        {
            node.Field("x", 1);
            node.Field("made/by/slashes", 1);
            node.Child("closed", _ => Assert.Fail("was opened"));
        });

        Assert.Equal("closed: _ | made: _ | x: 1", await tree.Lines(depth: 0));
        Assert.Equal("closed: _ | made/by: _ | x: 1", (await tree.Lines(depth: 1)).Replace("error (provider_failed: was opened)", "_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nobody", "path_not_found")]
    [InlineData("dir/nobody", "path_not_found")]
    [InlineData("dir/x/y", "not_a_directory")]
    [InlineData("dir/x/y/z", "not_a_directory")]
    [InlineData("empty/x", "path_not_found")]
    [InlineData("..", "path_not_found")]
    public async Task InspectAsync_PathToNothing_SaysSo(string path, string code)
    {
        var tree = new TestTree(node =>
        {
            node.Child("dir", child => child.Field("x", 1));
            node.Child("empty", _ => { });
        });

        Assert.Equal(code, Assert.IsType<InspectFailure>((await tree.Ask(path)).Node).Code);
    }

    [Theory]
    [InlineData("/dir//x/")]
    [InlineData("dir/x")]
    public async Task InspectAsync_SlashesTooMany_MeanNothing(string path) =>
        Assert.Equal("1", await new TestTree(node => node.Field("/dir//x/", 1)).Lines(path));

    [Fact]
    public async Task InspectAsync_EqualNames_BecomeOne()
    {
        var tree = new TestTree(node =>
        {
            node.Field("dir/b", 1);
            node.Child("dir", child => child.Field("a", 2));
            node.Child("dir", child => child.Field("b", 3));
            node.Field("value", 4);
            node.Field("value", 5);
            node.Field("both", 6);
            node.Child("both", child => child.Field("x", 7));
        });

        Assert.Equal("both/x: 7 | dir/a: 2 | dir/b: 3 | value: 5", await tree.Lines());
        Assert.Equal("3", await tree.Lines("dir/b"));
    }

    [Fact]
    public async Task InspectAsync_EmptyName_GoesIntoTheParent()
    {
        var tree = new TestTree(node =>
        {
            node.Field("x", 1);
            node.Child("", inner => inner.Child("", deep => deep.Field("y", 2)));
            node.Deferred("", _ => Task.FromResult<Action<InspectResponse>>(late => late.Field("z", 3)));
            node.Child("", _ => throw new InvalidOperationException("no"));
        });

        Assert.Equal("$spliced: error (provider_failed: no) | x: 1 | y: 2 | z: 3", await tree.Lines());
        Assert.Equal("3", await tree.Lines("z"));
    }

    [Fact]
    public async Task InspectAsync_NullField_IsLeftOutUnlessItsReasonIsGiven()
    {
        var tree = new TestTree(node =>
        {
            node.Field("left_out", (int?)null);
            node.Field("not_known", (long?)null, new InspectTraits { NotKnown = "counted elsewhere" });
        });

        Assert.Equal("not_known: not known (counted elsewhere)", await tree.Lines());
    }

    [Fact]
    public async Task InspectAsync_HiddenNodes_AreLeftOutAndCounted()
    {
        var tree = new TestTree(node =>
        {
            node.Field("safe", 1, InspectTraits.Safe);
            node.Field("unlabelled", 2);
            node.Field("payload", 3, new InspectTraits { Sensitivity = InspectSensitivity.Sensitive });
            node.Child("memory", _ => Assert.Fail("was opened"), InspectSensitivity.Sensitive);
        });

        var result = await tree.Ask(new InspectRequest { MaxSensitivity = InspectSensitivity.Safe });

        Assert.Equal("safe: 1 | $hidden: 3", TestTree.Lines(result.Node));
        Assert.Equal("safe: 1 | unlabelled: 2 | $hidden: 2", await tree.Lines());
    }

    [Fact]
    public async Task InspectAsync_PathToAHiddenNode_IsNotEvaluated()
    {
        var tree = new TestTree(node => node.Child("memory", _ => Assert.Fail("was opened"), InspectSensitivity.Sensitive));

        var result = await tree.Ask("memory/0x1000");

        Assert.Equal(InspectCut.Sensitivity, Assert.IsType<InspectUnevaluated>(result.Node).Reason);
    }

    [Fact]
    public async Task InspectAsync_TreeWithoutEnd_StopsAtTheDepth()
    {
        static void Endless(InspectResponse node) => node.Child("deeper", Endless);

        var result = await new TestTree(Endless).Ask(depth: InspectRequest.MaxDepth);

        var depth = 0;
        var node = result.Node;
        for (; node is InspectDirectory directory; node = directory["deeper"]!)
        {
            depth++;
        }

        Assert.Equal(InspectRequest.MaxDepth + 1, depth);
        Assert.Equal(InspectCut.Depth, Assert.IsType<InspectUnevaluated>(node).Reason);
        Assert.NotEmpty(TestTree.Typed(result.Node));
        Assert.NotEmpty(TestTree.Plain(result.Node));
        Assert.NotEmpty(TestTree.Lines(result.Node));
    }

    [Fact]
    public async Task InspectAsync_TreeThatDoublesAtEachLevel_IsCutAtALimit()
    {
        static void Doubling(InspectResponse node)
        {
            node.Child("a", Doubling);
            node.Child("b", Doubling);
        }

        var result = await new TestTree(Doubling).Ask(new InspectRequest { Depth = 200, Timeout = InspectRequest.MaxTimeout });

        Assert.True(result.Complete);
        Assert.Contains("_", TestTree.Lines(result.Node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InspectAsync_AnswerUsedAfterInspectReturned_IsRefused()
    {
        InspectResponse? kept = null;
        await new TestTree(node => kept = node).Ask();

        Assert.Throws<InvalidOperationException>(() => kept!.Field("late", 1));
    }
}
