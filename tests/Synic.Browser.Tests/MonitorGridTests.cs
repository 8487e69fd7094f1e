using System.Globalization;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>The Monitor tab while the demo guest sets trigger bits in its monitor page.</summary>
public sealed class MonitorGridTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [BrowserFact]
    public Task MonitorGrid_SimulatedGuest_TriggersRise() => WatchAsync("emulated");

    [BrowserFact(OnKvm = true)]
    public Task MonitorGrid_GuestOnKvm_TriggersRise() => WatchAsync("kvm");

    private async Task WatchAsync(string backend)
    {
        var daemon = await StartDemoAsync(("Synic:Partitions:0:Backend", backend));
        var page = (await OpenAsync(daemon, "/partitions/demo?tab=monitor&monitor=37")).Page;

        var triggers = page.Locator("aside.detail dt:text-is('Triggers') + dd");
        await Assertions.Expect(triggers).Not.ToHaveTextAsync("0");
        var before = await triggers.InnerTextAsync();
        await Assertions.Expect(triggers).Not.ToHaveTextAsync(before);

        await Assertions.Expect(page.Locator(".monitor-grid button[aria-pressed='true']")).ToHaveTextAsync("T");
        Assert.True(Number(await triggers.InnerTextAsync()) > Number(before), before);
        Assert.Equal(2, await page.Locator(".monitor-grid button").GetByText("T").CountAsync()); // in the grid of VTL 0 only
        Assert.Equal(backend, await page.Locator(".facts .tag[title^='Backend']").InnerTextAsync());
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
