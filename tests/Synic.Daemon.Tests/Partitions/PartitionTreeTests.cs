using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Inspection;
using Synic.Monitors;

namespace Synic.Daemon.Tests.Partitions;

public sealed class PartitionTreeTests
{
    private const string Port = "Synic:Partitions:0:Ports:0:";

    [Theory]
    [InlineData("", "schema_version", "name", "dialect", "backend", "guest", "guest_ports", "memory", "settings", "synic_ports", "vps", "monitor_pages")]
    [InlineData("backend", "kind", "synic_mode", "capabilities", "exits")]
    [InlineData("backend/capabilities/monitor_pages", "available", "reason")]
    [InlineData("backend/exits", "hypercall", "msr", "monitor_write")]
    [InlineData("synic_ports", "ports")]
    [InlineData("synic_ports/ports/0x2001", "port_type", "minimum_vtl", "owner", "since", "generation", "fast_path", "monitor_id", "calls", "failures")]
    [InlineData("vps/0", "online", "vtl0")]
    [InlineData("vps/1/vtl0/synic", "scontrol", "sversion", "simp", "siefp", "sint", "sint_decoded", "pending_sints", "ready_sints", "queue", "slots", "timers", "simp_page", "siefp_page")]
    [InlineData("monitor_pages/vtl0", "monitors", "state", "unknown_triggers", "outside_writes")]
    [InlineData("monitor_pages/vtl0/state/5", "pending", "armed", "latency", "triggers")]
    [InlineData("vmbus", "channels", "milestones", "traffic", "refusals")]
    public async Task Tree_Path_HasWhatIsPromised(string path, params string[] names)
    {
        await using var daemon = await Start();

        var directory = Assert.IsType<InspectDirectory>((await Inspect(daemon.Host, path, depth: 0)).Node);

        Assert.All(names, name => Assert.NotNull(directory[name]));
    }

    [Fact]
    public async Task Tree_AllOfIt_IsCompleteAndLabelled()
    {
        await using var daemon = await Start();

        var result = await Inspect(daemon.Host, "", depth: 16);

        Assert.True(result.Complete);
        Assert.Empty(Unlabelled(result.Node, ""));
    }

    [Fact]
    public async Task Tree_WithoutMonitorPages_LeavesThemOut()
    {
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory { WithoutMonitors = true });

        var root = Assert.IsType<InspectDirectory>((await Inspect(daemon.Host, "", depth: 3)).Node);

        Assert.Null(root["monitor_pages"]);
        Assert.Null(root["vmbus"]);
        Assert.NotNull(root["vps"]);
    }

    [Fact]
    public async Task Tree_BackendFailsToAnswer_HidesNothingElse()
    {
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory { Defect = new InvalidOperationException("gone") });

        var result = await Inspect(daemon.Host, "", depth: 3);

        Assert.Equal([new InspectIncomplete("backend/capabilities", "provider_failed")], result.Incomplete);
        Assert.NotNull(Assert.IsType<InspectDirectory>(result.Node)["vps"]);
    }

    [Fact]
    public async Task Tree_PartitionHasGone_CanStillBeLookedAt()
    {
        var daemon = await TestDaemon.StartAsync();
        var host = daemon.Host;
        await daemon.DisposeAsync();

        Assert.True((await Inspect(host, "", depth: 8)).Complete);
    }

    [Theory]
    [InlineData("0.05")]
    [InlineData("3601")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task Update_IntervalOutsideItsRange_IsRejected(string value)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await Update(daemon.Host, "settings/port_fault_log/interval", value);

        Assert.Equal("value_rejected", result.Code);
        Assert.Contains("0.1 to 3600", result.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), daemon.Host.Partition.Ports.Map.FaultLog.Interval);
    }

    [Fact]
    public async Task Update_Interval_IsTaken()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await Update(daemon.Host, "settings/port_fault_log/interval", "2.5");

        Assert.Equal(("10", "2.5"), (InspectText.Of(result.Old!), InspectText.Of(result.New!)));
        Assert.Equal(TimeSpan.FromSeconds(2.5), daemon.Host.Partition.Ports.Map.FaultLog.Interval);
    }

    [Fact]
    public async Task Update_FastPath_IsTheSameSwitchAsThePortsOwn()
    {
        var open = 0;
        await using var daemon = await TestDaemon.StartAsync(
            new FakePartitionFactory { OpenFastPath = () => new Opened(ref open, () => open--) },
            (Port + "ConnectionId", "0x2001"), (Port + "Kind", "event"), (Port + "Handler", "counter"));
        Assert.Equal(1, open);

        var result = await Update(daemon.Host, "synic_ports/ports/0x2001/fast_path", "suspended");

        Assert.Equal(("\"suspended\"", 0), (InspectText.Of(result.New!), open));
        var port = await daemon.GetAsync(TestDaemon.Ports + "/0x2001");
        Assert.Equal("suspended", (string?)port["fastPath"]);
    }

    private static async Task<TestDaemon> Start()
    {
        var daemon = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:VmBus:Enabled", "on"));
        daemon.Host.OwnedPorts.Add(new NewPort
        {
            Connection = new ConnectionId(0x2001),
            Handler = BuiltInHandlers.Counter,
            Owner = "test",
            Monitor = new MonitorInfo(new MonitorId(5), TimeSpan.FromMilliseconds(1)),
        });
        return daemon;
    }

    private static Task<InspectResult> Inspect(PartitionHost host, string path, int depth) => Inspector.InspectAsync(
        host.Tree, new InspectRequest { Path = InspectPath.Parse(path), Depth = depth }, TestContext.Current.CancellationToken);

    private static Task<InspectUpdateResult> Update(PartitionHost host, string path, string value) => Inspector.UpdateAsync(
        host.Tree, new InspectRequest { Path = InspectPath.Parse(path) }, value, TestContext.Current.CancellationToken);

    private static IEnumerable<string> Unlabelled(InspectNode node, string path) => node switch
    {
        InspectDirectory directory => directory.Children.SelectMany(c => Unlabelled(c.Node, $"{path}/{c.Name}")),
        InspectValue { Traits.Sensitivity: InspectSensitivity.Unspecified } => [path],
        _ => [],
    };

    private sealed class Opened : IDisposable
    {
        private readonly Action _close;

        public Opened(ref int open, Action close)
        {
            open++;
            _close = close;
        }

        public void Dispose() => _close();
    }
}
