using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Faults;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components.Faults;

public sealed class FaultsPanelTests : DashboardTest
{
    [Fact]
    public void Render_DaemonWithoutLab_IsOneLineThatSaysWhy()
    {
        Client.FaultsDenied = new SynicForbiddenException("This daemon only watches: start it with --lab to inject faults.");

        var panel = Render<FaultsPanel>(p => p.Add(f => f.Partition, "demo"));

        panel.WaitForAssertion(() => Assert.Contains("--lab", panel.Find(".why-not").TextContent, StringComparison.Ordinal));
        Assert.Empty(panel.FindAll("button, table"));
    }

    [Fact]
    public void Render_ViewerWithoutTheRight_SeesRulesAndOneLineButNoControls()
    {
        Client.Faults = [Some.Fault()];

        var panel = Show(Some.FaultsNow() with { MayInject = false });

        Assert.Contains("\"inject\"", panel.Find(".why-not").TextContent, StringComparison.Ordinal);
        Assert.Contains("full", panel.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("tbody button"));
        Assert.Equal(["Export", "Kill switch"], panel.FindAll(".toolbar button").Select(static b => b.TextContent.Trim()));
    }

    [Fact]
    public void Render_NoRules_SaysSo() => Assert.Equal("No fault rules", Show().Find(".empty h2").TextContent);

    [Fact]
    public void Render_Rules_StateEffectHitsAndTimeLeft()
    {
        Client.Faults = [Some.Fault("full", "armed") with { EndsAt = Time.GetUtcNow().AddSeconds(125) }];

        var cells = Show().FindAll("tbody td").Select(static c => c.TextContent.Trim()).ToList();

        Assert.Equal(("armed", "2", "5", "2:05", "100"), (cells[0], cells[3], cells[4], cells[5], cells[6]));
        Assert.StartsWith("post_message to 0x2001: answers insufficient_buffers without calling the port", cells[2], StringComparison.Ordinal);
        Assert.Contains("at most 2 hits", cells[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Arm_Dialog_NamesEffectAndCountAndDefaultsToNotArming()
    {
        Client.Faults = [Some.Fault()];
        var panel = Show();

        panel.Find("tbody button").Click();

        var dialog = panel.Find("dialog");
        Assert.Contains("answers insufficient_buffers", dialog.TextContent, StringComparison.Ordinal);
        Assert.Contains("Arm for 3 ports", dialog.TextContent, StringComparison.Ordinal);
        Assert.Equal("Do not arm", panel.Find("dialog [autofocus]").TextContent);
        Assert.True(panel.Find("dialog .button-inject").HasAttribute("disabled"));
    }

    [Fact]
    public void Arm_WithReason_ArmsTheVersionThatWasLookedAt()
    {
        Client.Faults = [Some.Fault()];
        var panel = Show();

        panel.Find("tbody button").Click();
        panel.Find("dialog input").Input("see the retry");
        panel.Find("dialog .button-inject").Click();

        Assert.Equal(["arm full 7: see the retry"], Client.FaultActions);
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll("dialog")));
    }

    [Fact]
    public void Arm_Refused_KeepsTheDialogAndSaysWhy()
    {
        Client.Faults = [Some.Fault()];
        Client.FaultRefusal = Some.Problem("kill_switch_engaged", "Nothing was changed: the kill switch is engaged.");
        var panel = Show();

        panel.Find("tbody button").Click();
        panel.Find("dialog input").Input("x");
        panel.Find("dialog .button-inject").Click();

        Assert.Contains("the kill switch is engaged", panel.Find("dialog .field-error").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_Refused_SaysWhyAboveTheRules()
    {
        Client.Faults = [Some.Fault("full", "armed")];
        Client.FaultRefusal = new SynicForbiddenException("This needs the start token.");
        var panel = Show();

        panel.Find("tbody button").Click();

        panel.WaitForAssertion(() => Assert.Equal("This needs the start token.", panel.Find("[role=alert]").TextContent.Trim()));
    }

    [Fact]
    public void Choose_Rule_IsInTheAddressAndShowsItsDecisions()
    {
        Client.Faults = [Some.Fault()];
        Client.Decisions = [Some.Decision(1), Some.Decision(2, "not_nth"), Some.Decision(3)];
        Services.GetRequiredService<NavigationManager>().NavigateTo("/partitions/demo?tab=faults&rule=full");

        var panel = Show();

        panel.WaitForAssertion(() => Assert.Equal(["3", "2", "1"], panel.FindAll(".decisions tbody td:first-child").Select(static c => c.TextContent)));
        Assert.Equal("1, 3", panel.Find(".decisions [data-copy]").GetAttribute("data-copy"));
        Assert.Equal("true", panel.Find(".faults-list a").GetAttribute("aria-current"));
    }

    [Fact]
    public void Choose_RuleThatIsGone_SaysSo()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/partitions/demo?tab=faults&rule=gone");

        Assert.Contains("no rule “gone”", Show().Find(".why-not").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_ArmedRule_AsksFirstAndSaysThatItEnds()
    {
        Client.Faults = [Some.Fault("full", "armed")];
        Services.GetRequiredService<NavigationManager>().NavigateTo("/partitions/demo?tab=faults&rule=full");
        var panel = Show();

        panel.FindAll(".fault-detail button").First(static b => b.TextContent == "Delete…").Click();
        Assert.Contains("It is armed", panel.Find("dialog").TextContent, StringComparison.Ordinal);
        Assert.Empty(Client.FaultActions);
        panel.Find("dialog .button-danger").Click();

        Assert.Equal(["delete full 7"], Client.FaultActions);
    }

    [Theory]
    [InlineData("Pause", "pause full")]
    [InlineData("Renew lease", "renew full")]
    [InlineData("Reset counters", "reset full")]
    public void Detail_Button_DoesItOnce(string button, string action)
    {
        var fault = Some.Fault("full", "armed");
        Client.Faults = [fault with { Rule = fault.Rule with { LeaseSeconds = 5 } }];
        Services.GetRequiredService<NavigationManager>().NavigateTo("/partitions/demo?tab=faults&rule=full");

        Show().FindAll(".fault-detail button").First(b => b.TextContent == button).Click();

        Assert.Equal([action], Client.FaultActions);
    }

    [Fact]
    public void Export_Rules_AreShownLineByLineToBeSaved()
    {
        Client.Exported = new FaultRuleSet { Name = "demo", Rules = [Some.Rule with { Id = "full" }] };
        var panel = Show();

        panel.Find("[data-shortcut='e']").Click();

        Assert.Equal("{", panel.FindAll("#export-text .line")[0].TextContent);
        Assert.Contains("\"id\": \"full\"", panel.Find("#export-text").TextContent, StringComparison.Ordinal);
        Assert.Equal("demo-faults.json", panel.Find("[data-save-from]").GetAttribute("data-save-as"));
    }

    private IRenderedComponent<FaultsPanel> Show(FaultsSnapshot? now = null)
    {
        Services.GetRequiredService<ViewerFaults>().Take(now ?? Some.FaultsNow());
        var panel = Render<FaultsPanel>(p => p.Add(f => f.Partition, "demo"));
        panel.WaitForElement(".faults");
        return panel;
    }
}
