using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class InspectViewTests : DashboardTest
{
    private int _calls = 10;
    private DateTimeOffset _asOf = Some.Now;

    public InspectViewTests() => Client.Tree = Tree;

    [Fact]
    public void Render_NoPartition_SaysSo()
    {
        Client.Tree = static _ => null;

        Assert.Equal("No partition named demo", Show().WaitForElement(".empty h2").TextContent);
    }

    [Fact]
    public void Render_Root_OnlyTheRootIsRead()
    {
        var view = Show();

        Assert.Equal(["ports", "name", "broken", "late"], Names(view));
        Assert.All(Client.Looks, look => Assert.Equal(("", 0), (look.Path, look.Depth)));
        var ports = view.Find("[role=treeitem]");
        Assert.Equal(("1", "4", "1", "false"), (ports.GetAttribute("aria-level"), ports.GetAttribute("aria-setsize"), ports.GetAttribute("aria-posinset"), ports.GetAttribute("aria-expanded")));
        Assert.Single(view.FindAll("[role=treeitem][tabindex='0']"));
    }

    [Fact]
    public void Render_FailedAndLateBranches_SayWhyBesideTheOthers()
    {
        var rows = Show().FindAll("[role=treeitem]");

        Assert.Contains("provider failed: out of order", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("did not answer in time", rows[3].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Toggle_Directory_LoadsItAndKeepsItInTheAddress()
    {
        var view = Show();

        view.Find("[data-toggle]").Click();

        Assert.Equal(["ports", "calls", "limit", "name", "broken", "late"], Names(view));
        Assert.Equal("2", view.FindAll("[role=treeitem]")[1].GetAttribute("aria-level"));
        Assert.EndsWith("?open=ports", Uri, StringComparison.Ordinal);
        view.Find("[data-toggle]").Click();
        Assert.Equal(4, Names(view).Count);
    }

    [Fact]
    public void Refresh_CounterGrew_RateFlashAndExpansionStay()
    {
        var view = Show("?open=ports");
        Assert.Empty(view.FindAll(".flash"));

        _calls = 14;
        _asOf = Some.Now.AddSeconds(2);
        Time.Advance(TimeSpan.FromSeconds(1));

        view.WaitForAssertion(() => Assert.Equal("14", view.Find(".flash").TextContent));
        Assert.Equal("2.0", view.Find(".inspect-rate span").TextContent);
    }

    [Fact]
    public void Refresh_CounterFell_RateIsMarkedAsReset()
    {
        var view = Show("?open=ports");

        _calls = 4;
        _asOf = Some.Now.AddSeconds(2);
        Time.Advance(TimeSpan.FromSeconds(1));

        view.WaitForAssertion(() => Assert.Equal(["2.0", "reset"], view.FindAll(".inspect-rate span").Select(s => s.TextContent)));
    }

    [Fact]
    public void Paused_ValuesChange_StandStillUntilResumed()
    {
        var view = Show("?open=ports&paused=2026-03-04T12:30:00Z");

        _calls = 14;
        _asOf = Some.Now.AddSeconds(2);
        Time.Advance(TimeSpan.FromSeconds(1));
        view.WaitForAssertion(() => Assert.Contains("1 update waiting", view.Find(".notice-paused").TextContent, StringComparison.Ordinal));
        Assert.Contains("10", view.FindAll("[role=treeitem]")[1].TextContent, StringComparison.Ordinal);

        view.Find("button.pause").Click();

        view.WaitForAssertion(() => Assert.Contains("14", view.FindAll("[role=treeitem]")[1].TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Find_Text_ShowsTheWayToItAndForgetsNothing()
    {
        var view = Show();

        view.Find("#inspect-search").Input("limi");
        Time.Advance(TimeSpan.FromMilliseconds(250));

        view.WaitForAssertion(() => Assert.Equal(["ports", "limit"], Names(view)));
        Assert.Equal("limit", view.Find(".inspect-found .inspect-label").TextContent);
        view.Find("#inspect-search").Input("");
        view.WaitForAssertion(() => Assert.Equal(["ports", "name", "broken", "late"], Names(view)));
    }

    [Fact]
    public void Find_Nothing_SaysSoWithWhatWasTyped()
    {
        var view = Show("?find=%3Cb%3E");

        Assert.Contains("“<b>”", view.WaitForElement(".empty p").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAll_TwoLevels_AreOpen()
    {
        var view = Show();

        view.Find("[data-open-all]").Click();

        Assert.Equal(6, Names(view).Count);
        Assert.Contains(Client.Looks, look => look.Depth == 2);
    }

    [Fact]
    public void WideDirectory_More_ReadsTheNextPage()
    {
        Client.Tree = look => look.Path.Length > 0 ? null : Some.Answer("", Some.Dir([.. Enumerable.Range(0, Math.Min(look.Limit, 300)).Select(i => ($"c{i}", Some.Value(i)))])
            with { Total = 300, NextAfter = look.Limit < 300 ? "c199" : null });
        var view = Show();
        Assert.Equal(200, Names(view).Count);
        Assert.Contains("Show 100 more", view.Find(".inspect-note").TextContent, StringComparison.Ordinal);

        view.Find(".inspect-note").ParentElement!.Click();

        Assert.Equal(300, Names(view).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HiddenNodes_AreCountedAndShownByRight(bool may)
    {
        Client.Index = may ? Some.Index("payload") : Some.Index();
        Client.Tree = static look => Some.Answer("", look.Sensitive ? Some.Dir(("a", Some.Value(1)), ("secret", Some.Value(2))) : Some.Dir(("a", Some.Value(1))) with { Hidden = 1 });
        var view = Show();
        Assert.Contains("1 hidden", view.Find(".inspect-note").TextContent, StringComparison.Ordinal);

        if (may)
        {
            view.Find(".inspect-note button").Click();
            Assert.Equal(["a", "secret"], Names(view));
            Assert.Single(Client.Looks, look => look.Sensitive);
        }
        else
        {
            Assert.Empty(view.FindAll(".inspect-note button"));
        }
    }

    [Fact]
    public void Change_WithoutRight_SaysWhichOneIsMissing()
    {
        var view = Show("?open=ports&node=ports/limit");

        Assert.Empty(view.FindAll(".change-form"));
        Assert.Contains("--lab", view.Find(".inspect-detail").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Change_Accepted_TellsOldAndNew()
    {
        Client.Index = Some.Index("change");
        Client.Change = static (path, _) => new InspectUpdateAnswer(path, Some.Value(5), Some.Value(7));
        var view = Show("?open=ports&node=ports/limit");

        view.Find("#new-value").Input("7");
        view.Find(".change-form").Submit();

        Assert.Equal("Changed from 5 to 7.", view.Find("#change-answer").TextContent);
        Assert.Equal([("ports/limit", "7")], Client.Changed);
    }

    [Fact]
    public void Change_Refused_SaysTheDaemonsWords()
    {
        Client.Index = Some.Index("change");
        Client.Refusal = new SynicProblemException("it takes 1 to 9");
        var view = Show("?open=ports&node=ports/limit");

        view.Find("#new-value").Input("much");
        view.Find(".change-form").Submit();

        Assert.Equal("it takes 1 to 9", view.Find("#change-answer.failing").TextContent);
    }

    [Fact]
    public void Detail_Copies_AreThePathAndLinesForAShell()
    {
        var copies = Show("?open=ports&node=ports/limit").FindAll(".copies button").Select(b => b.GetAttribute("data-copy"));

        Assert.Equal(["ports/limit", "synicd inspect ports/limit --partition demo", "curl '{origin}/api/v1/partitions/demo/inspect/ports/limit'"], copies);
    }

    [Fact]
    public void Against_Snapshot_MarksChangedNewAndGone()
    {
        Client.Snapshots.Add(Some.Snapshot(1));
        Client.Diff = static _ => Diff(
            new InspectedChange("ports/calls", "changed", Some.Value(3), Some.Value(10)), new InspectedChange("name", "added", null, Some.Value("x")),
            new InspectedChange("old", "removed", Some.Value(1), null));
        var view = Show("?open=ports&against=1");

        Assert.Equal(["1 below", "≠ 3", "+ new", "− gone"], view.FindAll(".inspect-was span").Select(s => s.TextContent));
        Assert.Equal("old", view.Find(".inspect-removed .inspect-label").TextContent);
        Assert.Contains("3 differences", view.Find(".diff-line").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Against_SnapshotThatIsGone_SaysSo() =>
        Assert.Contains("no snapshot 9", Show("?against=9").Find("[role=alert]").TextContent, StringComparison.Ordinal);

    internal static TreeDiff Diff(params InspectedChange[] items) => new()
    {
        Before = "1", After = "now", BeforeTakenAt = Some.Now, AfterTakenAt = Some.Now, Complete = true, Incomplete = [], Items = items, Next = null, Total = items.Length,
    };

    private InspectAnswer? Tree(InspectLook look)
    {
        var ports = Some.Dir(("calls", Some.Value(_calls) with { Counter = true }), ("limit", Some.Value(5) with { Mutable = true, Range = "1 to 9" }));
        return look.Path switch
        {
            "" => Some.Answer("", Some.Dir(
                ("ports", look.Depth == 0 ? Some.Cut() : ports), ("name", Some.Value("demo", "string")),
                ("broken", new InspectedNode { Kind = "error", Code = "provider_failed", Message = "out of order" }), ("late", Some.Cut("deadline"))), _asOf),
            "ports" => Some.Answer("ports", ports, _asOf),
            _ => null,
        };
    }

    private string Uri => Services.GetRequiredService<NavigationManager>().Uri;

    private static List<string> Names(IRenderedComponent<InspectView> view) => [.. view.FindAll(".inspect-label").Select(l => l.TextContent)];

    private IRenderedComponent<InspectView> Show(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/" + query);
        return Render<InspectView>(p => p.Add(v => v.Partition, "demo"));
    }
}
