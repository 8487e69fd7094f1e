using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class PortTableTests : DashboardTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Render_NoPorts_SaysSo() =>
        Assert.Equal("No ports", Show(Some.Ports()).Find(".empty h2").TextContent);

    [Fact]
    public void Render_FilterMatchesNothing_SaysSoAndCanBeCleared()
    {
        Navigation.NavigateTo("/?filter=zzz");
        var table = Show(Some.Ports(Some.Port(1)));
        Assert.Equal("All filtered out", table.Find(".empty h2").TextContent);

        table.Find(".empty button").Click();

        Assert.Single(Rows(table));
        Assert.DoesNotContain("filter", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_UnknownKey_ShowsTheErrorAndAllRows()
    {
        var table = Show(Some.Ports(Some.Port(1), Some.Port(2)));

        table.Find("#port-filter").Input("kidn:event");

        Assert.Contains("Did you mean “kind:”?", table.Find(".filter-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", table.Find("#port-filter").GetAttribute("aria-invalid"));
        Assert.Equal(2, Rows(table).Count);
    }

    [Fact]
    public void Filter_Typed_NarrowsCountsAndGoesIntoTheAddress()
    {
        var table = Show(Some.Ports(Some.Port(1), Some.Port(2) with { Kind = "event" }));

        table.Find("#port-filter").Input("kind:event");

        Assert.Equal(["0x2"], Connections(table));
        Assert.Equal("1 of 2 ports", table.Find(".count[aria-live=polite]").TextContent);
        Assert.EndsWith("?filter=kind%3Aevent", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_ClickOnHead_SortsMarksAndGoesIntoTheAddress()
    {
        var table = Show(Some.Ports(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 9 }));

        Head(table, "Calls").QuerySelector("button")!.Click();

        Assert.Equal(["0x2", "0x1"], Connections(table));
        Assert.Equal("descending", Head(table, "Calls").GetAttribute("aria-sort"));
        Assert.EndsWith("?sort=-calls", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_PointerOverTheTable_HoldsTheRowsUntilItLeaves()
    {
        Navigation.NavigateTo("/?sort=-calls");
        var table = Show(Some.Ports(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 4 }));
        table.Find(".grid-scroll").PointerEnter();

        Update(table, Some.Ports(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 9 }));
        Assert.Equal(["0x1", "0x2"], Connections(table));
        Assert.NotEmpty(table.FindAll(".order-changed"));

        table.Find(".grid-scroll").PointerLeave();
        Assert.Equal(["0x2", "0x1"], Connections(table));
        Assert.Empty(table.FindAll(".order-changed"));
    }

    [Fact]
    public void Pause_UpdatesCome_AreCountedNotShownUntilResumed()
    {
        var table = Show(Some.Ports(Some.Port(1) with { Calls = 5 }));
        table.Find(".pause").Click();

        Update(table, Some.Ports(Some.Port(1) with { Calls = 6 }));
        Update(table, Some.Ports(Some.Port(1) with { Calls = 7 }));
        Assert.Contains("Paused at 12:30:00 UTC, 2 updates waiting", table.Find(".notice-paused").TextContent, StringComparison.Ordinal);
        Assert.Equal("5", Cell(table, "Calls"));
        Assert.EndsWith("?paused=true", Navigation.Uri, StringComparison.Ordinal);

        table.Find(".pause").Click();
        Assert.Empty(table.FindAll(".notice-paused"));
        Assert.Equal("7", Cell(table, "Calls"));
    }

    [Fact]
    public void Pause_RenderWithoutANewSnapshot_IsNoUpdate()
    {
        var snapshot = Some.Ports(Some.Port(1));
        var table = Show(snapshot);
        table.Find(".pause").Click();

        Update(table, snapshot);

        Assert.Contains("0 updates waiting", table.Find(".notice-paused").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_InTheAddress_ShowsTheFirstSnapshotAndStops()
    {
        Navigation.NavigateTo("/?paused=true");
        var table = Show(Some.Ports(Some.Port(1) with { Calls = 5 }));

        Update(table, Some.Ports(Some.Port(1) with { Calls = 6 }));

        Assert.Equal("5", Cell(table, "Calls"));
    }

    [Fact]
    public void Row_ValuesNotKnown_SaysSoAndWhy()
    {
        var table = Show(Some.Ports(Some.Port(1) with
        {
            Calls = null,
            CallsPerSecond = null,
            NotKnown = new Dictionary<string, string> { ["calls"] = "another VMM runs it", ["callsPerSecond"] = "so is this" },
        }));

        Assert.Equal(
            ["Not known: another VMM runs it", "Not known: so is this"],
            table.FindAll(".not-known").Select(c => c.GetAttribute("title")));
    }

    [Fact]
    public void Row_NotCalledYet_DiffersFromNotKnown()
    {
        var table = Show(Some.Ports(Some.Port(1) with { CallsPerSecond = null, LastActivity = null }));

        Assert.Empty(table.FindAll(".not-known"));
        Assert.Equal("never", Cell(table, "Last activity"));
        Assert.Equal("…", Cell(table, "Calls/s"));
    }

    [Fact]
    public void Row_FailuresByStatus_HaveAColumnEachWithItsMeaning()
    {
        var table = Show(Some.Ports(
            Some.Port(1) with { Failures = 3, FailuresByStatus = new Dictionary<string, long> { ["insufficient_buffers"] = 3 } },
            Some.Port(2) with { Failures = 1, FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 1 } }));

        Assert.Equal(["DENIED", "FULL"], table.FindAll("th .status-chip").Select(c => c.TextContent));
        Assert.Equal("3", Cell(table, "FULL"));
        Assert.Equal("—", Cell(table, "DENIED")); // port 1 does not say
    }

    [Fact]
    public void Row_HostileOwner_IsText()
    {
        var table = Show(Some.Ports(Some.Port(1) with { Owner = "<img src=x onerror=alert(1)>" }));

        Assert.Empty(table.FindAll("td img"));
        Assert.Equal("<img src=x onerror=alert(1)>", Cell(table, "Owner"));
    }

    [Fact]
    public void Row_ActiveFastPath_ExplainsWhatIsNotCounted() => Assert.Contains(
        "not counted here",
        Show(Some.Ports(Some.Port(1) with { FastPath = "active", MonitorId = 12 })).Find("td.fast-active").GetAttribute("title"),
        StringComparison.Ordinal);

    private static List<IElement> Rows(IRenderedComponent<PortTable> table) =>
        [.. table.FindAll("tbody tr").Where(r => r.Children.Length > 0)];

    private static IEnumerable<string> Connections(IRenderedComponent<PortTable> table) =>
        Rows(table).Select(r => r.Children[1].TextContent.Trim());

    private static IElement Head(IRenderedComponent<PortTable> table, string title) =>
        table.FindAll("th").Single(h => h.TextContent.Trim(' ', '\n', '\r', '▲', '▼') == title);

    private static string Cell(IRenderedComponent<PortTable> table, string column) =>
        Rows(table)[0].Children[Head(table, column).Index()].TextContent.Trim();

    private static void Update(IRenderedComponent<PortTable> table, PortTableSnapshot snapshot) =>
        table.Render(p => p.Add(t => t.Latest, snapshot));

    private IRenderedComponent<PortTable> Show(PortTableSnapshot snapshot) =>
        Render<PortTable>(p => p.Add(t => t.Latest, snapshot));
}
