using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Faults;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components.Faults;

public sealed class FaultBannerTests : DashboardTest
{
    [Fact]
    public void Render_NothingArmed_ShowsNothingButTheKeyWorks()
    {
        var banner = Show(Some.FaultsNow());

        banner.Find("[data-shortcut='K']").Click();

        Assert.Empty(banner.FindAll(".fault-banner"));
        Assert.Contains("No rule is armed now", banner.Find("dialog").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_DaemonWithoutLab_HasNoSwitch() => Assert.Empty(Show(Some.FaultsNow() with { Lab = false }).FindAll("button"));

    [Fact]
    public void Render_RulesArmed_NamesThemWithHitsAndTime()
    {
        var banner = Show(Some.FaultsNow(new ArmedFault("demo", Some.Fault("full", "armed"))));

        Assert.Equal("/partitions/demo?tab=faults&rule=full", banner.Find(".fault-banner a").GetAttribute("href"));
        Assert.Contains("2 hits, 2:05 left", banner.Find(".fault-banner").TextContent, StringComparison.Ordinal);
        Assert.Equal("INJ", banner.Find(".fault-banner .injected-mark").TextContent);
    }

    [Fact]
    public void Render_ManyRulesArmed_NamesAFewAndCountsTheOthers()
    {
        var banner = Show(Some.FaultsNow([.. Enumerable.Range(0, 50).Select(i => new ArmedFault(i < 40 ? "a" : "b", Some.Fault($"r{i}", "armed")))]));

        Assert.Equal(3, banner.FindAll(".fault-banner a").Count);
        Assert.Contains("and 47 more", banner.Find(".fault-banner").TextContent, StringComparison.Ordinal);
        Assert.Contains("a, 2 hits", banner.Find(".fault-banner").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void KillSwitch_OneClickAndConfirm_EngagesWithAReason()
    {
        var banner = Show(Some.FaultsNow(new ArmedFault("demo", Some.Fault("full", "armed"))));

        banner.Find("[data-shortcut='K']").Click();
        Assert.True(banner.Find("dialog .button-danger").HasAttribute("autofocus"));
        banner.Find("dialog .button-danger").Click();

        Assert.Equal(["engage: stopped from the dashboard"], Client.FaultActions);
        Assert.Empty(banner.FindAll("dialog"));
    }

    [Fact]
    public void KillSwitch_DaemonAway_SaysSoAndStaysOpen()
    {
        Client.FaultRefusal = new SynicUnavailableException("It is away.");
        var banner = Show(Some.FaultsNow(new ArmedFault("demo", Some.Fault("full", "armed"))));

        banner.Find("[data-shortcut='K']").Click();
        banner.Find("dialog .button-danger").Click();

        Assert.Equal("It is away.", banner.Find("dialog .field-error").TextContent.Trim());
    }

    [Fact]
    public void Render_Engaged_SaysWhoAndWhyAndLetsItBeReleased()
    {
        var banner = Show(Some.FaultsNow() with { KillSwitch = new KillSwitchSummary(true, Some.Now.AddMinutes(-1), "enough", "start token") });

        Assert.Contains("by start token 1 min ago: enough", string.Join(' ', banner.Find(".fault-banner").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        banner.Find(".fault-banner button").Click();
        Assert.True(banner.Find("dialog footer button").HasAttribute("autofocus"));
        banner.FindAll("dialog footer button")[1].Click();

        Assert.Equal(["release"], Client.FaultActions);
    }

    [Fact]
    public void Render_EngagedForAViewer_NamesTheRightInsteadOfAButton()
    {
        var banner = Show(Some.FaultsNow() with { MayInject = false, KillSwitch = new KillSwitchSummary(true, Some.Now, "enough", "SIGUSR1") });

        Assert.Empty(banner.FindAll("button"));
        Assert.Contains("“inject”", banner.Find(".fault-banner").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshot_Taken_IsThereForThePage()
    {
        Show(Some.FaultsNow(new ArmedFault("demo", Some.Fault("full", "armed"))));

        Assert.Single(Services.GetRequiredService<ViewerFaults>().Latest!.Armed);
    }

    private IRenderedComponent<FaultBanner> Show(FaultsSnapshot snapshot)
    {
        Client.FaultsNow.Writer.TryWrite(snapshot);
        var banner = Render<FaultBanner>();
        banner.WaitForState(() => Services.GetRequiredService<ViewerFaults>().Latest is not null);
        return banner;
    }
}
