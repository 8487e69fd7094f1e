using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>The pictures of the documentation, from the demo guest. By hand: -explicit only -class "*DocsPictures".</summary>
public sealed class DocsPictures(BrowserFixture fixture) : BrowserTest(fixture)
{
    private static readonly TabOptions s_size = new() { Width = 1400, Height = 760 };

    [BrowserFact(Explicit = true)]
    public async Task Ports()
    {
        var tab = await OpenAsync(await DemoAsync(), "/partitions/demo", s_size);
        await WaitForRatesAsync(tab);
        await SaveAsync(tab, "ports");
    }

    [BrowserFact(Explicit = true)]
    public async Task Port()
    {
        var tab = await OpenAsync(await DemoAsync(), "/partitions/demo/ports/0x1101", s_size with { Scheme = ColorScheme.Dark });
        await tab.Page.Locator(".explain-checks").WaitForAsync();
        await WaitForRatesAsync(tab);
        await SaveAsync(tab, "port");
    }

    [BrowserFact(Explicit = true)]
    public async Task Monitor()
    {
        var tab = await OpenAsync(await DemoAsync(), "/partitions/demo?tab=monitor&monitor=37", s_size with { Height = 560 });
        await Assertions.Expect(tab.Page.Locator(".monitor-grid button[aria-pressed='true']")).ToHaveTextAsync("T");
        await SaveAsync(tab, "monitor");
    }

    /// <summary>Until a line of rates has something to show.</summary>
    private static Task<IJSHandle> WaitForRatesAsync(Tab tab) => tab.Page.WaitForFunctionAsync(
        "() => [...document.querySelectorAll('.spark-line')].some(line => line.getAttribute('d').split(/[ML]/).length > 20)",
        null,
        new PageWaitForFunctionOptions { PollingInterval = 500, Timeout = 60_000 });

    private static Task<byte[]> SaveAsync(Tab tab, string name) => tab.Page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(RepositoryRoot.Path, "docs", "images", name + ".png") });
}
