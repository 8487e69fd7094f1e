using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class VmBusPanelTests : DashboardTest
{
    [Fact]
    public void Render_NoVmBus_SaysSo() => Assert.Equal("No VMBus here", Show(null).Find(".empty h2").TextContent);

    [Theory]
    [InlineData("waiting", true, "Waiting for contact")]
    [InlineData("waiting", false, "No contact was made")]
    [InlineData("refused", true, "No version agreed")]
    public void Render_NotConnected_SaysWhichOfThese(string state, bool running, string title)
    {
        var panel = Show(Some.VmBus(state), running);

        Assert.Equal(title, panel.Find(".empty h2").TextContent);
        Assert.Contains("up to 5.3", panel.Find(".empty p").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll(".milestones"));
    }

    [Fact]
    public void Render_Unloaded_KeepsTheChannelsInView()
    {
        var panel = Show(Some.VmBus("unloaded", Some.Channel(1)));

        Assert.Contains("at 12:30:00 UTC", panel.Find(".notice-plain[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Single(panel.FindAll(".channels tbody tr"));
    }

    [Fact]
    public void Channel_WithMonitor_LinksToItsPortAndItsId()
    {
        var panel = Show(Some.VmBus(channels: Some.Channel(1) with { MonitorId = 5 }));

        Assert.Equal(
            ["/partitions/a%20b/ports/0x2001", "/partitions/a%20b?tab=monitor&monitor=5"],
            panel.FindAll(".channels tbody a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Channel_RingIndicesOutside_SaysInvalidInsteadOfAFill()
    {
        var open = Some.OpenChannel with { Outgoing = new VmBusRingSummary(4096, 5000, 0, false, 0), Fault = "invalid_index" };

        var panel = Show(Some.VmBus(channels: Some.Channel(1, "faulted") with { Open = open }));

        Assert.Equal("25 %", panel.Find(".ring > span").TextContent);
        Assert.Equal("invalid", panel.Find("td > .failing[title*='in 5000']").TextContent);
        Assert.Equal("given up: invalid index", panel.Find(".notes .failing").TextContent);
    }

    [Fact]
    public void Channel_SignalsLost_AreNamed() => Assert.Equal(
        "7 signals lost",
        Show(Some.VmBus(channels: Some.Channel(1, "open") with { Open = Some.OpenChannel with { SignalsLost = 7 } }))
            .Find(".notes .attention").TextContent);

    [Fact]
    public void Heartbeat_Beating_ShowsAgeAndRoundTrip()
    {
        var card = Card(Some.Heartbeat);

        Assert.Equal("Heartbeat: beating", card.Find(".heartbeat-beating h3").TextContent.Trim());
        Assert.Contains("3 s ago", card.Markup, StringComparison.Ordinal);
        Assert.Contains("1.50 ms", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Heartbeat_Missing_SaysSoAndHowManyInARow()
    {
        var card = Card(Some.Heartbeat with { Missed = 6, MissedInARow = 4 });

        Assert.Equal("Heartbeat: the guest does not answer", card.Find(".heartbeat-missing h3").TextContent.Trim());
        Assert.Equal("6, 4 in a row now", card.Find("dd.attention").TextContent.Trim());
    }

    [Fact]
    public void Heartbeat_NeverAnswered_HasNoAge() => Assert.Contains(
        "none yet",
        Card(Some.Heartbeat with { State = "negotiating", LastAnswer = null, RoundTripMilliseconds = null }).Markup,
        StringComparison.Ordinal);

    [Fact]
    public void Refusals_ByReason_MostFirstAndZerosFolded()
    {
        var refusals = new Dictionary<string, long> { ["too_short"] = 0, ["channel_state"] = 1, ["unknown_gpadl"] = 9 };

        var panel = Show(Some.VmBus("refused") with { Refusals = refusals });

        Assert.Equal(["unknown gpadl9", "channel state1"], panel.FindAll(".reasons tr").Select(r => r.TextContent));
        Assert.Equal("1 reason without a case", panel.Find(".zeros summary").TextContent);
    }

    [Fact]
    public void Channel_HostileName_IsText() =>
        Assert.Empty(Show(Some.VmBus(channels: Some.Channel(1) with { Name = "<img src=x>" })).FindAll("td img"));

    private IRenderedComponent<VmBusPanel> Show(VmBusSummary? bus, bool running = true)
    {
        Client.VmBus = bus;
        return Render<VmBusPanel>(p => p.Add(v => v.Partition, "a b").Add(v => v.Running, running));
    }

    private IRenderedComponent<HeartbeatCard> Card(VmBusHeartbeatSummary heartbeat) =>
        Render<HeartbeatCard>(p => p.Add(c => c.Heartbeat, heartbeat).Add(c => c.Now, Some.Now));
}
