using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>The port table as an operator sees it: daemon, demo guest, browser.</summary>
public sealed class PortTableTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [BrowserFact]
    public async Task PortTable_DemoGuestRuns_ItsCountersMove()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo")).Page;
        var echo = page.Locator("table.grid tbody tr", new PageLocatorOptions { HasText = "demo echo vp0" });
        await echo.WaitForAsync();
        var before = await CallsAsync(echo);
        await Assertions.Expect(echo.Locator("td").Nth(4)).Not.ToHaveTextAsync(before.ToString("N0", CultureInfo.InvariantCulture));
        var after = await CallsAsync(echo);

        Assert.True(after > before, $"{before} calls, then {after}");
        Assert.True(await page.Locator("table.grid tbody tr").CountAsync() >= 8);
    }

    [BrowserFact]
    public async Task PortTable_FilterTyped_KeepsOnlyWhatMatchesAndSaysSoInTheAddress()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo")).Page;
        await page.Locator("table.grid tbody tr", new PageLocatorOptions { HasText = "demo sink" }).WaitForAsync();

        await page.Locator("#port-filter").PressSequentiallyAsync("kind:event fast:active");

        await Assertions.Expect(page.Locator("table.grid tbody tr td.mono")).ToHaveTextAsync([new Regex("0x2002")]);
        Assert.Contains("filter=", page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Overview_LinkToPorts_OpensTheTable()
    {
        var page = (await OpenAsync(await DemoAsync(), "/")).Page;
        await page.GetByText("Top failing ports").WaitForAsync();

        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new("ports") }).First.ClickAsync();

        await page.Locator("table.grid tbody tr", new PageLocatorOptions { HasText = "demo sink" }).WaitForAsync();
        Assert.Contains("/partitions/demo", page.Url, StringComparison.Ordinal);
    }

    private static async Task<long> CallsAsync(ILocator row) =>
        long.Parse(await row.Locator("td").Nth(4).InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
