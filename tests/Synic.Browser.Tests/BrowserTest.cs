using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Synic.Daemon.Access;
using Synic.Daemon.Tests;

namespace Synic.Browser.Tests;

/// <summary>A test in the browser: whatever it does, no page may complain or ask another host for anything.</summary>
public abstract class BrowserTest(BrowserFixture fixture) : IAsyncDisposable
{
    private const int MostShown = 10;

    private readonly List<Tab> _tabs = [];
    private readonly List<IAsyncDisposable> _owned = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Shared: only for tests that change nothing in it.</summary>
    private protected Task<TestDaemon> DemoAsync() => fixture.DemoAsync();

    /// <summary>Shared, with 10 000 ports.</summary>
    private protected Task<TestDaemon> LargeAsync() => fixture.LargeAsync();

    /// <summary>A daemon of this test's own, which ends after its pages: a page whose daemon ends complains.</summary>
    private protected async Task<TestDaemon> StartDemoAsync(params (string Key, string Value)[] settings) =>
        Own(await Daemons.StartDemoAsync(settings));

    private protected T Own<T>(T disposable)
        where T : IAsyncDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    private protected async Task<Tab> OpenAsync(TestDaemon daemon, string path, TabOptions? options = null, Wire? wire = null)
    {
        options ??= new TabOptions();
        var tab = await fixture.Chromium.OpenAsync(wire?.Url ?? daemon.Url, options);
        _tabs.Add(tab);
        if (!options.Viewer)
        {
            await tab.Page.GotoAsync(daemon.Services.GetRequiredService<LoginLinks>().Create());
        }

        await tab.GotoAsync(path);
        return tab;
    }

    /// <summary>Does it again while nothing comes of it: a page takes input before its circuit is up.</summary>
    private protected static async Task UntilAsync(Func<Task> act, ILocator shown)
    {
        for (var left = 5; ; left--)
        {
            await act();
            try
            {
                await shown.WaitForAsync(new LocatorWaitForOptions { Timeout = 5000 });
                return;
            }
            catch (TimeoutException) when (left > 0)
            {
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tab in _tabs)
        {
            await tab.DisposeAsync();
        }

        foreach (var disposable in _owned)
        {
            await disposable.DisposeAsync();
        }

        GC.SuppressFinalize(this);
        var complaints = _tabs.SelectMany(static t => t.Complaints).Take(MostShown).ToList();
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));
    }
}
