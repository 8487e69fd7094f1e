using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class MonitorPanelTests : DashboardTest
{
    [Fact]
    public void Render_NoMonitors_SaysSoAndLinksToTheReason() =>
        Assert.Equal("/partitions/demo?tab=backend", Show().Find(".empty a").GetAttribute("href"));

    [Fact]
    public void Render_Cells_OneLetterAnIdInFourGroups()
    {
        var panel = Show(Some.Monitors(new MonitorCell(33, "0x2001", 7)));

        Assert.Equal(4, panel.FindAll(".monitor-grid tbody tr").Count);
        Assert.Equal("·B··", string.Concat(panel.FindAll(".monitor-grid button").Skip(32).Take(4).Select(c => c.TextContent)));
        Assert.Equal(
            "VTL 0, id 33: bound, not triggered just now, connection 0x2001, 7 triggers",
            panel.FindAll(".monitor-grid button")[33].GetAttribute("aria-label"));
    }

    [Fact]
    public void Render_CountGrows_IsTriggeredForAWhile()
    {
        var panel = Show(Some.Monitors(new MonitorCell(0, "0x2001", 7)));

        Client.MonitorPages = [Some.Monitors(new MonitorCell(0, "0x2001", 8))];
        Time.Advance(TimeSpan.FromSeconds(1));
        panel.WaitForAssertion(() => Assert.Equal("T", panel.Find(".monitor-grid button").TextContent));

        Time.Advance(TimeSpan.FromSeconds(5));
        panel.WaitForAssertion(() => Assert.Equal("B", panel.Find(".monitor-grid button").TextContent));
    }

    [Fact]
    public void Render_BoundAnewWithFewerTriggers_IsNotTriggered()
    {
        var panel = Show(Some.Monitors(new MonitorCell(0, "0x2001", 7)));

        Client.MonitorPages = [Some.Monitors(new MonitorCell(0, "0x2002", 0))];
        Time.Advance(TimeSpan.FromSeconds(1));

        panel.WaitForAssertion(() => Assert.Contains("0x2002", panel.Find(".monitor-grid button").OuterHtml, StringComparison.Ordinal));
        Assert.Equal("B", panel.Find(".monitor-grid button").TextContent);
    }

    [Fact]
    public void Click_Cell_ShowsItsConnectionAndTakesTheTabStop()
    {
        var panel = Show(Some.Monitors(new MonitorCell(2, "0x2001", 7)));
        Assert.Equal("VTL 0, id 0: free", panel.Find("button[tabindex='0']").GetAttribute("aria-label"));

        panel.FindAll(".monitor-grid button")[2].Click();

        Assert.Equal("/partitions/demo/ports/0x2001", panel.Find(".detail a").GetAttribute("href"));
        var stop = Assert.Single(panel.FindAll(".monitor-grid button[tabindex='0']"));
        Assert.Equal("true", stop.GetAttribute("aria-pressed"));
    }

    [Theory]
    [InlineData("33", "VTL 0 · monitor id 33")]
    [InlineData("-1", null)]
    [InlineData("99999999999", null)]
    public void Render_IdInTheAddress_IsChosenIfItIsOne(string id, string? title)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/?monitor={id}");

        var panel = Show(Some.Monitors());

        Assert.Equal(title, panel.FindAll(".detail h3").Select(h => h.TextContent).SingleOrDefault());
    }

    [Fact]
    public void Render_UnknownTriggersAndOutsideWrites_ProminentOnlyWhenThereAreAny()
    {
        Assert.Empty(Show(Some.Monitors()).FindAll(".notice"));

        var notice = Show(Some.Monitors() with { UnknownTriggers = 4, OutsideWrites = 17 }).Find(".notice");

        Assert.Equal(["4", "17"], notice.QuerySelectorAll("strong").Select(s => s.TextContent));
    }

    private IRenderedComponent<MonitorPanel> Show(params MonitorPageSummary[] pages)
    {
        Client.MonitorPages = pages;
        return Render<MonitorPanel>(p => p.Add(m => m.Partition, "demo"));
    }
}
