using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>What an operator comes for: which port fails, and why.</summary>
public sealed partial class PortPathTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [BrowserFact]
    public async Task FailingPort_FoundByFilter_IsExplained()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo")).Page;

        await page.Locator("#port-filter").FillAsync("failures:>0 secure");
        var row = page.Locator("table.grid [data-row]");
        await Assertions.Expect(row).ToHaveCountAsync(1);
        await row.GetByRole(AriaRole.Link).ClickAsync();

        var explain = page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "What would a call get now?" });
        await Assertions.Expect(explain.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { NameRegex = RefusedAtVtl0() })).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(explain.Locator("tbody tr").First).ToContainTextAsync("failed"); // what decides stands first
        await explain.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { NameRegex = TakenAtVtl2() }).ClickAsync();
        await Assertions.Expect(explain.Locator("tbody tr").First).Not.ToContainTextAsync("failed");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/partitions/demo/ports/0x1101\?.*vtl=2"));
    }

    [BrowserFact]
    public async Task Address_FilterSortAndColumns_AreRestoredFromALink()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo?filter=kind%3Aevent&sort=-connection")).Page;

        await Assertions.Expect(page.Locator("#port-filter")).ToHaveValueAsync("kind:event");
        await Assertions.Expect(page.Locator("table.grid [data-row] a[data-open]").First).ToHaveTextAsync("0x2101");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Remove kind:event" }).ClickAsync();
        await Assertions.Expect(page.Locator("table.grid [data-row] a[data-open]").Last).ToHaveTextAsync("0x1000");
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("#port-filter")).ToHaveValueAsync("kind:event");
    }

    [BrowserFact]
    public async Task Pause_ThenResume_CountsWhatWaitsAndJumpsToNow()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo?filter=conn%3A0x1000")).Page;
        var row = page.Locator("table.grid [data-row]");
        await row.WaitForAsync();

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause", Exact = true }).ClickAsync();
        var notice = page.Locator(".notice-paused");
        await notice.WaitForAsync();
        var frozen = await row.InnerTextAsync();
        await Assertions.Expect(notice).ToContainTextAsync(SomeChanges());
        await Assertions.Expect(row).ToHaveTextAsync(frozen, new LocatorAssertionsToHaveTextOptions { UseInnerText = true });

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        await Assertions.Expect(row).Not.ToHaveTextAsync(frozen, new LocatorAssertionsToHaveTextOptions { UseInnerText = true });
    }

    [BrowserFact]
    public async Task Export_FilteredTable_HasEveryRowThatMatches()
    {
        var page = (await OpenAsync(await LargeAsync(), "/partitions/demo?filter=owner%3A%22load%203%22")).Page;
        await Assertions.Expect(page.Locator(".count").First).ToHaveTextAsync("1,000 of 10,000 ports");

        await page.Locator("table.grid tbody tr:not([aria-hidden])").First.WaitForAsync(); // rows come with the circuit, and so do handlers
        await UntilAsync(() => page.GetByText("Export", new PageGetByTextOptions { Exact = true }).ClickAsync(), page.Locator(".export-csv"));
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator(".export-csv").ClickAsync());

        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), Cancellation);
        Assert.Equal(1 + 1000, lines.Length);
        Assert.All(lines.Skip(1), static line => Assert.Contains(",load 3,", line, StringComparison.Ordinal));
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
    }

    [GeneratedRegex("VTL 0.*operation denied")]
    private static partial Regex RefusedAtVtl0();

    [GeneratedRegex("VTL 2.*success")]
    private static partial Regex TakenAtVtl2();

    [GeneratedRegex(@"[1-9]\d* changes? waiting")]
    private static partial Regex SomeChanges();
}
