using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Components.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class PortTableTests : DashboardTest
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Theory]
    [InlineData("running", "No ports")]
    [InlineData("failed", "Backend down")]
    public void Render_NoPorts_SaysWhichKindOfEmpty(string state, string title)
    {
        Client.PartitionState = state;

        Assert.Equal(title, Show().Find(".empty h2").TextContent);
    }

    [Fact]
    public void Render_NoPartition_SaysSo()
    {
        Client.Ports = null;

        Assert.Equal("No partition named demo", Show().Find(".empty h2").TextContent);
    }

    [Fact]
    public void Render_DaemonAway_SaysNotConnected()
    {
        Client.PortsFailure = new SynicUnavailableException("It is away.");

        Assert.Equal("Not connected", Show().Find(".empty h2").TextContent);
    }

    [Fact]
    public void Render_ViewerWithoutRight_SaysWhich()
    {
        Client.PortsFailure = new SynicForbiddenException("The right \"view\" is missing.");

        var table = Show();

        Assert.Equal("No right to see this", table.Find(".empty h2").TextContent);
        Assert.Contains("\"view\"", table.Find(".empty p").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_FilterMatchesNothing_SaysSoAndCanBeCleared()
    {
        Navigation.NavigateTo("/?filter=zzz");
        var table = Show(Some.Port(1));
        Assert.Equal("All filtered out", table.Find(".empty h2").TextContent);

        table.Find(".empty button").Click();

        Assert.Single(Rows(table));
        Assert.DoesNotContain("filter", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_UnknownKey_ShowsTheErrorAndAllRows()
    {
        var table = Show(Some.Port(1), Some.Port(2));

        table.Find("#port-filter").Input("kidn:event");

        Assert.Contains("Did you mean “kind:”?", table.Find(".filter-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", table.Find("#port-filter").GetAttribute("aria-invalid"));
        Assert.Equal(2, Rows(table).Count);
    }

    [Fact]
    public void Filter_OneTermWrong_AsksForTheOthers()
    {
        Navigation.NavigateTo("/?filter=kind:event%20kidn:x%20vtl:9&sort=%3Cscript%3E");
        Show(Some.Port(1));

        Assert.All(Client.PortQueries, static q => Assert.Equal(("kind:event", "connection"), (q.Filter, q.Sort)));
    }

    [Fact]
    public void Filter_Typed_NarrowsCountsAndGoesIntoTheAddress()
    {
        var table = Show(Some.Port(1), Some.Port(2) with { Kind = "event" });

        table.Find("#port-filter").Input("kind:event");

        Assert.Equal(["0x2"], Connections(table));
        Assert.Equal("1 of 2 ports", table.Find(".count[aria-live=polite]").TextContent);
        Assert.EndsWith("?filter=kind%3Aevent", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_ClickOnHead_SortsMarksAndGoesIntoTheAddress()
    {
        var table = Show(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 9 });

        Head(table, "Calls").QuerySelector("button")!.Click();

        table.WaitForAssertion(() => Assert.Equal(["0x2", "0x1"], Connections(table)));
        Assert.Equal("descending", Head(table, "Calls").GetAttribute("aria-sort"));
        Assert.EndsWith("?sort=-calls", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Sort_BackButton_SortsAsBefore()
    {
        var table = Show(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 9 });
        Head(table, "Calls").QuerySelector("button")!.Click();

        Navigation.NavigateTo("/");

        table.WaitForAssertion(() => Assert.Equal(["0x1", "0x2"], Connections(table)));
    }

    [Fact]
    public void Sort_PointerOverTheTable_HoldsTheRowsUntilItLeaves()
    {
        Navigation.NavigateTo("/?sort=-calls");
        var table = Show(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 4 });
        table.Find(".grid-scroll").PointerEnter();

        Update(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 9 });
        table.WaitForAssertion(() => Assert.NotEmpty(table.FindAll(".order-changed")));
        Assert.Equal(["0x1", "0x2"], Connections(table));

        table.Find(".grid-scroll").PointerLeave();
        table.WaitForAssertion(() => Assert.Equal(["0x2", "0x1"], Connections(table)));
        table.WaitForAssertion(() => Assert.Empty(table.FindAll(".order-changed")));
    }

    [Fact]
    public void Pause_UpdatesCome_AreCountedNotShownUntilResumed()
    {
        var table = Show(Some.Port(1) with { Calls = 5 }, Some.Port(2, generation: 2), Some.Port(3, generation: 3));
        table.Find(".pause").Click();

        Update(Some.Port(1) with { Calls = 7 }, Some.Port(2, generation: 2), Some.Port(4, generation: 4)); // one called, one gone, one new
        AssertWaiting(table, "3 changes waiting");
        Assert.Equal(["0x1", "0x2", "0x3"], Connections(table));
        Assert.Equal("5", Cell(table, "Calls"));
        Assert.Contains("?paused=2000-01-01", Navigation.Uri, StringComparison.Ordinal);

        table.Find(".pause").Click();
        table.WaitForAssertion(() => Assert.Equal(["0x1", "0x2", "0x4"], Connections(table)));
        table.WaitForAssertion(() => Assert.Empty(table.FindAll(".notice-paused")));
        table.WaitForAssertion(() => Assert.Equal("7", Cell(table, "Calls")));
    }

    [Fact]
    public async Task Pause_FilterAndSort_ActOnWhatIsFrozen()
    {
        var table = Show(Some.Port(1) with { Calls = 5 }, Some.Port(2) with { Calls = 6, Owner = "x" }, Some.Port(3) with { Calls = 7, Owner = "x" });
        table.Find(".pause").Click();
        Update();

        table.Find("#port-filter").Input("owner:x");
        await table.InvokeAsync(() => Head(table, "Calls").QuerySelector("button")!.Click()); // no render between finding and clicking

        table.WaitForAssertion(() => Assert.Equal(["0x3", "0x2"], Connections(table)));
    }

    [Fact]
    public void Pause_InTheAddress_ShowsTheFirstAnswerAndStops()
    {
        Navigation.NavigateTo("/?paused=2000-01-01T00:00:00Z");
        var table = Show(Some.Port(1) with { Calls = 5 });

        Update(Some.Port(1) with { Calls = 6 });

        AssertWaiting(table, "1 change waiting");
        Assert.Equal("5", Cell(table, "Calls"));
    }

    [Fact]
    public void Columns_ChosenInTheAddress_AreThoseInThatOrder()
    {
        Navigation.NavigateTo("/?columns=calls,nonsense,connection,calls,operation_denied");

        var table = Show(Some.Port(1));

        Assert.Equal(["Calls", "Connection", "DENIED"], table.FindAll("th").Select(Title));
    }

    [Fact]
    public void Columns_SwitchedOffAndMoved_GoIntoTheAddress()
    {
        Navigation.NavigateTo("/?columns=connection,kind,calls");
        var table = Show(Some.Port(1));

        table.FindAll(".column-list input")[1].Change(false);
        table.Find("[aria-label='Calls further left']").Click();

        Assert.Equal(["Calls", "Connection"], table.FindAll("th").Select(Title));
        Assert.EndsWith("?columns=calls,connection", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_Switched_IdsAreDecimal()
    {
        var table = Show(Some.Port(0x2001));

        table.Find("[title='Ids in hex or decimal']").Click();

        table.WaitForAssertion(() => Assert.Equal(["8193"], Connections(table)));
        Assert.Equal("decimal", JSInterop.Invocations["synic.write"].Single().Arguments[1]);
    }

    [Fact]
    public void Export_Csv_HasAllThatMatchesAndNoFormulas()
    {
        var ports = Enumerable.Range(1, 1000).Select(static i => Some.Port((uint)i, i) with { Owner = i == 7 ? "=cmd|' /C calc'!A0" : "demo" });
        Navigation.NavigateTo("/?filter=conn:1..900");
        var table = Show([.. ports]);

        table.Find(".export-csv").Click();

        var lines = File(out var name).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(901, lines.Length);
        Assert.Contains(",'=cmd|' /C calc'!A0,", lines[7], StringComparison.Ordinal);
        Assert.Matches(@"^demo-ports-\d{8}T\d{6}Z\.csv$", name);
    }

    [Fact]
    public void Export_Json_IsAListAsTheApiSendsIt()
    {
        var table = Show(Some.Port(1), Some.Port(2));

        table.Find(".export-json").Click();

        var page = SynicJson.Read<ListPage<PortSummary>>(File(out _));
        Assert.Equal((2, 2u), (page.Total, page.Items[1].Connection));
    }

    [Fact]
    public void Row_ValuesNotKnown_SaysSoAndWhy()
    {
        var table = Show(Some.Port(1) with
        {
            Calls = null,
            CallsPerSecond = null,
            NotKnown = new Dictionary<string, string> { ["calls"] = "another VMM runs it", ["callsPerSecond"] = "so is this" },
        });

        Assert.Equal(
            ["Not known: another VMM runs it", "Not known: so is this"],
            table.FindAll(".not-known").Select(c => c.GetAttribute("title")));
    }

    [Fact]
    public void Row_NotCalledYet_DiffersFromNotKnown()
    {
        var table = Show(Some.Port(1) with { CallsPerSecond = null, LastActivity = null });

        Assert.Empty(table.FindAll(".not-known"));
        Assert.Equal("never", Cell(table, "Last activity"));
        Assert.Equal("…", Cell(table, "Calls/s"));
    }

    [Fact]
    public void Row_FailuresByStatus_HaveAColumnEachWithItsMeaning()
    {
        var table = Show(Some.Port(1) with { Failures = 3, FailuresByStatus = new Dictionary<string, long> { ["insufficient_buffers"] = 3 } });

        Assert.Equal(["NO CONN", "DENIED", "FULL", "FAILED"], table.FindAll("th .status-chip").Select(c => c.TextContent));
        Assert.Equal("3", Cell(table, "FULL"));
        Assert.Equal("—", Cell(table, "DENIED")); // the port does not say
        Assert.Contains("VTL", Head(table, "DENIED").GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public void Row_Cells_OfferTheirFilterTerms()
    {
        var table = Show(Some.Port(0x2001) with { Owner = "a, \"b\"" });

        var terms = table.FindAll("[data-term]").Select(static c => c.GetAttribute("data-term"));

        Assert.Equal("port-filter", table.Find(".grid-scroll").GetAttribute("data-filter"));
        Assert.Equal(
            ["conn:0x2001", "kind:message", "vtl:0", "owner:=\"a, \\\"b\\\"\"", "failures:0", "status:invalid_connection_id", "status:operation_denied",
                "status:insufficient_buffers", "status:operation_failed", "fast:none"],
            terms);
    }

    [Fact]
    public void Row_CanBeOpenedAndCopied()
    {
        var row = Rows(Show(Some.Port(0x2001)))[0];

        Assert.Equal("/partitions/demo/ports/0x2001", row.QuerySelector("a[data-open]")!.GetAttribute("href"));
        Assert.Contains("curl {origin}/api/v1/partitions/demo/ports/0x2001", row.GetAttribute("data-copies"), StringComparison.Ordinal);
    }

    [Fact]
    public void Row_HostileOwner_IsText()
    {
        var table = Show(Some.Port(1) with { Owner = "<img src=x onerror=alert(1)>" });

        Assert.Empty(table.FindAll("td img"));
        Assert.Equal("<img src=x onerror=alert(1)>", Cell(table, "Owner"));
    }

    [Fact]
    public void Row_ActiveFastPath_ExplainsWhatIsNotCounted() => Assert.Contains(
        "not counted here",
        Show(Some.Port(1) with { FastPath = "active", MonitorId = 12 }).Find("td.fast-active").GetAttribute("title"),
        StringComparison.Ordinal);

    private static List<IElement> Rows(IRenderedComponent<PortTable> table) =>
        [.. table.FindAll("tbody tr").Where(r => r.Children.Length > 0)];

    private static IEnumerable<string> Connections(IRenderedComponent<PortTable> table) =>
        table.FindAll("a[data-open]").Select(static a => a.TextContent);

    private static string Title(IElement head) => head.TextContent.Trim(' ', '\n', '\r', '▲', '▼');

    private static IElement Head(IRenderedComponent<PortTable> table, string title) =>
        table.FindAll("th").Single(h => Title(h) == title);

    private static string Cell(IRenderedComponent<PortTable> table, string column) =>
        Rows(table)[0].Children[Head(table, column).Index()].TextContent.Trim();

    private static void AssertWaiting(IRenderedComponent<PortTable> table, string text)
    {
        var notice = table.FindComponent<PauseNotice>();
        notice.WaitForAssertion(() => Assert.Contains(text, notice.Find(".notice-paused").TextContent, StringComparison.Ordinal));
    }

    private void Update(params PortSummary[] ports)
    {
        Client.Ports = ports;
        var before = Client.PortReads;
        SpinWait.SpinUntil(() =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(250)); // again, should the table not have begun to wait
            return Client.PortReads > before;
        });
    }

    private string File(out string? name)
    {
        var save = JSInterop.Invocations["synic.save"].Single();
        name = (string?)save.Arguments[0];
        var stream = ((Microsoft.JSInterop.DotNetStreamReference)save.Arguments[2]!).Stream;
        return System.Text.Encoding.UTF8.GetString(((MemoryStream)stream).ToArray());
    }

    private IRenderedComponent<PortTable> Show(params PortSummary[] ports)
    {
        if (Client.Ports is not null)
        {
            Client.Ports = ports;
        }

        return Render<PortTable>(p => p.Add(t => t.Partition, "demo"));
    }
}
