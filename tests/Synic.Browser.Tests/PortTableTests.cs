using System.Globalization;
using Microsoft.Playwright;
using Synic.Daemon.Tests;

namespace Synic.Browser.Tests;

/// <summary>The whole product as an operator sees it: daemon, demo guest, browser.</summary>
public sealed class PortTableTests
{
    private static readonly (string, string)[] s_demo =
    [
        ("Synic:Partitions:0:Backend", "auto"),
        ("Synic:Partitions:0:Guest:Kind", "demo"),
        ("Synic:Partitions:0:Guest:RoundsPerSecond", "20"),
    ];

    [BrowserFact]
    public async Task PortTable_DemoGuestRuns_ItsCountersMove()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_demo);
        await using var browser = await Chromium.OpenAsync();
        var page = browser.Page;

        await page.GotoAsync(new Uri(daemon.Url, "/partitions/demo").ToString());
        var echo = page.Locator("table.grid tbody tr", new PageLocatorOptions { HasText = "demo echo vp0" });
        await echo.WaitForAsync();
        var before = await CallsAsync(echo);
        await Assertions.Expect(echo.Locator("td").Nth(4)).Not.ToHaveTextAsync(before.ToString("N0", CultureInfo.InvariantCulture));
        var after = await CallsAsync(echo);

        await browser.SaveAsync("port-table");
        Assert.True(after > before, $"{before} calls, then {after}");
        Assert.True(await page.Locator("table.grid tbody tr").CountAsync() >= 8);
        Assert.Empty(browser.Errors);
        Assert.All(browser.Requests, request => Assert.Equal(daemon.Url.Authority, request.Authority));
    }

    [BrowserFact]
    public async Task PortTable_FilterTyped_KeepsOnlyWhatMatchesAndSaysSoInTheAddress()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_demo);
        await using var browser = await Chromium.OpenAsync(ColorScheme.Dark);
        var page = browser.Page;
        await page.GotoAsync(new Uri(daemon.Url, "/partitions/demo").ToString());
        await page.Locator("table.grid tbody tr", new PageLocatorOptions { HasText = "demo sink" }).WaitForAsync();

        await page.Locator("#port-filter").PressSequentiallyAsync("kind:event fast:active");

        await Assertions.Expect(page.Locator("table.grid tbody tr td.mono")).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("0x2002")]);
        Assert.Contains("filter=", page.Url, StringComparison.Ordinal);
        await browser.SaveAsync("port-table-filtered-dark");
        Assert.Empty(browser.Errors);
    }

    [BrowserFact]
    public async Task Overview_LinkToPorts_OpensTheTable()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_demo);
        await using var browser = await Chromium.OpenAsync();
        await browser.Page.GotoAsync(daemon.Url.ToString());
        await browser.Page.GetByText("Top failing ports").WaitForAsync();
        await browser.SaveAsync("overview");

        await browser.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new("ports") }).First.ClickAsync();

        await browser.Page.Locator("table.grid tbody tr", new PageLocatorOptions { HasText = "demo sink" }).WaitForAsync();
        Assert.Contains("/partitions/demo", browser.Page.Url, StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }

    private static async Task<long> CallsAsync(ILocator row) =>
        long.Parse(await row.Locator("td").Nth(4).InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
