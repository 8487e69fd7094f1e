using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>Debian's Chromium without a window: started when a test first needs it, one for all tests.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Path = "/usr/bin/chromium";

    private readonly Lazy<Task<Running>> _running = new(StartAsync);

    public static bool IsHere { get; } = File.Exists(Path);

    /// <summary>A page of its own: no other test shares its cookies or what it stores.</summary>
    public async Task<Tab> OpenAsync(Uri daemon, TabOptions options)
    {
        var running = await _running.Value;
        var context = await running.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = daemon.ToString(),
            ColorScheme = options.Scheme,
            ViewportSize = new ViewportSize { Width = options.Width, Height = options.Height },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        return await Tab.CreateAsync(context, daemon);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated)
        {
            var running = await _running.Value;
            await running.Browser.DisposeAsync();
            running.Playwright.Dispose();
        }
    }

    private static async Task<Running> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args =
            [
                "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--js-flags=--expose-gc", "--enable-precise-memory-info",
            ],
        });
        return new Running(playwright, browser);
    }

    private sealed record Running(IPlaywright Playwright, IBrowser Browser);
}

/// <summary>How a page is looked at.</summary>
internal sealed record TabOptions
{
    public int Width { get; init; } = 1400;

    public int Height { get; init; } = 900;

    public ColorScheme Scheme { get; init; } = ColorScheme.Light;

    /// <summary>Without the login: what everybody may see.</summary>
    public bool Viewer { get; init; }
}
