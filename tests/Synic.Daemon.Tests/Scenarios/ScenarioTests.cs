using System.Buffers.Binary;
using Synic.Faults;
using Synic.Guests;
using Synic.Hv;

namespace Synic.Daemon.Tests.Scenarios;

/// <summary>Each file of docs/scenarios against the demo guest: what the guest, the history and the metrics saw of it.</summary>
public sealed class ScenarioTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task ReceiverFull_TwoPosts_AreRefusedAndThenItWorks(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "receiver-full", TestContext.Current.CancellationToken);

        await run.UntilExhaustedAsync("receiver-full");

        await run.UntilGuestCountedAsync(DemoLayout.PostStatuses, HvStatus.InsufficientBuffers, injected: 2);
        var refused = await run.EventsAsync("injected:receiver-full kind:post");
        Assert.Equal(["insufficient_buffers", "insufficient_buffers"], refused.Select(static e => (string?)e["status"]));
        Assert.All(refused, static e => Assert.StartsWith("0x100", (string?)e["connection"], StringComparison.Ordinal));
        Assert.Equal(2, await run.MetricAsync("""synic_post_message_failures_total{cause="injected",partition="demo",status="insufficient_buffers"}"""));
        var last = (long)refused[^1]["seq"]!;
        await run.UntilAsync(() => run.Count($"kind:post conn:0x1000..0x100f status:success seq:>{last}") > 4);
        Assert.Equal(0, run.Count($"kind:post conn:0x1000..0x100f -status:success seq:>{last}"));
    }

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task VtlDenial_ThreePosts_AreDenied(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "vtl-denial", TestContext.Current.CancellationToken);

        await run.UntilExhaustedAsync("vtl-denial");

        await run.UntilGuestCountedAsync(DemoLayout.PostStatuses, HvStatus.OperationDenied, injected: 3);
        var refused = await run.EventsAsync("injected:vtl-denial");
        Assert.Equal(["operation_denied", "operation_denied", "operation_denied"], refused.Where(static e => (string?)e["kind"] == "post").Select(static e => (string?)e["status"]));
        Assert.Equal(3, await run.MetricAsync("""synic_post_message_failures_total{cause="injected",partition="demo",status="operation_denied"}"""));
    }

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task LostOffer_WhoAsksForOffers_SeesOneLess(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "lost-offer", TestContext.Current.CancellationToken);

        run.PostAsGuest(new ConnectionId(1), Contact());
        run.PostAsGuest(new ConnectionId(1), [3, 0, 0, 0, 0, 0, 0, 0]); // REQUESTOFFERS
        await run.UntilAsync(() => run.Count("vmbus:ALLOFFERS_DELIVERED status:delivered") == 1);

        var offer = Assert.Single(await run.EventsAsync("vmbus:OFFERCHANNEL injected:lost-offer"));
        Assert.Equal(run.Host.VmBus!.Snapshot().Channels.Count - 1, run.Count("vmbus:OFFERCHANNEL status:delivered"));
        Assert.Equal(("dropped", "injected", "lost-offer"), ((string?)offer["status"], (string?)offer["reason"], (string?)offer["injectedBy"]));
        Assert.Equal(1, await run.MetricAsync("""synic_guest_messages_dropped_total{cause="injected",partition="demo",reason="injected"}"""));
        Assert.Equal(FaultState.Exhausted, run.Rule("lost-offer").State);
    }

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task DroppedDoorbell_ThreeSignals_SucceedAndNobodyRingsBack(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "dropped-doorbell", TestContext.Current.CancellationToken);

        await run.UntilExhaustedAsync("dropped-doorbell");
        await run.UntilAsync(() => run.Count("kind:signal conn:0x2100..0x210f") > 40);
        run.Host.Partition.Stop();

        var lost = await run.EventsAsync("injected:dropped-doorbell kind:signal");
        Assert.Equal(["success", "success", "success"], lost.Select(static e => (string?)e["status"]));
        Assert.Equal(3, run.Count("kind:signal conn:0x2100..0x210f") - run.Count("kind:guest.event flag:1"));
        Assert.Equal(3, await run.MetricAsync("""synic_faults_injected_total{action="drop",operation="signal_event",partition="demo"}"""));
    }

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task StuckSlot_UntilTheRuleEnds_HoldsAllMessagesAndThenLetsThemGoInOrder(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "stuck-slot", TestContext.Current.CancellationToken);

        await run.UntilAsync(() => run.Count("injected:stuck-slot kind:guest.message") > 0);
        var stuck = Assert.Single(await run.EventsAsync("injected:stuck-slot kind:guest.message"));
        var vp = new VpIndex((uint)stuck["vp"]!);
        await run.UntilAsync(() => Waiting(run, vp) >= 3);
        var blockedBy = run.Host.Partition.Synic.Inspect(Vtl.Vtl0, vp)!.Sints[2].BlockedBy;
        await run.DeleteAsync("stuck-slot");
        await run.UntilAsync(() => Waiting(run, vp) == 0);

        Assert.NotNull(blockedBy);
        var delivered = (await run.EventsAsync($"kind:guest.message status:delivered vp:{vp} seq:>={stuck["seq"]}")).ConvertAll(ScenarioRun.TextOf);
        Assert.True(delivered.Count > 3);
        Assert.Equal(delivered.Order(StringComparer.Ordinal), delivered); // "vp0 round 000017": in the order in which it asked
        Assert.Equal(0, run.Count("kind:guest.message status:dropped"));
    }

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task UnknownConnections_EveryCallIsDrawn_AndRealFailuresStayWhatTheyWere(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "unknown-connections", TestContext.Current.CancellationToken);

        await run.UntilAsync(() => run.Rule("unknown-connections-post").Hits > 10 && run.Rule("unknown-connections-signal").Hits > 10);
        await run.UntilGuestCountedAsync(DemoLayout.PostStatuses, HvStatus.InvalidConnectionId, injected: 10);
        run.Host.Partition.Stop();

        var decisions = run.Host.Faults!.Decisions("unknown-connections-post", 0, 1000);
        Assert.All(decisions, static d => Assert.Equal(FaultDraw.ToUnit(d.Draw) < 0.5, d.Outcome == FaultOutcome.Injected));
        Assert.Contains(decisions, static d => d.Outcome == FaultOutcome.Probability);
        Assert.All(await run.EventsAsync("injected:unknown-connections-* kind:post,signal"), static e => Assert.Equal("invalid_connection_id", (string?)e["status"]));
        var real = run.Count("kind:post status:invalid_connection_id -injected:*");
        Assert.Equal(real, await run.MetricAsync("""synic_post_message_failures_total{cause="real",partition="demo",status="invalid_connection_id"}"""));
        Assert.Equal(
            run.Rule("unknown-connections-post").Hits,
            await run.MetricAsync("""synic_post_message_failures_total{cause="injected",partition="demo",status="invalid_connection_id"}"""));
    }

    [Theory(Timeout = Limit), OnEveryBackend]
    public async Task SlowHost_EveryCall_TakesItsTimeAndNothingIsLost(string backend)
    {
        await using var run = await ScenarioRun.StartAsync(backend, "slow-host", TestContext.Current.CancellationToken);

        await run.UntilAsync(() => run.Count("kind:post injected:slow-host-post duration:>=2000000") > 3);
        await run.UntilAsync(() => run.Rule("slow-host-signal").Hits > 0);
        run.Host.Partition.Stop();

        Assert.Equal(0, run.Count("kind:post injected:slow-host-post duration:<2000000"));
        Assert.Equal(0, run.Count("kind:post conn:0x1000..0x100f -status:success"));
        Assert.Equal(0, run.Count("kind:guest.message status:dropped"));
    }

    private static int Waiting(ScenarioRun run, VpIndex vp) => run.Host.Partition.Synic.QueueLength(Vtl.Vtl0, vp, DemoLayout.MessageSint);

    // INITIATE_CONTACT of version 4.1, without monitor pages: the demo has its own.
    private static byte[] Contact()
    {
        var message = new byte[40];
        message[0] = 14;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), 0x4_0001);
        return message;
    }
}
