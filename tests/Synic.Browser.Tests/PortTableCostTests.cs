using System.Globalization;
using Microsoft.Playwright;
using Synic.Daemon.Tests;
using Synic.Hv;

namespace Synic.Browser.Tests;

/// <summary>
/// What a viewer of 10 000 live ports costs: processor time of this process, which is the daemon and the driver of the
/// browser, with and without the page. By hand: -explicit only -class "*PortTableCostTests".
/// </summary>
public sealed class PortTableCostTests(ITestOutputHelper output)
{
    private const int Ports = 10_000;
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(20);

    [BrowserFact(Explicit = true, Timeout = 300_000)]
    public async Task PortTable_TenThousandLivePorts_AtTwoUpdatesASecond()
    {
        var settings = new List<(string, string)> { ("Synic:Partitions:0:Backend", "emulated"), ("Synic:Partitions:0:Guest:Kind", "none") };
        for (var i = 0; i < Ports; i++)
        {
            settings.Add(($"Synic:Partitions:0:Ports:{i}:ConnectionId", $"0x{0x10000 + i:x}"));
            settings.Add(($"Synic:Partitions:0:Ports:{i}:Handler", i % 2 == 0 ? "sink" : "counter"));
        }

        await using var daemon = await TestDaemon.StartAsync(null, [.. settings]);
        using var stop = new CancellationTokenSource();
        var guest = Task.Run(() => CallAllAsync(daemon, stop.Token), TestContext.Current.CancellationToken);
        await MeasureAsync("warming up"); // the compiler has done its work then
        var without = await MeasureAsync("no page open");
        await using var browser = new Chromium();
        await using var tab = await browser.OpenAsync(daemon.Url, new TabOptions { Viewer = true });
        var page = tab.Page;
        await page.AddInitScriptAsync("localStorage.setItem('synic.refresh', '0.5')");
        foreach (var query in (string[])["", "?sort=-calls", "?filter=kind:message%20failures:0&sort=-callsPerSecond"])
        {
            await page.GotoAsync(new Uri(daemon.Url, "/partitions/demo" + query).ToString());
            await page.Locator("table.grid tbody tr[data-row]").First.WaitForAsync();
            await page.EvaluateAsync(
                """
                () => {
                    window.stall = 0;
                    let last = performance.now();
                    const frame = now => { window.stall = Math.max(window.stall, now - last); last = now; requestAnimationFrame(frame); };
                    requestAnimationFrame(frame);
                    window.changes = 0;
                    new MutationObserver(() => window.changes++).observe(document.querySelector("table.grid tbody"), { subtree: true, characterData: true, childList: true });
                }
                """);
            var with = await MeasureAsync($"page open {query}");
            var changes = await page.EvaluateAsync<int>("window.changes");
            var stall = await page.EvaluateAsync<double>("window.stall");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  the page costs {with - without:0.0} % of a core; {changes} updates in the browser, longest frame {stall:0} ms"));
        }

        await page.Locator(".grid-scroll").EvaluateAsync("e => { window.stall = 0; e.scrollTop = e.scrollHeight / 2; }");
        await Assertions.Expect(page.Locator("table.grid tbody tr[data-row]").First).ToBeVisibleAsync();
        var jump = await page.EvaluateAsync<double>("window.stall");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  jump to the middle: longest frame {jump:0} ms"));
        await stop.CancelAsync();
        await guest;
        Assert.Empty(tab.Complaints);
    }

    // Each port is called about twice a second, so that every row changes with every update.
    private static async Task CallAllAsync(TestDaemon daemon, CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var next = 0; await timer.WaitForNextTickAsync(stop);)
            {
                for (var i = 0; i < Ports / 10; i++, next = (next + 1) % Ports)
                {
                    var connection = new ConnectionId((uint)(0x10000 + next));
                    _ = next % 2 == 0 ? daemon.Host.Post(Vtl.Vtl0, connection, 1, []) : daemon.Host.Signal(Vtl.Vtl0, connection, 0);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <returns>Percent of a core.</returns>
    private async Task<double> MeasureAsync(string what)
    {
        var before = Environment.CpuUsage.TotalTime;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Task.Delay(s_measured, TestContext.Current.CancellationToken);
        var share = 100 * (Environment.CpuUsage.TotalTime - before) / watch.Elapsed;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {share:0.0} % of a core"));
        return share;
    }
}
