using System.Buffers.Binary;
using Synic.Daemon.Configuration;
using Synic.Hv;

namespace Synic.Daemon.Tests.Api;

public sealed class VmBusRouteTests
{
    private const string VmBus = TestDaemon.Partition + "/vmbus";
    private static readonly (string, string) s_on = ("Synic:Partitions:0:VmBus:Enabled", "on");

    [Fact]
    public async Task VmBus_NotPresent_NamesTheSetting()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync(VmBus, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(404, "vmbus_not_present");
        Assert.Contains("VmBus:Enabled", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/partitions/nobody/vmbus", 404, "partition_not_found")]
    [InlineData(VmBus + "?x=1", 400, "invalid_request")]
    public async Task VmBus_BadRequest_IsAProblem(string path, int status, string code)
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on);

        using var response = await daemon.Viewer.GetAsync(path, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(status, code);
    }

    [Fact]
    public async Task VmBus_NoContact_WaitsWithTwoChannels()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on, ("Synic:Partitions:0:VmBus:MaxVersion", "4.1"));

        var vmbus = await daemon.GetAsync(VmBus);

        Assert.Equal(("waiting", "4.1"), ((string?)vmbus["state"], (string?)vmbus["maxVersion"]));
        Assert.Equal(["heartbeat", "echo"], vmbus["channels"]!.AsArray().Select(static c => (string)c!["name"]!));
        Assert.Equal("vmbus control", (string?)(await daemon.GetAsync(TestDaemon.Ports + "/4"))["owner"]);
    }

    [Fact]
    public async Task VmBus_MalformedMessages_AreCountedAndChangeNothing()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on);

        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, [14, 0, 0]);
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(4), 1, [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
        var vmbus = await daemon.GetAsync(VmBus);
        while (vmbus["refusals"]!.AsObject().Sum(static r => (long)r.Value!) < 2)
        {
            vmbus = await daemon.GetAsync(VmBus);
        }

        Assert.Equal(("waiting", 2), ((string?)vmbus["state"], (long)vmbus["messagesReceived"]!));
    }

    [Fact]
    public async Task VmBus_Contact_ShowsInConnectionAndBootProgress()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on);

        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, Contact(4, 1));
        var vmbus = await daemon.GetAsync(VmBus);
        while ((string?)vmbus["state"] != "connected")
        {
            vmbus = await daemon.GetAsync(VmBus);
        }

        var boot = await daemon.GetAsync(TestDaemon.Partition + "/boot");
        Assert.Equal("4.1", (string?)vmbus["connection"]!["version"]);
        Assert.Equal(("version_agreed", true, "4.1"), Step(boot, 4));
        Assert.Equal(("offers_sent", false, null), Step(boot, 5));
    }

    [Fact]
    public async Task Stop_WithAVmBus_TakesItsPortsAway()
    {
        var daemon = await TestDaemon.StartAsync(null, s_on);
        var map = daemon.Host.Partition.Ports.Map;
        Assert.NotEmpty(map.Snapshot());

        await daemon.DisposeAsync();

        Assert.Empty(map.Snapshot());
    }

    [Fact]
    public async Task Start_PortOfVmBusInTheConfiguration_SaysWhich()
    {
        var refusal = await Assert.ThrowsAsync<SettingsException>(() => TestDaemon.StartAsync(null, s_on,
            ("Synic:Partitions:0:Ports:0:ConnectionId", "4"), ("Synic:Partitions:0:Ports:0:Handler", "sink")));

        Assert.Contains("0x4", refusal.Message, StringComparison.Ordinal);
    }

    internal static (string?, bool, string?) Step(System.Text.Json.Nodes.JsonObject boot, int index)
    {
        var step = boot["steps"]![index]!;
        return ((string?)step["name"], (bool)step["reached"]!, (string?)step["detail"]);
    }

    // INITIATE_CONTACT: header, version, target VP, interrupt page, two monitor pages.
    private static byte[] Contact(ushort major, ushort minor)
    {
        var message = new byte[40];
        message[0] = 14;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(8), minor);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(10), major);
        return message;
    }
}
