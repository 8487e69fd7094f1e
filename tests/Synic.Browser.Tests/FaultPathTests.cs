using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Synic.Daemon.Tests;

namespace Synic.Browser.Tests;

/// <summary>Faults from the page: arming says what it means, what rules make is never taken for a failure, and one key stops it all.</summary>
public sealed partial class FaultPathTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Sink = "0x1100";

    [BrowserFact]
    public async Task Rule_ArmedInThePage_ItsEffectIsToldApartFromRealFailures()
    {
        var daemon = await StartDemoAsync();
        await MakeRuleAsync(daemon);
        var page = (await OpenAsync(daemon, "/partitions/demo?tab=faults")).Page;

        await page.Locator(".faults-list").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Arm…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Arm refuse-sink?" });
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Do not arm" })).ToBeFocusedAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("What a guest is expected to do");
        await dialog.GetByLabel("Reason").FillAsync("browser test");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { NameRegex = ArmForOnePort() }).ClickAsync();

        var banner = page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Armed fault rules" });
        await Assertions.Expect(banner).ToContainTextAsync(SomeHits());
        await page.GotoAsync($"/partitions/demo/ports/{Sink}");
        await banner.WaitForAsync(); // on every page
        var failures = page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Failures by status" });
        var injected = failures.GetByRole(AriaRole.Row, new LocatorGetByRoleOptions { NameRegex = new Regex("timeout") });
        await Assertions.Expect(injected.GetByText("INJ")).ToBeVisibleAsync();
        await Assertions.Expect(injected.Locator("td").Nth(1)).ToHaveTextAsync("0"); // the port itself refused nothing with it
    }

    [BrowserFact]
    public async Task KillSwitch_ByKey_StopsTheRulesAndSaysWho()
    {
        var daemon = await StartDemoAsync();
        await MakeRuleAsync(daemon);
        using var armed = await daemon.PostAsync($"{TestDaemon.Partition}/faults/refuse-sink/arm", new { reason = "browser test" });
        armed.EnsureSuccessStatusCode();
        var page = (await OpenAsync(daemon, "/partitions/demo?tab=monitor")).Page;
        await page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Armed fault rules" }).WaitForAsync();

        await page.Keyboard.PressAsync("Shift+K");
        var dialog = page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Stop all faults?" });
        await Assertions.Expect(dialog).ToContainTextAsync("1 armed rule");
        await page.Keyboard.PressAsync("Enter"); // stopping is what has the focus

        var engaged = page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Kill switch" });
        await Assertions.Expect(engaged).ToContainTextAsync("Kill switch engaged");
        Assert.True((bool?)(await daemon.GetAsync("/api/v1/fault-kill-switch"))["engaged"]);
        await engaged.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Release…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Release", Exact = true }).ClickAsync();
        await Assertions.Expect(engaged).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Armed fault rules" })).ToHaveCountAsync(0); // what was stopped stays stopped
    }

    private static async Task MakeRuleAsync(TestDaemon daemon)
    {
        using var response = await daemon.PostAsync($"{TestDaemon.Partition}/faults", new
        {
            id = "refuse-sink",
            match = new { operation = "post_message", connections = new[] { Sink } },
            action = new { kind = "status", status = "timeout" },
            ttlSeconds = 600,
            reason = "browser test",
        });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    [GeneratedRegex("Arm for 1 port")]
    private static partial Regex ArmForOnePort();

    [GeneratedRegex("[1-9][0-9,]* hits?")]
    private static partial Regex SomeHits();
}
