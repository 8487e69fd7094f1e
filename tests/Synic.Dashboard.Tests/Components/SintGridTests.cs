using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class SintGridTests : DashboardTest
{
    public SintGridTests() => Client.Vps =
    [
        new VpSummary(0, true, [Some.Synic(Some.Sint(0) with { Masked = true }, Some.Sint(1), Some.Sint(2) with { SlotBusy = true })]),
        new VpSummary(1, false, [Some.Synic(Some.Sint(0), Some.Sint(1), Some.Sint(2)) with { Enabled = false }]),
    ];

    [Fact]
    public void Render_Vps_OneLetterASint()
    {
        var grid = Show();

        Assert.Equal("MRS–––", string.Concat(grid.FindAll("button.sint").Select(s => s.TextContent)));
        Assert.Equal(
            "VP 0, VTL 0, SINT 2: slot taken, the guest has not read it",
            grid.FindAll("button.sint")[2].GetAttribute("aria-label"));
    }

    [Fact]
    public void Click_Cell_ShowsItsRegistersAndAgainHidesThem()
    {
        var grid = Show();

        grid.FindAll("button.sint")[2].Click();
        Assert.Equal("VP 0 · VTL 0 · SINT 2", grid.Find(".detail h3").TextContent);
        Assert.Contains("holds a message", grid.Find(".detail").TextContent, StringComparison.Ordinal);

        grid.FindAll("button.sint")[2].Click();
        Assert.Empty(grid.FindAll(".detail h3"));
    }

    [Fact]
    public void Render_ASecondLater_AsksAgainAndKeepsTheChoice()
    {
        var grid = Show();
        grid.FindAll("button.sint")[1].Click();
        Client.Vps = [new VpSummary(0, true, [Some.Synic(Some.Sint(0), Some.Sint(1) with { QueueLength = 3, BlockedBy = "slot_busy" })])];

        Time.Advance(TimeSpan.FromSeconds(1));

        grid.WaitForAssertion(() => Assert.Equal("RQ", string.Concat(grid.FindAll("button.sint").Select(s => s.TextContent))));
        Assert.Contains("3 waiting, blocked by slot busy", grid.Find(".detail").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Click_Cell_IsInTheAddressAndComesBackFromIt()
    {
        Show().FindAll("button.sint")[5].Click();

        Assert.EndsWith("?sint=1.0.2", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Equal("VP 1 · VTL 0 · SINT 2", Show().Find(".detail h3").TextContent);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("9.0.0")]
    [InlineData("0.0")]
    [InlineData("-1.0.99999999999")]
    public void Address_NoSuchSint_ChoosesNone(string text)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/?sint={text}");

        Assert.Empty(Show().FindAll(".detail h3"));
    }

    [Fact]
    public void Render_Cells_AreOneStopOfTheTabKey()
    {
        var grid = Show();
        Assert.Equal("VP 0, VTL 0, SINT 0: masked", Assert.Single(grid.FindAll("button.sint[tabindex='0']")).GetAttribute("aria-label"));

        grid.FindAll("button.sint")[4].Click();

        Assert.Equal("true", Assert.Single(grid.FindAll("button.sint[tabindex='0']")).GetAttribute("aria-pressed"));
    }

    private IRenderedComponent<SintGrid> Show()
    {
        var grid = Render<SintGrid>(p => p.Add(g => g.Partition, "demo"));
        grid.WaitForElement(".sint-grid");
        return grid;
    }
}
