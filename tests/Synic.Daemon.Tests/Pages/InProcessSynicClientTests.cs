using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Daemon.Pages;
using Synic.Dashboard.Client;
using Synic.Hv;

namespace Synic.Daemon.Tests.Pages;

public sealed class InProcessSynicClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WatchPartition_NobodyOfThatName_EndsAfterSayingSo()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var snapshots = await Client(daemon).WatchPartitionAsync("nobody", Cancellation).ToListAsync(Cancellation);

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

    [Fact]
    public async Task GetVmBusBootAndMonitors_NobodyOfThatName_AreNothing()
    {
        await using var daemon = await TestDaemon.StartAsync();

        Assert.Null(await Client(daemon).GetVmBusAsync("nobody", Cancellation));
        Assert.Null(await Client(daemon).GetVmBusAsync("demo", Cancellation));
        Assert.Null(await Client(daemon).GetBootAsync("nobody", Cancellation));
        Assert.Empty(await Client(daemon).GetMonitorPagesAsync("nobody", Cancellation));
        Assert.Empty(await Client(daemon, known: true).WatchSerialAsync("nobody", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task GetVmBusBootAndMonitors_Present_AreAsTheApiSendsThem()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:VmBus:Enabled", "on"));

        Assert.Equal("waiting", (await Client(daemon).GetVmBusAsync("demo", Cancellation))?.State);
        Assert.Equal("hypervisor_found", (await Client(daemon).GetBootAsync("demo", Cancellation))?.Stuck);
        Assert.Equal(daemon.Host.Partition.Synic.VtlCount, (await Client(daemon).GetMonitorPagesAsync("demo", Cancellation)).Count);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0xffffffff")]
    [InlineData("-1")]
    [InlineData("../..")]
    public async Task GetPort_NoConnectionOfAPort_IsNoPort(string connection)
    {
        await using var daemon = await TestDaemon.StartAsync();
        var client = Client(daemon);

        Assert.Null((await client.GetPortAsync("demo", connection, Cancellation)).Port);
        Assert.Empty((await client.GetPortHistoryAsync("demo", connection, Cancellation))!.Records);
        Assert.Null((await client.GetPortAsync("nobody", connection, Cancellation)).Partition);
        Assert.Null(await client.GetPortHistoryAsync("nobody", connection, Cancellation));
        Assert.Empty(await client.ExplainPortAsync("nobody", connection, null, 0, Cancellation));
    }

    [Fact]
    public async Task GetPort_Departed_IsItsTombstone()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, []);
        daemon.Host.OwnedPorts.Remove(daemon.Host.Partition.Ports.Map.Snapshot()[0].Generation);

        var port = (await Client(daemon).GetPortAsync("demo", "0x1", Cancellation)).Port;

        Assert.Equal(("disposed", 1L), (port?.Departed?.Reason, port?.Calls));
    }

    [Fact]
    public async Task ExplainPort_MinimumVtl_IsAnsweredForEachVtl()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var reports = await Client(daemon).ExplainPortAsync("demo", "7", "post", 0, Cancellation);

        Assert.Equal(3, reports.Count);
        Assert.All(reports, static r => Assert.Equal("invalid_connection_id", r.Verdict.Result));
        Assert.Empty(await Client(daemon).ExplainPortAsync("demo", "7", "post", 99, Cancellation));
    }

    [Fact]
    public async Task Post_CallerWithoutRight_IsForbiddenAndNothingIsCalled()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        var client = Client(daemon);

        await Assert.ThrowsAsync<SynicForbiddenException>(() => client.PostAsync("demo", "1", new PostMessageRequest(), Cancellation));
        await Assert.ThrowsAsync<SynicForbiddenException>(() => client.SignalAsync("demo", "1", new SignalEventRequest(), Cancellation));

        var detail = await client.GetPortAsync("demo", "1", Cancellation);
        Assert.Equal((0L, 0L), (detail.Port?.Calls, detail.Port?.Failures));
        Assert.NotNull(detail.ActDenied);
    }

    [Fact]
    public async Task Post_KnownCaller_IsMadeAndRecordedWithItsPayload()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        var client = Client(daemon, known: true);

        var outcome = await client.PostAsync("demo", "1", new PostMessageRequest { Text = "hi" }, Cancellation);

        Assert.Equal("success", outcome.HvStatus.Name);
        Assert.Null((await client.GetPortAsync("demo", "1", Cancellation)).ActDenied);
        var known = await client.GetPortHistoryAsync("demo", "1", Cancellation);
        Assert.Equal(("post", "aGk="), (known!.Records[0].Kind, known.Records[0].Payload));
        var stranger = await Client(daemon).GetPortHistoryAsync("demo", "1", Cancellation);
        Assert.Equal((false, null), (stranger!.Payloads, stranger.Records[0].Payload));
    }

    [Fact]
    public async Task Post_NoSuchVp_IsRefusedWithTheField()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var refusal = await Assert.ThrowsAsync<SynicProblemException>(
            () => Client(daemon, known: true).PostAsync("demo", "1", new PostMessageRequest { Vp = 99 }, Cancellation));

        Assert.Contains("vp is 0 to", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchSerial_CallerWithoutToken_IsToldWhichRightIsMissing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Host.Serial.Write((byte)'x');

        var refusal = await Assert.ThrowsAsync<SynicForbiddenException>(
            async () => await Client(daemon).WatchSerialAsync("demo", Cancellation).ToListAsync(Cancellation));

        Assert.Contains("\"console\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchSerial_KnownCaller_ReadsToTheEndOfThePartition()
    {
        var daemon = await TestDaemon.StartAsync();
        daemon.Host.Serial.Write((byte)'x');
        var reading = Client(daemon, known: true).WatchSerialAsync("demo", Cancellation).ToListAsync(Cancellation);

        await daemon.DisposeAsync();

        Assert.Equal(new SerialChunk(0, "x", 0), Assert.Single(await reading));
    }

    private static InProcessSynicClient Client(TestDaemon daemon, bool known = false) =>
        ActivatorUtilities.CreateInstance<InProcessSynicClient>(daemon.Services, new Caller(known));

    private sealed class Caller(bool known) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new ClaimsPrincipal(known ? new ClaimsIdentity("a test") : new ClaimsIdentity())));
    }
}
