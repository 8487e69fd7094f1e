using Microsoft.Extensions.Time.Testing;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectDiffTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SortedDictionary<string, long> _counters = new(StringComparer.Ordinal) { ["2"] = 10, ["10"] = 100 };
    private readonly TestTree _tree;
    private int _generation = 1;
    private int _pageSize = InspectRequest.MaxPageSize;

    public InspectDiffTests() => _tree = new TestTree(node =>
    {
        foreach (var (name, value) in _counters)
        {
            node.Child($"ports/{name}", port =>
            {
                port.Field("calls", value, InspectTraits.SafeCounter);
                port.Field("generation", name == "2" ? _generation : 1);
            });
        }
    });

    [Fact]
    public async Task Rates_KeyInsertedInTheMiddle_KeepsTheOthers()
    {
        var before = await Ask();
        _counters["5"] = 1_000_000;
        _counters["2"] += 20;
        _counters["10"] += 40;

        Assert.Equal([new("ports/2/calls", 10, Reset: false), new("ports/10/calls", 20, Reset: false)], await RatesSince(before));
    }

    [Fact]
    public async Task Rates_CounterWentDown_IsARestart()
    {
        var before = await Ask();
        _counters["10"] = 50;

        Assert.Contains(new("ports/10/calls", 25, Reset: true), await RatesSince(before));
    }

    [Fact]
    public async Task Rates_OwnerWasMadeAnew_IsARestartAlsoWithAHigherCount()
    {
        var before = await Ask();
        _counters["2"] = 12;
        _generation = 2;

        Assert.Contains(new("ports/2/calls", 6, Reset: true), await RatesSince(before));
    }

    [Fact]
    public async Task Rates_KeyRemoved_KeepsTheOthers()
    {
        var before = await Ask();
        _counters.Remove("2");

        Assert.Equal([new("ports/10/calls", 0, Reset: false)], await RatesSince(before));
    }

    [Fact]
    public async Task Rates_NoTimeHasPassed_AreNone()
    {
        var before = await Ask();

        Assert.Empty(InspectRates.Between(before, await Ask()));
    }

    [Fact]
    public async Task Rates_WholeRangeOfACounter_DoesNotOverflow()
    {
        var value = 0UL;
        var tree = new TestTree(node => node.Field("x", value, InspectTraits.SafeCounter));
        var before = await tree.Ask(new InspectRequest { Time = _time });
        value = ulong.MaxValue;
        _time.Advance(TimeSpan.FromSeconds(1));

        var rate = Assert.Single(InspectRates.Between(before, await tree.Ask(new InspectRequest { Time = _time })));

        Assert.Equal((ulong.MaxValue, false), (rate.PerSecond, rate.Reset));
    }

    [Fact]
    public async Task Diff_KeysCameWentAndChanged_AreFoundByPath()
    {
        var before = await Ask();
        _counters.Remove("2");
        _counters["5"] = 1;
        _counters["10"]++;

        Assert.Equal(
            [
                "Removed ports/2/calls: 10 -> ", "Removed ports/2/generation: 1 -> ", "Added ports/5/calls:  -> 1",
                "Added ports/5/generation:  -> 1", "Changed ports/10/calls: 100 -> 101",
            ],
            await ChangesSince(before));
    }

    [Fact]
    public async Task Diff_SameTree_IsEmpty()
    {
        var before = await Ask();

        Assert.Empty(await ChangesSince(before));
    }

    [Fact]
    public async Task Diff_KeyPushedToTheNextPage_IsNotRemoved()
    {
        _pageSize = 2;
        _counters["20"] = 1;
        var before = await Ask("ports");
        _counters["5"] = 1; // page before: 2, 10; page now: 2, 5

        Assert.Equal(["Added ports/5/calls:  -> 1", "Added ports/5/generation:  -> 1"], await ChangesSince(before, "ports"));
    }

    [Fact]
    public async Task Diff_BranchThatDidNotAnswer_IsNoDifference()
    {
        var whole = await Ask();
        var cut = await Inspector.InspectAsync(_tree, new InspectRequest { Depth = 1, Time = _time }, TestContext.Current.CancellationToken);

        Assert.Empty(InspectDiff.Between(whole.Node, cut.Node, InspectPath.Root));
        Assert.Empty(InspectDiff.Between(cut.Node, whole.Node, InspectPath.Root));
    }

    [Fact]
    public async Task Diff_DirectoryBecameAField_ShowsBoth()
    {
        var field = false;
        var tree = new TestTree(node =>
        {
            if (field)
            {
                node.Field("x", 1);
            }
            else
            {
                node.Field("x/y", 2);
            }
        });
        var before = await tree.Ask();
        field = true;

        var changes = InspectDiff.Between(before.Node, (await tree.Ask()).Node, InspectPath.Root);

        Assert.Equal(["Removed x/y: 2 -> ", "Added x:  -> 1"], changes.Select(Text));
    }

    private Task<InspectResult> Ask(string path = "") =>
        _tree.Ask(new InspectRequest { Path = InspectPath.Parse(path), Depth = 4, PageSize = _pageSize, Time = _time });

    private async Task<IReadOnlyList<InspectRate>> RatesSince(InspectResult before)
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        return InspectRates.Between(before, await Ask());
    }

    private async Task<IEnumerable<string>> ChangesSince(InspectResult before, string path = "") =>
        InspectDiff.Between(before.Node, (await Ask(path)).Node, InspectPath.Parse(path)).Select(Text);

    private static string Text(InspectChange change) =>
        $"{change.Kind} {change.Path}: {Text(change.Before)} -> {Text(change.After)}";

    private static string Text(InspectNode? node) => node is null ? "" : InspectText.Of(node);
}
