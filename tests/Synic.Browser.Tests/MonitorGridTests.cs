using System.Globalization;
using Microsoft.Playwright;
using Synic.Daemon.Tests;

namespace Synic.Browser.Tests;

/// <summary>The Monitor tab while the demo guest sets trigger bits in its monitor page.</summary>
public sealed class MonitorGridTests
{
    [BrowserFact]
    public Task MonitorGrid_SimulatedGuest_TriggersRise() => WatchAsync("emulated", "monitor-grid-simulated");

    [BrowserFact(OnKvm = true)]
    public Task MonitorGrid_GuestOnKvm_TriggersRise() => WatchAsync("kvm", "monitor-grid-kvm");

    private static async Task WatchAsync(string backend, string picture)
    {
        await using var daemon = await TestDaemon.StartAsync(null,
            ("Synic:Partitions:0:Backend", backend), ("Synic:Partitions:0:Guest:Kind", "demo"),
            ("Synic:Partitions:0:Guest:RoundsPerSecond", "20"));
        await using var browser = await Chromium.OpenAsync();
        var page = browser.Page;

        await page.GotoAsync(new Uri(daemon.Url, "/partitions/demo?tab=monitor&monitor=37").ToString());
        var triggers = page.Locator("aside.detail dt:text-is('Triggers') + dd");
        await Assertions.Expect(triggers).Not.ToHaveTextAsync("0");
        var before = await triggers.InnerTextAsync();
        await Assertions.Expect(triggers).Not.ToHaveTextAsync(before);

        await Assertions.Expect(page.Locator(".monitor-grid button[aria-pressed='true']")).ToHaveTextAsync("T");
        await browser.SaveAsync(picture);
        Assert.True(Number(await triggers.InnerTextAsync()) > Number(before), before);
        Assert.Equal(2, await page.Locator(".monitor-grid button").GetByText("T").CountAsync()); // in the grid of VTL 0 only
        Assert.Equal(backend, await page.Locator(".facts .tag[title^='Backend']").InnerTextAsync());
        Assert.Empty(browser.Errors);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
