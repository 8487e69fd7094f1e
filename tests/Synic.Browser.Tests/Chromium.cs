using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>Debian's Chromium without a window, and what its page complained about.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Path = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public static bool IsHere { get; } = File.Exists(Path);

    public IPage Page { get; }

    /// <summary>Errors of the console and of scripts.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    /// <summary>Every address that the page asked for.</summary>
    public ConcurrentQueue<Uri> Requests { get; } = [];

    public static async Task<Chromium> OpenAsync(ColorScheme scheme = ColorScheme.Light)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = 1500, Height = 900 },
        });
        var chromium = new Chromium(playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                chromium.Errors.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => chromium.Errors.Enqueue(error);
        page.Request += (_, request) => chromium.Requests.Enqueue(new Uri(request.Url));
        return chromium;
    }

    /// <summary>Keeps a picture for people, beside the test results.</summary>
    public Task SaveAsync(string name)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, "screenshots"));
        return Page.ScreenshotAsync(new PageScreenshotOptions { Path = System.IO.Path.Combine(folder.FullName, name + ".png") });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
