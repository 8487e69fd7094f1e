using System.Globalization;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>10 000 ports, all of them called in turn.</summary>
public sealed class ManyPortsTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const int MostRowsInThePage = 150;

    [BrowserFact]
    public async Task Table_ScrolledToItsEnd_ShowsTheLastPortWithFewRowsInThePage()
    {
        var page = (await OpenAsync(await LargeAsync(), "/partitions/demo")).Page;
        var rows = page.Locator("table.grid [data-row]");
        await Assertions.Expect(page.Locator("table.grid")).ToHaveAttributeAsync("aria-rowcount", (BusyPorts.Count + 1).ToString(CultureInfo.InvariantCulture));

        await rows.First.WaitForAsync(); // rows come with the circuit, and the height of all of them with the rows
        foreach (var share in new[] { 0.25, 0.5, 0.75, 1 })
        {
            await page.Locator(".grid-scroll").EvaluateAsync("(e, share) => { e.scrollTop = e.scrollHeight * share; }", share);
            var expected = BusyPorts.First + (uint)(share == 1 ? BusyPorts.Count - 1 : share * BusyPorts.Count);
            await page.Locator($"table.grid a[data-open]:text-is('0x{expected:x}')").WaitForAsync();
            Assert.InRange(await rows.CountAsync(), 1, MostRowsInThePage);
        }
    }

    [BrowserFact]
    public async Task Table_FilteredForFailures_FindsTheFewOfAllPorts()
    {
        var page = (await OpenAsync(await LargeAsync(), "/partitions/demo?filter=failures%3A%3E0")).Page;

        await Assertions.Expect(page.Locator(".count").First).ToHaveTextAsync(
            string.Create(CultureInfo.InvariantCulture, $"{BusyPorts.Count / BusyPorts.FullEvery} of {BusyPorts.Count:N0} ports"),
            new LocatorAssertionsToHaveTextOptions { Timeout = 30_000 });
    }
}
