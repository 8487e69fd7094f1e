using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class KeptPanelsTests : DashboardTest
{
    [Fact]
    public void Both_Viewer_SeesNoButtonsButWhatIsMissing()
    {
        Client.Recordings.Add(Some.Recording("r1"));
        Client.Snapshots.Add(Some.Snapshot(1));

        var (recordings, snapshots) = (Recordings(), Snapshots());

        Assert.Contains("start token", recordings.Markup, StringComparison.Ordinal);
        Assert.Contains("start token", snapshots.Markup, StringComparison.Ordinal);
        Assert.Empty(recordings.FindAll("button"));
        Assert.Equal("Compare", Assert.Single(snapshots.FindAll("button")).TextContent.Trim());
        Assert.Equal("/api/v1/partitions/demo/recordings/r1/content", recordings.Find("a[download]").GetAttribute("href"));
    }

    [Fact]
    public void Recording_StartStopDelete_AsksTwiceBeforeItIsGone()
    {
        Client.Index = Some.Index("console");
        var panel = Recordings();

        panel.Find("input.text-input").Change("a name");
        panel.Find("form").Submit();
        Time.Advance(TimeSpan.FromSeconds(1));
        panel.WaitForAssertion(() => Assert.Equal("a name", panel.Find(".keep-name").TextContent));

        Button(panel, "Stop").Click();
        panel.WaitForAssertion(() => Assert.Equal("stopped", Client.Recordings[0].State));
        Button(panel, "Delete").Click();
        panel.WaitForAssertion(() => Assert.NotNull(Button(panel, "Really delete?")));
        Assert.Single(Client.Recordings);
        Button(panel, "Really delete?").Click();
        panel.WaitForAssertion(() => Assert.Empty(Client.Recordings));
    }

    [Fact]
    public void Replay_Differences_AreListed()
    {
        Client.Index = Some.Index("console");
        Client.Recordings.Add(Some.Recording("r1"));
        Client.Replay = new ReplayReport
        {
            Dialect = "tlfs", Complete = true, Records = 10, Replayed = 5, Matched = 4, Skipped = new Dictionary<string, int> { ["no_port"] = 2 }, Dropped = 0, DifferencesTotal = 1,
            Differences = [new ReplayDifference(7, "post", "0x1", null, 0, "success", "invalid_port_id", "kind")],
        };
        var panel = Recordings();

        Button(panel, "Replay").Click();

        Assert.Equal("1 difference", panel.Find(".replay strong").TextContent);
        Assert.Equal(["7", "post", "0x1", "API/0", "success", "invalid port id", "kind"], panel.FindAll(".replay tbody td").Select(c => c.TextContent));
    }

    [Fact]
    public void Start_Refused_SaysTheDaemonsWords()
    {
        Client.Index = Some.Index("console");
        Client.Refusal = new SynicProblemException("there are 8 recordings");
        var panel = Recordings();

        panel.Find("form").Submit();

        Assert.Contains("there are 8 recordings", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_TwoOfTheAddress_PathBeforeAfterPageByPage()
    {
        Client.Snapshots.AddRange([Some.Snapshot(1), Some.Snapshot(2, "later")]);
        Client.Diff = static pair => InspectViewTests.Diff(pair.Cursor is null
            ? new InspectedChange("a/b", "changed", Some.Value(1), Some.Value(2))
            : new InspectedChange("a/c", "removed", Some.Value(3), null)) with { After = "2", Next = pair.Cursor is null ? "more" : null, Total = 2 };

        var panel = Snapshots("?before=1&after=2");

        Assert.Equal(["a/b", "≠", "1", "2"], panel.FindAll("[aria-label=Differences] td").Select(c => c.TextContent));
        Button(panel, "Show more").Click();
        Assert.Equal(["a/c", "− gone", "3", ""], panel.FindAll("[aria-label=Differences] td").Skip(4).Select(c => c.TextContent));
        Assert.Equal("/partitions/demo?tab=inspect&open=a&node=a%2Fb&against=1", panel.Find(".diff-path a").GetAttribute("href"));
    }

    [Fact]
    public void Compare_SnapshotGone_SaysSo() =>
        Assert.Contains("gone", Snapshots("?before=5").Find("[role=alert]").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Take_Snapshot_IsInTheListWithItsWayIntoTheTree()
    {
        Client.Index = Some.Index("console");
        var panel = Snapshots();

        panel.Find("form").Submit();
        Time.Advance(TimeSpan.FromSeconds(1));

        panel.WaitForAssertion(() => Assert.EndsWith("?tab=inspect&against=1", panel.Find("a[data-open]").GetAttribute("href"), StringComparison.Ordinal));
    }

    private static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> panel, string text)
        where T : IComponent => panel.FindAll("button").Single(b => b.TextContent.Trim() == text);

    private IRenderedComponent<RecordingPanel> Recordings() => Render<RecordingPanel>(p => p.Add(v => v.Partition, "demo"));

    private IRenderedComponent<SnapshotPanel> Snapshots(string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/" + query);
        return Render<SnapshotPanel>(p => p.Add(v => v.Partition, "demo"));
    }
}
