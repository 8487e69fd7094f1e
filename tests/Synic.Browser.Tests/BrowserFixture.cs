using Synic.Browser.Tests;
using Synic.Daemon.Tests;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace Synic.Browser.Tests;

/// <summary>What all tests share: the browser, a daemon with the demo guest, one with 10 000 ports. Each starts when first needed.</summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private readonly Chromium _chromium = new();
    private readonly Lazy<Task<TestDaemon>> _demo = new(static () => Daemons.StartDemoAsync());
    private readonly Lazy<Task<BusyPorts>> _large = new(BusyPorts.StartAsync);

    internal Chromium Chromium => _chromium;

    /// <summary>Only for tests that change nothing in it.</summary>
    internal Task<TestDaemon> DemoAsync() => _demo.Value;

    internal async Task<TestDaemon> LargeAsync() => (await _large.Value).Daemon;

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync(); // first: a daemon does not wait for pages
        if (_demo.IsValueCreated)
        {
            await (await _demo.Value).DisposeAsync();
        }

        if (_large.IsValueCreated)
        {
            await (await _large.Value).DisposeAsync();
        }
    }
}
