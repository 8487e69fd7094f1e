using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Synic.Browser.Tests;

/// <summary>Every page, in both themes and in narrow and wide windows.</summary>
public sealed partial class PageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [BrowserTheory(WithAxe = true)]
    [MemberData(nameof(AppPages.All), MemberType = typeof(AppPages))]
    public async Task Page_BothThemes_AxeFindsNothingSerious(string name, string path, string ready)
    {
        var tab = await OpenAsync(await DemoAsync(), path);
        tab.Allow(NotFound());
        await tab.Page.Locator(ready).First.WaitForAsync();

        var findings = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            await tab.SaveAsync($"{name}-{scheme}".ToLowerInvariant());
            findings.AddRange((await Axe.AuditAsync(tab.Page)).Where(static f => f.IsSerious).Select(f => $"{scheme} {f}"));
        }

        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    [BrowserTheory]
    [MemberData(nameof(AppPages.All), MemberType = typeof(AppPages))]
    public async Task Page_NarrowAndWideWindow_NeverScrollsSideways(string name, string path, string ready)
    {
        var tab = await OpenAsync(await DemoAsync(), path, new TabOptions { Width = 360, Height = 740 });
        tab.Allow(NotFound());
        await tab.Page.Locator(ready).First.WaitForAsync();
        await tab.SaveAsync($"{name}-360");
        var narrow = await tab.OverflowAsync();

        await tab.Page.SetViewportSizeAsync(2560, 1300);
        await tab.SaveAsync($"{name}-2560");

        Assert.Equal((0, 0), (narrow, await tab.OverflowAsync()));
    }

    /// <summary>A page that is not there answers 404, which the browser writes into its console.</summary>
    [GeneratedRegex("status of 404 .*/nowhere")]
    private static partial Regex NotFound();
}
