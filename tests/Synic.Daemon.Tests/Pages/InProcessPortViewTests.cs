using Microsoft.Extensions.DependencyInjection;
using Synic.Daemon.Pages;
using Synic.Daemon.Partitions;
using Synic.Dashboard.Client;
using Synic.Hv;

namespace Synic.Daemon.Tests.Pages;

public sealed class InProcessPortViewTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_NoPartition_SaysSo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var view = new InProcessPortView(daemon.Services.GetRequiredService<PartitionRegistry>(), "nobody", TimeProvider.System);

        Assert.Null((await view.ReadAsync(new PortQuery { Count = 10 }, Cancellation)).State);
        Assert.Empty(await view.ReadAllAsync(new PortQuery(), Cancellation));
    }

    [Theory]
    [InlineData(-5, 2, 0, 2)]
    [InlineData(2, 100, 2, 1)]
    [InlineData(100, 100, 3, 0)]
    [InlineData(1, -1, 1, 0)]
    [InlineData(0, int.MaxValue, 0, 3)]
    public async Task ReadAsync_WindowOutside_IsCut(int start, int count, int cutStart, int rows)
    {
        await using var daemon = await StartAsync();

        var window = await View(daemon).ReadAsync(new PortQuery { Start = start, Count = count }, Cancellation);

        Assert.Equal((cutStart, rows, 3, 3), (window.Start, window.Rows.Count, window.Matching, window.Total));
    }

    [Fact]
    public async Task ReadAsync_FilterAndSort_AreTheApis()
    {
        await using var daemon = await StartAsync();
        Post(daemon, 2, times: 2);
        Post(daemon, 3, times: 1);

        var window = await View(daemon).ReadAsync(new PortQuery { Filter = "-conn:1", Sort = "-calls", Count = 10 }, Cancellation);

        Assert.Equal([2u, 3u], Connections(window));
        Assert.Equal((2, 3), (window.Matching, window.Total));
    }

    [Fact]
    public async Task ReadAsync_NothingHappened_RowsAreTheSameObjects()
    {
        await using var daemon = await StartAsync();
        var view = View(daemon);
        var query = new PortQuery { Count = 10, Filter = "conn:1,2" };
        await Settled(view, query);

        var before = await view.ReadAsync(query, Cancellation);
        Post(daemon, 2, times: 1);
        var after = await view.ReadAsync(query, Cancellation);

        Assert.Same(before.Rows[0], after.Rows[0]);
        Assert.Equal(before.Rows[1].Calls + 1, after.Rows[1].Calls);
    }

    [Fact]
    public async Task ReadAsync_Held_GoneLeaveNewComeLastAndTheRestStays()
    {
        await using var daemon = await StartAsync();
        var view = View(daemon);
        var query = new PortQuery { Sort = "-calls", Count = 10 };
        Post(daemon, 2, times: 2);
        Assert.Equal([2u, 1u, 3u], Connections(await view.ReadAsync(query, Cancellation)));

        Post(daemon, 3, times: 9);
        await daemon.AddPortAsync("4", "sink");
        Post(daemon, 4, times: 20);
        daemon.Host.OwnedPorts.Remove(await GenerationAsync(view, 1));
        var held = await view.ReadAsync(query with { Hold = true }, Cancellation);

        Assert.Equal([2u, 3u, 4u], Connections(held));
        Assert.True(held.OrderChanged);
        Assert.Equal([4u, 3u, 2u], Connections(await view.ReadAsync(query, Cancellation)));
    }

    [Fact]
    public async Task ReadAsync_HeldButAnotherSort_IsSorted()
    {
        await using var daemon = await StartAsync();
        var view = View(daemon);
        await view.ReadAsync(new PortQuery { Count = 10 }, Cancellation);

        var window = await view.ReadAsync(new PortQuery { Count = 10, Sort = "-connection", Hold = true }, Cancellation);

        Assert.Equal([3u, 2u, 1u], Connections(window));
        Assert.False(window.OrderChanged);
    }

    [Fact]
    public async Task FreezeAsync_PortsAreCalledComeAndGo_AreCountedOnce()
    {
        await using var daemon = await StartAsync();
        var view = View(daemon);
        Assert.Equal(0, (await view.ReadAsync(new PortQuery(), Cancellation)).Changes);
        Assert.Equal(3, (await view.FreezeAsync(Cancellation)).Count);
        Assert.Equal(0, (await view.ReadAsync(new PortQuery(), Cancellation)).Changes);

        Post(daemon, 2, times: 5);
        await daemon.AddPortAsync("4", "sink");
        daemon.Host.OwnedPorts.Remove(await GenerationAsync(view, 1));

        Assert.Equal(3, (await view.ReadAsync(new PortQuery(), Cancellation)).Changes);
    }

    private static async Task<TestDaemon> StartAsync()
    {
        var daemon = await TestDaemon.StartAsync();
        foreach (var connection in (string[])["1", "2", "3"])
        {
            await daemon.AddPortAsync(connection, "sink");
        }

        return daemon;
    }

    // Rates are null before the sampler's second round, and then zero: that is a change of its own.
    private static async Task Settled(InProcessPortView view, PortQuery query)
    {
        while ((await view.ReadAsync(query, Cancellation)).Rows.Any(static r => r.CallsPerSecond is null))
        {
            await Task.Yield();
        }
    }

    private static InProcessPortView View(TestDaemon daemon) =>
        new(daemon.Services.GetRequiredService<PartitionRegistry>(), "demo", TimeProvider.System);

    private static async Task<long> GenerationAsync(InProcessPortView view, uint connection) =>
        (await view.ReadAllAsync(new PortQuery { Filter = FormattableString.Invariant($"conn:{connection}") }, Cancellation))[0].Generation;

    private static IEnumerable<uint> Connections(PortWindow window) => window.Rows.Select(static r => r.Connection);

    private static void Post(TestDaemon daemon, uint connection, int times)
    {
        for (var i = 0; i < times; i++)
        {
            daemon.Host.Post(Vtl.Vtl0, new ConnectionId(connection), 1, []);
        }
    }
}
