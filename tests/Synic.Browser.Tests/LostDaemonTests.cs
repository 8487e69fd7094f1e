using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>A page whose daemon goes away: what was seen stays, grey and with its age, and it goes on by itself.</summary>
public sealed partial class LostDaemonTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Ports = "/partitions/demo?filter=kind%3Aevent";

    [BrowserFact]
    public async Task DaemonRestarts_PageOpen_LastDataStaysGreyAndComesBackByItself()
    {
        var first = await StartDemoAsync();
        var tab = await OpenAsync(first, Ports);
        tab.Allow(NoConnection());
        await Rows(tab).First.WaitForAsync();

        await first.StopAsync();
        await AssertStaleAsync(tab);
        await tab.SaveAsync("daemon-gone");

        await StartDemoAsync(("Synic:Urls", first.Url.ToString()));
        await AssertLiveAsync(tab);
        await Assertions.Expect(tab.Page.Locator("#port-filter")).ToHaveValueAsync("kind:event");
        await Assertions.Expect(Rows(tab).GetByText("message", new LocatorGetByTextOptions { Exact = true })).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task DaemonRestarts_WithoutThePartition_PageSaysSoAndLeadsOn()
    {
        var first = await StartDemoAsync();
        var tab = await OpenAsync(first, Ports);
        tab.Allow(NoConnection());
        await Rows(tab).First.WaitForAsync();
        await first.StopAsync();

        await StartDemoAsync(("Synic:Urls", first.Url.ToString()), ("Synic:Partitions:0:Name", "other"));

        await tab.Page.GetByText("No partition named demo").WaitForAsync();
        await tab.Page.Locator("main").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "overview" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "other" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task Circuit_WireCutAndMended_SamePageGoesOn()
    {
        var wire = Own(new Wire((await DemoAsync()).Url));
        var tab = await OpenAsync(await DemoAsync(), Ports, wire: wire);
        tab.Allow(NoConnection());
        await Rows(tab).First.WaitForAsync();
        await tab.Page.EvaluateAsync("() => { window.samePage = true; }");

        wire.Cut();
        await AssertStaleAsync(tab);

        wire.Mend();
        await AssertLiveAsync(tab);
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => window.samePage === true"), "it was loaded anew");
    }

    private static ILocator Rows(Tab tab) => tab.Page.Locator("table.grid [data-row]");

    private static async Task AssertStaleAsync(Tab tab)
    {
        await Assertions.Expect(tab.Page.Locator(".reconnect")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.Locator("[data-stale-age]")).ToHaveTextAsync(Age());
        await Assertions.Expect(tab.Page.Locator("main")).ToHaveCSSAsync("filter", "grayscale(1)");
        await Assertions.Expect(Rows(tab).First).ToBeVisibleAsync();
    }

    private static async Task AssertLiveAsync(Tab tab)
    {
        await Assertions.Expect(tab.Page.Locator(".reconnect")).Not.ToBeVisibleAsync(s_long);
        var asOf = await tab.Page.Locator("[data-as-of]").First.GetAttributeAsync("data-as-of");
        await Assertions.Expect(tab.Page.Locator("[data-as-of]").First).Not.ToHaveAttributeAsync("data-as-of", asOf!);
        await Rows(tab).First.WaitForAsync();
    }

    private static readonly LocatorAssertionsToBeVisibleOptions s_long = new() { Timeout = 30_000 };

    /// <summary>What a browser and Blazor say in the console when nobody answers.</summary>
    [GeneratedRegex("WebSocket|ERR_(CONNECTION|EMPTY_RESPONSE)|Failed to (fetch|load resource)|[Cc]onnection (disconnected|closed)|circuit|reconnect", RegexOptions.IgnoreCase)]
    private static partial Regex NoConnection();

    [GeneratedRegex(@"\d+ (s|min) old")]
    private static partial Regex Age();
}
