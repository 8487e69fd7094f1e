using Synic.Contracts;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class FlowLayoutTests
{
    [Fact]
    public void Of_Nothing_IsEmpty() => Assert.Empty(FlowLayout.Of([]).Blocks);

    [Fact]
    public void Of_MoreInjectedThanCalls_HasNoNegativeBand() =>
        Assert.All(FlowLayout.Of([Some.Edge(0, "0x1", 1) with { FailuresPerSecond = 1, InjectedPerSecond = 1 }]).Bands, static b => Assert.True(b.Thickness >= 1));

    [Fact]
    public void Of_ManyThinEdges_NoBlockOverlapsTheNext()
    {
        var edges = Enumerable.Range(1, 200).Select(static i => Some.Edge(i % 3, $"0x{i:x}", i == 1 ? 1e6 : 0.001, $"owner {i % 50}")).ToList();

        var layout = FlowLayout.Of(edges);

        foreach (var column in layout.Blocks.GroupBy(static b => b.Column))
        {
            Assert.All(column.Zip(column.Skip(1)), static pair => Assert.True(pair.First.Y + pair.First.Height <= pair.Second.Y));
        }

        Assert.All(layout.Blocks, b => Assert.True(b.Y + b.Height <= layout.Height));
        Assert.Equal(400, layout.Bands.Count);
        Assert.Equal(400, layout.Bands.Select(static b => b.Key).Distinct().Count());
    }

    [Fact]
    public void Of_SharesOfABand_AreAsThickAsTheirRates()
    {
        var bands = FlowLayout.Of([Some.Edge(0, "0x1", 10) with { FailuresPerSecond = 2, InjectedPerSecond = 3 }]).Bands.Take(3).ToList();

        Assert.Equal(["good", "failed", "injected"], bands.Select(static b => b.Kind));
        Assert.Equal(bands[0].Thickness * 2 / 5, bands[1].Thickness, 6);
        Assert.Equal(bands[0].Thickness * 3 / 5, bands[2].Thickness, 6);
    }

    [Fact]
    public void Names_Rest_AreToldApart()
    {
        var rest = new FlowEdge { Vtl = 0, Connections = 900, Owners = 30, CallsPerSecond = 1, FailuresPerSecond = 0, InjectedPerSecond = 0 };

        Assert.Equal("30 other owners", FlowLayout.OwnerOf(rest));
        Assert.Equal("900 others of nobody, VTL 0", FlowLayout.ConnectionOf(rest with { Owners = 0 }));
    }
}
