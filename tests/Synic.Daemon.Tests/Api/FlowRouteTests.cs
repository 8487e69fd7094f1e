using System.Text.Json.Nodes;
using Synic.Hv;

namespace Synic.Daemon.Tests.Api;

public sealed class FlowRouteTests
{
    private const string Flow = TestDaemon.Partition + "/flow";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("-1")]
    public async Task Get_TopOutOfRange_IsRefused(string top)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync(new Uri($"{Flow}?top={top}", UriKind.Relative), Cancellation);

        Assert.NotNull((await response.AssertProblemAsync(400, "invalid_request"))["errors"]!["top"]);
    }

    [Fact]
    public async Task Get_UnknownPartition_IsNotFound()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync(new Uri("/api/v1/partitions/nobody/flow", UriKind.Relative), Cancellation);

        await response.AssertProblemAsync(404, "partition_not_found");
    }

    [Fact]
    public async Task Get_Calls_AreCountedByVtlConnectionAndCause()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        using var armed = await daemon.PostAsync(TestDaemon.Partition + "/faults", new
        {
            match = new { operation = "post_message", connections = new[] { "1" } }, action = new { kind = "status", status = "timeout" },
            trigger = new { nth = new[] { 2 } }, reason = "x", arm = true,
        });
        armed.EnsureSuccessStatusCode();
        for (var i = 0; i < 3; i++)
        {
            daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, []);
        }

        daemon.Host.Post(Vtl.Vtl1, new ConnectionId(1), 1, []);
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(9), 1, []);

        var flow = await daemon.GetAsync(Flow);

        Assert.Equal(2, (int?)flow["connections"]);
        var edges = flow["edges"]!.AsArray().Select(static e => $"{e!["vtl"]} {e["connection"]} {e["owner"]} {Tenths(e, "callsPerSecond")} {Tenths(e, "failuresPerSecond")} {Tenths(e, "injectedPerSecond")}");
        Assert.Equal(["0 0x1 api 3 0 1", "0 0x9  1 1 0", "1 0x1 api 1 0 0"], edges.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_MoreThanTop_PutsTheRestTogetherAndLosesNothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        for (uint connection = 1; connection <= 50; connection++)
        {
            for (var i = 0; i < (connection == 7 ? 5 : 1); i++)
            {
                daemon.Host.Post(Vtl.Vtl0, new ConnectionId(connection), 1, []);
            }
        }

        var edges = (await daemon.GetAsync(Flow + "?top=1"))["edges"]!.AsArray();

        Assert.Equal(2, edges.Count);
        Assert.Equal("0x7", (string?)edges[0]!["connection"]);
        Assert.Equal((49, 0, 49), ((int)edges[1]!["connections"]!, (int)edges[1]!["owners"]!, Tenths(edges[1]!, "callsPerSecond")));
    }

    // The window is ten seconds.
    private static int Tenths(JsonNode edge, string rate) => (int)Math.Round((double)edge[rate]! * 10);
}
