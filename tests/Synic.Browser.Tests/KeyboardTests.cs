using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>Everything without a mouse.</summary>
public sealed class KeyboardTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [BrowserFact]
    public async Task Keys_FromTheTableIntoAPortAndBack_NeedNoMouse()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo?tab=sints")).Page;
        var keys = page.Keyboard;

        await keys.PressAsync("g");
        await keys.PressAsync("p");
        await page.Locator("table.grid [data-row]").First.WaitForAsync();
        await keys.PressAsync("/");
        await Assertions.Expect(page.Locator("#port-filter")).ToBeFocusedAsync();
        await keys.TypeAsync("kind:event");
        await Assertions.Expect(page.Locator("table.grid [data-row]").First).ToContainTextAsync("0x2000");
        await keys.PressAsync("Escape");
        await keys.PressAsync("j");
        await keys.PressAsync("j");
        await Assertions.Expect(page.Locator("table.grid [data-row]").Nth(1)).ToBeFocusedAsync();
        await keys.PressAsync("k");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/ports/0x2000"));

        await page.Locator("[data-close]").First.WaitForAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/partitions/demo($|[?])"));
    }

    [BrowserFact]
    public async Task Help_ByItsKey_OpensTakesTheFocusAndCloses()
    {
        var page = (await OpenAsync(await DemoAsync(), "/")).Page;

        var help = page.GetByRole(AriaRole.Dialog, new PageGetByRoleOptions { Name = "Help" });
        await UntilAsync(() => page.Keyboard.PressAsync("?"), help); // the first HTML is replaced once, with what was open in it
        Assert.True(await page.EvaluateAsync<bool>("() => document.getElementById('help').contains(document.activeElement)"));
        await page.Keyboard.PressAsync("p"); // no key of the page reaches it from here
        await page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(help).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".notice-paused")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Tab_ThroughAPage_ComesToEveryControlAndShowsWhereItIs()
    {
        var page = (await OpenAsync(await DemoAsync(), "/partitions/demo?tab=sints")).Page;
        await page.Locator("main table button").First.WaitForAsync();
        await page.EvaluateAsync("() => document.querySelector('.skip').focus()");

        var seen = new HashSet<string>();
        string name;
        do
        {
            await page.Keyboard.PressAsync("Tab");
            name = await page.EvaluateAsync<string>(Focused);
            Assert.False(name.Contains("no outline", StringComparison.Ordinal), name);
        }
        while (seen.Add(name) && seen.Count < 100);

        Assert.Contains(seen, static n => n.Contains("synic", StringComparison.Ordinal));
        Assert.Contains(seen, static n => n.Contains("Guest ports", StringComparison.Ordinal));
        Assert.Contains(seen, static n => n.StartsWith("TD", StringComparison.Ordinal)); // into the grid
    }

    /// <summary>What has the focus, and whether that can be seen.</summary>
    private const string Focused = """
        () => {
            const e = document.activeElement, s = getComputedStyle(e);
            const visible = e === document.body || s.outlineStyle !== "none" || s.boxShadow !== "none" || e.matches("input, select");
            return `${e.parentElement?.tagName ?? ""} ${e.tagName} ${(e.textContent || e.ariaLabel || e.title || e.id).trim()}${visible ? "" : ` (no outline: ${s.outline} ${e.matches(":focus-visible")} ${e.className})`}`;
        }
        """;
}
