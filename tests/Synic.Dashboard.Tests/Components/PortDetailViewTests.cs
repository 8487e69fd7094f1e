using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Components.Pages;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class PortDetailViewTests : DashboardTest
{
    private static readonly PortDetail s_known = new() { Partition = Some.Partition(), Port = Some.Port(0x2001), AsOf = Some.Now };

    [Fact]
    public void Render_NoPartition_SaysSo() => Assert.Equal("No partition named demo", Show(new PortDetail { AsOf = Some.Now }).Find(".empty h2").TextContent);

    [Fact]
    public void Render_NoPort_SaysSoAndStillExplains()
    {
        var view = Show(s_known with { Port = null });

        Assert.Contains("No port has this connection id", view.Find(".notice-departed").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(view.FindComponents<PortExplain>());
    }

    [Fact]
    public void Render_HostileNames_AreText()
    {
        var view = Show(s_known with { Port = Some.Port(1) with { Owner = "<img src=x onerror=alert(1)>" } }, "\"><script>alert(1)</script>");

        Assert.Empty(view.FindAll("img, script"));
    }

    [Fact]
    public void Render_Departed_IsATombstoneWithoutAnythingToCall()
    {
        var gone = Some.Port(0x2001) with { Departed = new PortDepartureSummary(Some.Now, "disposed_together", "/x") };

        var view = Show(s_known with { Port = gone });

        Assert.Contains("went at 12:30:00 UTC, disposed together", Text(view.Find(".notice-departed").TextContent), StringComparison.Ordinal);
        Assert.Empty(view.FindComponents<PortAct>());
        Assert.Empty(view.FindComponents<PortExplain>());
        Assert.Empty(view.FindComponents<Sparkline>());
    }

    [Fact]
    public void Render_MayNotAct_SaysWhyInsteadOfAForm()
    {
        var view = Show(s_known with { ActDenied = "This daemon only watches." });

        Assert.Empty(view.FindComponents<PortAct>());
        Assert.Contains("This daemon only watches.", view.Find(".act-denied").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Live_HasSparklinesAndFacts()
    {
        var view = Show(s_known with { Port = Some.Port(0x2001) with { Calls = null, NotKnown = new Dictionary<string, string> { ["calls"] = "a fast path" } } });

        Assert.Equal(2, view.FindComponents<Sparkline>().Count);
        Assert.Equal("Not known: a fast path", view.Find(".not-known").GetAttribute("title"));
    }

    [Fact]
    public void Failures_InjectedAndReal_StandApart()
    {
        Client.PortHistory = new PortHistory([], 0, new Dictionary<string, long> { ["timeout"] = 4 }, Payloads: false);
        var view = Show(s_known with
        {
            Port = Some.Port(1) with { Failures = 3, FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 3 } },
        });

        view.WaitForAssertion(() => Assert.Equal(
            ["DENIED operation denied 0x08|3|0", "TIMEOUT timeout 0x78|0|INJ 4"],
            view.FindAll(".port-failures tbody tr").Select(static r => string.Join('|', r.Children.Select(static c => Text(c.TextContent))))));
        Assert.Equal("3", view.Find(".port-failures .failing").TextContent);
    }

    private static string Text(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IRenderedComponent<PortDetailView> Show(PortDetail detail, string id = "0x2001")
    {
        Client.Port = detail;
        return Render<PortDetailView>(p => p.Add(v => v.Partition, "demo").Add(v => v.Id, id));
    }
}
