using Bunit;
using Synic.Contracts;
using Synic.Dashboard.Components.Pages;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Components;

public sealed class OverviewTests : DashboardTest
{
    [Fact]
    public void Render_NoPartitions_SaysSo()
    {
        var page = Show(Some.Overview());

        page.WaitForAssertion(() => Assert.Equal("No partitions", page.Find(".empty h2").TextContent));
    }

    [Fact]
    public void Render_Partition_ShowsStateTrafficAndLink()
    {
        var page = Show(Some.Overview(Some.Partition("a b")));

        page.WaitForElement(".card");
        Assert.Equal("running", page.Find(".state").TextContent);
        Assert.Equal(["12.5", "300", "0.5"], page.FindAll(".tile-value").Select(t => t.TextContent.Trim()));
        Assert.Equal("NO CONN7", page.Find(".status-count").TextContent.Trim());
        Assert.Equal("/partitions/a%20b", page.Find(".card h2 a").GetAttribute("href"));
        Assert.Contains("No port refuses calls now", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Render_GuestSimulatedOrNot_ChipOnlyWhenItIs(bool simulated, int chips)
    {
        var partition = Some.Partition() with { Guest = new GuestSummary("demo", simulated, "Demo") };

        var page = Show(Some.Overview(partition));

        page.WaitForElement(".card");
        Assert.Equal(chips, page.FindAll(".tag-simulated").Count);
    }

    [Fact]
    public void Render_FailingPorts_LinkToTheRow()
    {
        var port = Some.Port(0x20) with
        {
            Failures = 4,
            FailuresPerSecond = 2,
            FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 4, ["insufficient_buffers"] = 0 },
        };

        var page = Show(Some.Overview(Some.Partition()) with { TopFailing = [new FailingPort("demo", port)] });

        var row = page.WaitForElement(".section tbody tr");
        Assert.Equal("/partitions/demo/ports/0x20", row.QuerySelector(".mono a")!.GetAttribute("href"));
        Assert.Equal("DENIED4", row.QuerySelector(".status-counts")!.TextContent.Trim());
    }

    [Fact]
    public void Render_ASecondLater_SparklineHasTwoPoints()
    {
        var page = Show(Some.Overview(Some.Partition()));
        page.WaitForElement(".card");

        Client.Overview.Writer.TryWrite(Some.Overview(Some.Partition()) with { AsOf = Some.Now.AddSeconds(1) });

        page.WaitForAssertion(() => Assert.Matches("^M[^L]+L[^L]+$", page.Find(".spark-line").GetAttribute("d")));
    }

    private IRenderedComponent<Overview> Show(OverviewSnapshot snapshot)
    {
        Client.Overview.Writer.TryWrite(snapshot);
        return Render<Overview>();
    }
}
