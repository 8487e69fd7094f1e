using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Dashboard.Components.Controls;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class FlowPanelTests : DashboardTest
{
    [Fact]
    public void Render_NoPartition_SaysSo() => Assert.Equal("No partition named demo", Show(null).Find(".empty h2").TextContent);

    [Fact]
    public void Render_NoCalls_SaysSo() => Assert.Equal("No calls", Show(Flow()).Find(".empty h2").TextContent);

    [Fact]
    public void Render_Edges_AreDrawnAndInTheTable()
    {
        var panel = Show(Flow(
            Some.Edge(0, "0x2001", 10) with { FailuresPerSecond = 2, InjectedPerSecond = 1 }, Some.Edge(null, "0x2002", 5), Some.Edge(0, "0x9", 1, owner: null)));

        Assert.Equal(2, panel.FindAll("path.flow-failed").Count);
        Assert.Equal(2, panel.FindAll("path.flow-injected").Count);
        Assert.Contains("10.0/s · 2.0 failed · 1.0 INJ", panel.Find("svg.flow-map").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            ["0 0x2001 demo 10.0 2.0 1.0", "fast path 0x2002 demo 5.0 0 0", "0 0x9 nobody 1.0 0 0"],
            panel.FindAll("tbody tr").Select(static r => string.Join(' ', r.Children.Select(static c => c.TextContent.Trim()))));
    }

    [Fact]
    public void Render_CallsNotWrittenDown_AreCounted() =>
        Assert.Contains("1,234 calls not written down", Show(Flow(Some.Edge(0, "0x1", 1)) with { Missing = 1234 }).Markup, StringComparison.Ordinal);

    [Fact]
    public void Choose_Top_IsInTheAddressAndAsksAtOnce()
    {
        var panel = Show(Flow(Some.Edge(0, "0x1", 1)));
        Client.Flow = Flow(Some.Edge(0, "0x1", 1), Some.Edge(0, "0x2", 1));

        panel.Find("select").Change("50");

        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll("tbody tr").Count));
        Assert.EndsWith("?top=50", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private static FlowSummary Flow(params FlowEdge[] edges) => new(10, 0, edges.Length, edges, Some.Now);

    private IRenderedComponent<FlowPanel> Show(FlowSummary? flow)
    {
        Client.Flow = flow;
        var panel = Render<FlowPanel>(p => p.Add(f => f.Partition, "demo"));
        panel.WaitForElement(".empty h2, .toolbar");
        return panel;
    }
}
