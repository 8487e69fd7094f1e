using Microsoft.Extensions.Logging.Abstractions;
using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Hv;
using Synic.Ports;
using Synic.Ports.Handlers;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

public sealed class VmBusServerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Create_ConnectionTaken_ThrowsAndLeavesNothing(uint connection)
    {
        using var partition = new EmulatedPartition(new PartitionOptions { MemoryBytes = 1 << 20 });
        using var taken = partition.Ports.AddMessagePort(new ConnectionId(connection), Vtl.Vtl0, new SinkPort(), "test");

        Assert.Throws<ConnectionIdInUseException>(() => Create(partition, new VmBusOptions()));

        Assert.Equal(connection, Assert.Single(partition.Ports.Map.Snapshot()).Connection.Value);
    }

    [Fact]
    public void Create_OptionsThatMeanNothing_Throws()
    {
        using var partition = new EmulatedPartition(new PartitionOptions { MemoryBytes = 1 << 20 });

        Assert.Throws<ArgumentException>(() => Create(partition, new VmBusOptions { MaxVersion = new VmBusVersion(9) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(partition, new VmBusOptions { IncomingCapacity = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(partition, new VmBusOptions { HeartbeatPeriod = TimeSpan.Zero }));
        Assert.Empty(partition.Ports.Map.Snapshot());
    }

    [Fact]
    public void Dispose_WithEverythingOpen_LeavesNothing()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false });
        guest.Connect(VmBusVersion.V53, monitorPages: true);
        guest.RequestOffers();
        guest.CreateGpadl(1, 7, new GuestRings(guest.Partition.Memory, 1).Pages);
        Assert.Equal(0U, guest.Open(1, 7, 2));
        Assert.Equal(3, guest.Partition.Ports.Map.Snapshot().Count);

        guest.Server.Dispose();
        guest.Server.Dispose();

        Assert.Empty(guest.Partition.Ports.Map.Snapshot());
        Assert.Empty(guest.Partition.Ports.GuestPorts());
        Assert.Null(guest.Partition.Monitors!.Page(Vtl.Vtl0).Pages);
        Assert.Equal(0, guest.Partition.Monitors.Page(Vtl.Vtl0).Monitors.Count);
        Assert.Equal(0x12, guest.Post(Messages.Make(3, 8)).Value);
    }

    [Fact]
    public void Dispose_PartitionGoneAlready_Works()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false });
        guest.Connect(VmBusVersion.V53, monitorPages: true);
        guest.RequestOffers();
        guest.CreateGpadl(1, 7, new GuestRings(guest.Partition.Memory, 1).Pages);
        guest.Open(1, 7, 2);

        guest.Partition.Dispose();
        Assert.NotNull(guest.Server.Snapshot().Connection);
        guest.Server.Dispose();

        Assert.Empty(guest.Partition.Ports.Map.Snapshot());
    }

    [Fact]
    public async Task Commands_AfterDispose_Throw()
    {
        using var guest = new VmBusGuest();
        guest.Server.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => guest.Server.RescindAsync(1));
    }

    [Fact]
    public void OwnersInThePortTable_SayWhoTheyAre()
    {
        using var guest = new VmBusGuest();

        Assert.Equal(
            [(1U, "vmbus control"), (4U, "vmbus control")],
            guest.Partition.Ports.Map.Snapshot().Select(p => (p.Connection.Value, p.Owner)));
    }

    [Fact]
    public async Task Device_ThatThrows_LosesItsChannelAndNothingElse()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false, Echo = false, MonitorIds = false });
        Assert.Equal(1U, await guest.Server.OfferAsync(new BrokenDevice()));

        guest.OpenEcho();

        VmBusGuest.Until(() => guest.Server.Snapshot().RingFaults[VmBusRingFault.DeviceFailed] == 1);
        guest.Send(Messages.Make(7, 12, 1));
        guest.Connect(VmBusVersion.V53);
        Assert.Single(guest.RequestOffers());
    }

    [Fact]
    public async Task Summary_FollowsTheGuestsWay()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false });
        Assert.Equal("waiting", guest.Server.Snapshot().ToSummary().State);

        guest.Send(Messages.Contact(new VmBusVersion(0x00090000)));
        guest.Receive();
        await guest.Server.DrainAsync();
        Assert.Equal("refused", guest.Server.Snapshot().ToSummary().State);

        guest.Connect(VmBusVersion.V60, targetInfo: 4UL << 32 | 2, monitorPages: true);
        guest.RequestOffers();
        guest.CreateGpadl(1, 7, new GuestRings(guest.Partition.Memory, 1).Pages);
        guest.Open(1, 7, 2);
        await guest.Server.DrainAsync();
        var open = guest.Server.Snapshot().ToSummary();
        Assert.Equal(("connected", "6.0", "0x4"), (open.State, open.Connection!.Version, open.Connection.MessageConnection));
        Assert.Equal(["modify_connection"], open.Connection.Features);
        Assert.Equal(("0x8000", "0x9000"), (open.Connection.ParentToChildPage, open.Connection.ChildToParentPage));
        Assert.Equal(["contact", "version_agreed", "offers_sent", "channel_open"], open.Milestones.Where(m => m.At is not null).Select(m => m.Name));
        var channel = Assert.Single(open.Channels);
        Assert.Equal(("echo", "open", "0x2001", 0), (channel.Name, channel.State, channel.Connection, channel.MonitorId!.Value));
        Assert.Equal((4096U, 0U, "0x7"), (channel.Open!.Incoming.Size, channel.Open.Outgoing.In, channel.Open.RingGpadl));
        Assert.NotNull(channel.Echo);
        Assert.Null(channel.Heartbeat);
        Assert.Equal(1, open.Refusals["unsupported_version"]);

        guest.Send(Messages.Make(16, 8));
        guest.Receive();
        await guest.Server.DrainAsync();
        var unloaded = guest.Server.Snapshot().ToSummary();
        Assert.Equal(("unloaded", "offered"), (unloaded.State, unloaded.Channels[0].State));
        Assert.Null(unloaded.Connection);
    }

    [Theory]
    [InlineData("5.3", 0x00050003)]
    [InlineData("4.1", 0x00040001)]
    [InlineData("5.9", 0)]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    public void Version_FromText_IsOneThatExists(string? text, uint value)
    {
        Assert.Equal(value != 0, VmBusVersion.TryParse(text, out var version));
        Assert.Equal(value, version.Value);
    }

    private static VmBusServer Create(EmulatedPartition partition, VmBusOptions options) =>
        new(partition.Ports, partition.Memory, options, TimeProvider.System, NullLogger.Instance);

    private sealed class BrokenDevice : IVmBusChannelDevice
    {
        public VmBusOffer Offer { get; } = new("broken", Guid.NewGuid(), Guid.NewGuid());

        public VmBusDeviceState? State => null;

        public void Opened(IVmBusChannel channel) => throw new InvalidOperationException("broken");

        public bool TryTakePacket(IVmBusChannel channel, RingPacket packet) => true;

        public void Woken(IVmBusChannel channel)
        {
        }

        public void Closed()
        {
        }
    }
}
