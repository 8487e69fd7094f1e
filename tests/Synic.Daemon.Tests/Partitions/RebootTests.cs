using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Synic.Backends;
using Synic.Daemon.Partitions;
using Synic.Hv;

namespace Synic.Daemon.Tests.Partitions;

/// <summary>What becomes of a partition whose guest reboots.</summary>
public sealed class RebootTests
{
    private static readonly (string, string) s_restart = ("Synic:Partitions:0:OnReboot", "restart");
    private static readonly PartitionExit s_reboot = PartitionExit.Reboot("a test");

    private readonly FakePartitionFactory _factory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reboot_Restart_MemoryAndBootStepsBeginAnew()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        var first = daemon.Host.Partition;
        first.Memory.TryWriteUInt32(new Gpa(0x1000), 1);
        first.Synic.TryWriteMsr(Vtl.Vtl0, new VpIndex(0), HvMsr.GuestOsId, 1);

        var partition = await RebootAsync(daemon);

        Assert.Equal(("running", "the guest rebooted (a test)"), ((string?)partition["state"], (string?)partition["stateReason"]));
        Assert.NotSame(first, daemon.Host.Partition);
        Assert.True(daemon.Host.Partition.Memory.TryReadUInt32(new Gpa(0x1000), out var word));
        Assert.Equal(0u, word);
        var boot = await daemon.GetAsync(TestDaemon.Partition + "/boot");
        Assert.Equal((1, "hypervisor_found"), ((int)boot["reboots"]!, (string?)boot["stuck"]));
    }

    [Fact]
    public async Task Reboot_End_IsTheGuestsEnd()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory);

        _factory.Last!.End(s_reboot);

        var partition = await daemon.GetAsync(TestDaemon.Partition);
        Assert.Equal(("ended", "the guest rebooted (a test)", 0), State(partition));
    }

    [Fact]
    public async Task Reboot_Restart_PortsOfTheConfigurationAndOfTheApiAreThereAgain()
    {
        await using var daemon = await TestDaemon.StartAsync(
            _factory, s_restart, ("Synic:Partitions:0:Ports:0:ConnectionId", "7"), ("Synic:Partitions:0:Ports:0:Handler", "sink"));
        await daemon.AddPortAsync("8", "echo");

        await RebootAsync(daemon);

        Assert.Equal("configuration", (string?)(await daemon.GetAsync(TestDaemon.Ports + "/7"))["owner"]);
        using var post = await daemon.PostAsync(TestDaemon.Ports + "/8/messages", new { text = "1" });
        Assert.Equal("success", (string?)(await post.ReadAsync())["hvStatus"]?["name"]);
        using var deleted = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/8", Cancellation);
        deleted.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Reboot_ArmedFaultRule_ActsOnTheNewMachineAndItsPorts()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        using var created = await daemon.PostAsync(TestDaemon.Partition + "/faults", new
        {
            id = "full", match = new { connections = new[] { 8 } }, action = new { kind = "busy" }, trigger = new { times = 2 }, reason = "a test", arm = true,
        });
        var first = daemon.Host.Partition;
        Assert.Equal(HvStatus.InsufficientBuffers, daemon.Host.Post(Vtl.Vtl0, new ConnectionId(8), 1, []));

        await RebootAsync(daemon);

        Assert.Null(first.Faults.Plan);
        Assert.Equal(HvStatus.InsufficientBuffers, daemon.Host.Post(Vtl.Vtl0, new ConnectionId(8), 1, [], out var injectedBy));
        Assert.Equal("full", injectedBy);
        Assert.Equal(HvStatus.InvalidConnectionId, daemon.Host.Post(Vtl.Vtl0, new ConnectionId(8), 1, [])); // both hits are used up
        Assert.Equal(2, daemon.Host.Faults!.Get("full").Hits);
    }

    [Fact]
    public async Task Reboot_FastPathSuspended_StaysSuspended()
    {
        var shortcut = new FakePartitionFactory.Shortcut();
        var factory = new FakePartitionFactory { OpenFastPath = shortcut.Enter };
        await using var daemon = await TestDaemon.StartAsync(factory, s_restart);
        await daemon.AddPortAsync("8", "counter");
        using var suspend = await daemon.PostAsync(TestDaemon.Ports + "/8/fast-path", new { enabled = false });
        suspend.EnsureSuccessStatusCode();

        factory.Last!.End(s_reboot);
        await UntilAsync(daemon, 1);

        Assert.Equal("suspended", (string?)(await daemon.GetAsync(TestDaemon.Ports + "/8"))["fastPath"]);
        Assert.False(shortcut.Open);
    }

    [Fact]
    public async Task Reboot_Restart_CountersGoOn()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        await daemon.AddPortAsync("8", "sink");
        using var first = await daemon.PostAsync(TestDaemon.Ports + "/8/messages", new { text = "123" });
        daemon.Host.Partition.Synic.Counters.CountMessage();
        await RebootAsync(daemon);
        using var second = await daemon.PostAsync(TestDaemon.Ports + "/8/messages", new { text = "45" });

        var metrics = await daemon.Viewer.GetStringAsync("/metrics", Cancellation);

        Assert.All(
            [
                "synic_post_message_calls_total{partition=\"demo\",vtl=\"0\"} 2\n",
                "synic_post_message_payload_bytes_total{partition=\"demo\"} 5\n",
                "synic_guest_messages_total{partition=\"demo\"} 1\n",
                "synic_port_registrations_total{kind=\"message\",partition=\"demo\"} 2\n",
                "synic_port_unregistrations_total{kind=\"message\",partition=\"demo\"} 1\n",
                "synic_ports{kind=\"message\",partition=\"demo\"} 1\n",
                "synic_partition_reboots_total{partition=\"demo\"} 1\n",
            ],
            line => Assert.Contains(line, metrics, StringComparison.Ordinal));
        Assert.Equal(2, (int)(await daemon.GetAsync(TestDaemon.Partition))["traffic"]!["posts"]!);
    }

    [Fact]
    public async Task Reboot_Restart_SerialOutputGoesOnAndSaysSo()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        daemon.Host.Serial.Write((byte)'x');

        await RebootAsync(daemon);
        daemon.Host.Serial.Write((byte)'y');

        Assert.Equal(["x", "synicd: the guest rebooted (a test), boot 2", "y"], daemon.Host.Serial.Lines());
    }

    [Fact]
    public async Task Reboot_OverAndOver_EndsItWithAReason()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        for (var i = 1; i <= RebootLimit.Most; i++)
        {
            _factory.Last!.End(s_reboot);
            await UntilAsync(daemon, i);
        }

        _factory.Last!.End(s_reboot);

        var partition = await daemon.GetAsync(TestDaemon.Partition);
        while ((string?)partition["state"] == "running")
        {
            partition = await daemon.GetAsync(TestDaemon.Partition);
        }

        Assert.Equal(("ended", RebootLimit.Most), ((string?)partition["state"], (int)partition["reboots"]!));
        Assert.Contains("5 times within 10 s", (string?)partition["stateReason"], StringComparison.Ordinal);
    }

    [Fact]
    public void Limit_SlowReboots_GoOnForEver()
    {
        var time = new FakeTimeProvider();
        var limit = new RebootLimit(time);

        for (var i = 0; i < 100; i++)
        {
            Assert.True(limit.TryAcquire());
            time.Advance(RebootLimit.Window / RebootLimit.Most * 1.01);
        }
    }

    [Fact]
    public async Task Reboot_MachineCannotBeMadeAgain_FailsWithTheReason()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        _factory.Refusal = new HypervisorException("no memory left");

        _factory.Last!.End(s_reboot);

        var partition = await daemon.GetAsync(TestDaemon.Partition);
        while ((string?)partition["state"] == "running")
        {
            partition = await daemon.GetAsync(TestDaemon.Partition);
        }

        Assert.Equal(("failed", "the guest rebooted (a test), and could not be started again: no memory left", 0), State(partition));
        Assert.Contains("synic_backend_up{backend=\"emulated\",partition=\"demo\"} 0", await daemon.Viewer.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PowerOff_AfterAReboot_IsTheEndThatCounts()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart, ("Synic:ExitWithGuest", "true"));
        var stopping = new TaskCompletionSource();
        daemon.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        await RebootAsync(daemon);

        _factory.Last!.End(new PartitionExit(Clean: true, DebugExitValue: null, "the guest powered off"));

        await stopping.Task.WaitAsync(Cancellation);
        using var output = new StringWriter();
        Assert.True(daemon.Services.GetRequiredService<GuestEnd>().Report(output));
        Assert.StartsWith("demo: ended: the guest powered off", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchedByAReader_Reboots_TheReaderGoesOn()
    {
        await using var daemon = await TestDaemon.StartAsync(_factory, s_restart);
        await using var reader = daemon.Host.Serial.Ring.ReadAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        await RebootAsync(daemon);

        Assert.True(await reader.MoveNextAsync());
        Assert.Contains("rebooted", reader.Current.Text, StringComparison.Ordinal);
    }

    private static (string?, string?, int) State(JsonObject partition) =>
        ((string?)partition["state"], (string?)partition["stateReason"], (int)partition["reboots"]!);

    private async Task<JsonObject> RebootAsync(TestDaemon daemon)
    {
        _factory.Last!.End(s_reboot);
        return await UntilAsync(daemon, 1);
    }

    private static async Task<JsonObject> UntilAsync(TestDaemon daemon, int reboots)
    {
        while (true)
        {
            var partition = await daemon.GetAsync(TestDaemon.Partition);
            Assert.Equal("running", (string?)partition["state"]);
            if ((int)partition["reboots"]! == reboots)
            {
                return partition;
            }
        }
    }
}
