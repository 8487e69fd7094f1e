using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Synic.Daemon.Tests;
using Synic.Hv;

namespace Synic.Browser.Tests;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone: measures the process";
}

/// <summary>
/// Pages that stay open while the daemon's clock runs 20 times as fast: neither they nor the daemon grow.
/// SYNIC_GROWTH_MINUTES says for how long; 20 of them are more than six hours of a page.
/// </summary>
[Collection(Alone.Name)]
public sealed class GrowthTests(BrowserFixture fixture, ITestOutputHelper output) : BrowserTest(fixture)
{
    private const int Speed = 20;
    private const int Looks = 4;
    private const int HistoryCapacity = 1 << 16;

    private static readonly string[] s_pages = ["/", "/partitions/demo", "/partitions/demo?tab=monitor&monitor=37"];

    private static double Minutes =>
        double.Parse(Environment.GetEnvironmentVariable("SYNIC_GROWTH_MINUTES") ?? "0.3", CultureInfo.InvariantCulture);

    [BrowserFact(Timeout = 3_600_000)]
    public async Task Pages_OpenForHours_DoNotGrow()
    {
        var time = new FastTime(Speed);
        var daemon = Own(await Daemons.StartDemoAsync(time, ("Synic:Partitions:0:Guest:RoundsPerSecond", "80")));
        FillHistory(daemon); // bounded, but it would look like growth until it is full
        var tabs = new List<Tab>();
        foreach (var page in s_pages)
        {
            tabs.Add(await OpenAsync(daemon, page));
        }

        await ShowAsync(tabs, time.GetUtcNow().AddMinutes(Speed * Minutes / 3), TestContext.Current.CancellationToken); // rings of samples fill too
        var before = await MeasureAsync(tabs, time, Math.Max);
        await ShowAsync(tabs, time.GetUtcNow().AddMinutes(Speed * Minutes), TestContext.Current.CancellationToken);
        var after = await MeasureAsync(tabs, time, Math.Min);

        for (var i = 0; i < s_pages.Length; i++)
        {
            output.WriteLine($"{s_pages[i]}: {before.Pages[i]}, {Speed * Minutes:0} minutes of the page later {after.Pages[i]}");
        }

        output.WriteLine($"daemon: {before.Server}, later {after.Server}");
        Assert.All(Enumerable.Range(0, s_pages.Length), i => AssertNotGrown(before.Pages[i], after.Pages[i]));
        Assert.InRange(after.Server.HeapMiB, 0, (before.Server.HeapMiB * 1.1) + 4);
    }

    private static void AssertNotGrown(PageSize before, PageSize after)
    {
        Assert.InRange(after.Nodes, 0, (before.Nodes * 1.1) + 100);
        Assert.InRange(after.Listeners, 0, (before.Listeners * 1.1) + 20);
        Assert.InRange(after.HeapMiB, 0, (before.HeapMiB * 1.1) + 2);
    }

    private static void FillHistory(TestDaemon daemon)
    {
        for (var i = 0; i < HistoryCapacity; i++)
        {
            daemon.Host.Post(Vtl.Vtl0, new ConnectionId(0x1100), 1, "a message of the usual size"u8);
        }
    }

    /// <summary>Until each page shows data as late as that.</summary>
    private static async Task ShowAsync(IEnumerable<Tab> tabs, DateTimeOffset until, CancellationToken cancellation)
    {
        foreach (var tab in tabs)
        {
            await tab.Page.WaitForFunctionAsync(
                "until => Date.parse(document.querySelector('[data-as-of]').dataset.asOf) >= until",
                until.ToUnixTimeMilliseconds(),
                new PageWaitForFunctionOptions { PollingInterval = 500, Timeout = 0 }).WaitAsync(cancellation);
        }
    }

    // A page has more or fewer rows from look to look; growth would lift the smallest look above the largest one before.
    private static async Task<(List<PageSize> Pages, ServerSize Server)> MeasureAsync(
        IReadOnlyList<Tab> tabs, FastTime time, Func<double, double, double> pick)
    {
        var pages = await LookAsync(tabs);
        for (var look = 1; look < Looks; look++)
        {
            await ShowAsync(tabs, time.GetUtcNow().AddSeconds(Speed), TestContext.Current.CancellationToken);
            pages = [.. pages.Zip(await LookAsync(tabs), (a, b) => new PageSize(pick(a.Nodes, b.Nodes), pick(a.Listeners, b.Listeners), pick(a.HeapMiB, b.HeapMiB)))];
        }

        return (pages, LookAtServer());
    }

    private static async Task<List<PageSize>> LookAsync(IEnumerable<Tab> tabs)
    {
        var pages = new List<PageSize>();
        foreach (var tab in tabs)
        {
            var session = await tab.Page.Context.NewCDPSessionAsync(tab.Page);
            await session.SendAsync("HeapProfiler.collectGarbage");
            var dom = (await session.SendAsync("Memory.getDOMCounters"))!.Value;
            var heap = (await session.SendAsync("Runtime.getHeapUsage"))!.Value;
            await session.DetachAsync();
            pages.Add(new PageSize(Number(dom, "nodes"), Number(dom, "jsEventListeners"), Number(heap, "usedSize") / (1 << 20)));
        }

        return pages;
    }

    private static ServerSize LookAtServer()
    {
        for (var i = 0; i < 3; i++) // what earlier tests left has finalizers that free more
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return new ServerSize(GC.GetTotalMemory(forceFullCollection: true) / (double)(1 << 20), process.WorkingSet64 / (1 << 20));
    }

    private static double Number(JsonElement answer, string name) => answer.GetProperty(name).GetDouble();

    private readonly record struct PageSize(double Nodes, double Listeners, double HeapMiB)
    {
        public override string ToString() => $"{Nodes} nodes, {Listeners} listeners, {HeapMiB:0.0} MiB of JavaScript";
    }

    /// <summary>Of this process: the daemon and what drives the browser.</summary>
    private readonly record struct ServerSize(double HeapMiB, long ResidentMiB)
    {
        public override string ToString() => FormattableString.Invariant($"{HeapMiB:0.0} MiB of heap, {ResidentMiB} MiB resident");
    }
}
