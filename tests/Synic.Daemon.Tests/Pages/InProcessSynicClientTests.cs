using Microsoft.Extensions.DependencyInjection;
using Synic.Dashboard.Client;
using Synic.Hv;

namespace Synic.Daemon.Tests.Pages;

public sealed class InProcessSynicClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WatchPorts_CallsArrive_ShowInALaterSnapshot()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        var posted = false;

        await foreach (var snapshot in Client(daemon).WatchPortsAsync("demo", Cancellation))
        {
            var port = Assert.Single(snapshot.Ports);
            if (posted && port.Calls == 1)
            {
                return;
            }

            if (!posted)
            {
                daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, []);
                posted = true;
            }
        }

        Assert.Fail("the watch ended");
    }

    [Fact]
    public async Task WatchPorts_NobodyOfThatName_EndsAfterSayingSo()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var snapshots = await Client(daemon).WatchPortsAsync("nobody", Cancellation).ToListAsync(Cancellation);

        Assert.Null(Assert.Single(snapshots).Partition);
        Assert.Null(await Client(daemon).GetBackendAsync("nobody", Cancellation));
        Assert.Empty(await Client(daemon).GetVpsAsync("nobody", Cancellation));
        Assert.Empty(await Client(daemon).GetGuestPortsAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task WatchOverview_FailingPort_IsNamedWithItsPartition()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "full");

        await foreach (var overview in Client(daemon).WatchOverviewAsync(Cancellation))
        {
            Assert.Equal("demo", Assert.Single(overview.Partitions).Name);
            if (overview.TopFailing is [var failing])
            {
                Assert.Equal(("demo", 1u), (failing.Partition, failing.Port.Connection));
                return;
            }

            daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, []);
        }

        Assert.Fail("the watch ended");
    }

    private static ISynicClient Client(TestDaemon daemon) => daemon.Services.GetRequiredService<ISynicClient>();
}
