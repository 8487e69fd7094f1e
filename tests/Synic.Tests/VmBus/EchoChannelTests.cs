using Synic.Hv;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>Traffic through real rings; channel 1 is the echo channel.</summary>
public sealed class EchoChannelTests : IDisposable
{
    private const uint Event = 0x2001;

    private readonly VmBusGuest _guest = new(new VmBusOptions { Heartbeat = false, MonitorIds = false });

    public void Dispose() => _guest.Dispose();

    [Theory]
    [InlineData(VmBusRingFault.InvalidIndex, 0, 4096U)]
    [InlineData(VmBusRingFault.InvalidIndex, 0, 4U)]
    [InlineData(VmBusRingFault.InvalidIndex, 0, 0xFFFFFFFFU)]
    [InlineData(VmBusRingFault.PacketLength, 0, 8U)]  // less than a packet can be
    [InlineData(VmBusRingFault.PacketLength, 0, 16U)]
    public void Index_ThatCannotBe_EndsTheChannel(VmBusRingFault fault, int offset, uint value)
    {
        var rings = _guest.OpenEcho();

        rings.Control(GuestRings.Upstream, offset, value);

        AssertFaulted(fault);
    }

    [Theory]
    [InlineData(VmBusRingFault.PacketLength, 6, 2, 0, 0)]      // nothing
    [InlineData(VmBusRingFault.PacketLength, 6, 2, 1, 0)]      // less than its header
    [InlineData(VmBusRingFault.PacketLength, 6, 2, 5, 0)]      // more than was written
    [InlineData(VmBusRingFault.PacketLength, 6, 2, 0xFFFF, 0)] // more than the ring
    [InlineData(VmBusRingFault.PacketOffset, 6, 0, 4, 0)]
    [InlineData(VmBusRingFault.PacketOffset, 6, 1, 4, 0)]
    [InlineData(VmBusRingFault.PacketOffset, 6, 5, 4, 0)]
    [InlineData(VmBusRingFault.PacketOffset, 6, 0xFFFF, 4, 0)]
    [InlineData(VmBusRingFault.PacketFlags, 6, 2, 4, 2)]
    [InlineData(VmBusRingFault.PacketFlags, 6, 2, 4, 0xFFFF)]
    [InlineData(VmBusRingFault.PacketType, 0, 2, 4, 0)]
    [InlineData(VmBusRingFault.PacketType, 8, 2, 4, 0)]
    [InlineData(VmBusRingFault.PacketType, 0xFFFF, 2, 4, 0)]
    public void Packet_ThatLies_EndsTheChannel(VmBusRingFault fault, ushort type, ushort offset, ushort length, ushort flags)
    {
        var rings = _guest.OpenEcho();
        var packet = new byte[40];
        new PacketDescriptor((PacketType)type, offset, length, flags, 1).Write(packet);

        rings.SendRaw(packet);

        AssertFaulted(fault);
    }

    [Fact]
    public void Packet_LongerThanAnyChannelTakes_EndsTheChannel()
    {
        var rings = _guest.OpenEcho(dataPages: 24);

        rings.Send(new byte[IncomingRing.MaxPacket]);

        AssertFaulted(VmBusRingFault.PacketTooLarge);
    }

    [Theory]
    [InlineData(4096U)]
    [InlineData(12U)]
    public void ReadIndex_OfTheOtherRing_ThatCannotBe_EndsTheChannel(uint value)
    {
        var rings = _guest.OpenEcho();

        rings.Control(rings.Downstream, 4, value);
        rings.Send([1]);

        AssertFaulted(VmBusRingFault.InvalidIndex);
    }

    [Fact]
    public async Task Fault_ClosedAndOpenedAgain_IsServedAgain()
    {
        var rings = _guest.OpenEcho();
        rings.Control(GuestRings.Upstream, 0, 4);
        AssertFaulted(VmBusRingFault.InvalidIndex);
        _guest.Send(Messages.Open(1, 100, 2)); // still open as far as the guest knows
        Assert.Empty(await _guest.ReceiveAllAsync());

        _guest.Send(Messages.Make(7, 12, 1));
        rings = new GuestRings(_guest.Partition.Memory, 1);
        Assert.Equal(0U, _guest.Open(1, 100, 2));

        ChannelTests.Echo(_guest, rings);
    }

    [Fact]
    public void Packets_ManyTimesAroundTheRing_ComeBackAsTheyWere()
    {
        var rings = _guest.OpenEcho(dataPages: 2);
        var random = new Random(7);
        for (var i = 0UL; i < 500; i++)
        {
            var payload = new byte[8 * random.Next(0, 120)];
            random.NextBytes(payload);
            if (rings.Send(payload, transaction: i))
            {
                _guest.Signal(Event);
            }

            var answer = rings.Receive(_guest);
            Assert.Equal(i, answer.Transaction);
            Assert.Equal(payload, answer.Payload);
        }

        // The receiver frees a packet before the sender of its echo can know: the counts are exact.
        VmBusGuest.Until(() => _guest.Server.Snapshot().Channels[0].Open!.PacketsIn == 500);
        Assert.Equal(500, _guest.Server.Snapshot().Channels[0].Open!.PacketsOut);
    }

    [Fact]
    public void Packet_WithPayloadThatIsNoMultipleOf8_IsEchoedWithItsPadding()
    {
        var rings = _guest.OpenEcho();

        if (rings.Send([1, 2, 3]))
        {
            _guest.Signal(Event);
        }

        Assert.Equal([1, 2, 3, 0, 0, 0, 0, 0], rings.Receive(_guest).Payload);
    }

    [Fact]
    public void Packet_ThatAsksForCompletion_GetsEchoAndCompletion()
    {
        var rings = _guest.OpenEcho();

        if (rings.Send([9], transaction: 55, flags: 1))
        {
            _guest.Signal(Event);
        }

        Assert.Equal((6, 55UL), Key(rings.Receive(_guest)));
        var completion = rings.Receive(_guest);
        Assert.Equal((0xB, 55UL), Key(completion));
        Assert.Empty(completion.Payload);

        static (ushort, ulong) Key(GuestPacket packet) => (packet.Type, packet.Transaction);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(0xB)]
    public void Packet_OfAnotherKnownType_IsCountedAndNotEchoed(ushort type)
    {
        var rings = _guest.OpenEcho();

        rings.Send([1], type: type);
        rings.Send([2], transaction: 2);
        _guest.Signal(Event);

        Assert.Equal(2UL, rings.Receive(_guest).Transaction);
        Assert.Equal(1, Assert.IsType<VmBusEchoState>(_guest.Server.Snapshot().Channels[0].Device).Ignored);
    }

    [Fact]
    public void Echoes_GuestDoesNotRead_StallsAndLosesNothing()
    {
        var rings = _guest.OpenEcho();
        var sent = 0UL;
        // The guest's ring of echoes fills up, then its own: then it has to stop.
        var blocked = false;
        while (!blocked)
        {
            var @in = rings.Control(GuestRings.Upstream, 0);
            var @out = rings.Control(GuestRings.Upstream, 4);
            var free = (@out > @in ? @out - @in : rings.Size - (@in - @out)) - 8;
            if (free >= 224)
            {
                rings.Send(new byte[200], transaction: ++sent);
                _guest.Signal(Event);
            }

            blocked = free < 224 && rings.Control(rings.Downstream, 12) != 0;
        }

        for (var i = 1UL; i <= sent; i++)
        {
            Assert.Equal(i, rings.Receive(_guest).Transaction);
            _guest.Signal(Event); // as a guest does when the host waits for room
        }

        Assert.True(sent > 30);
        Assert.Equal(0U, rings.Control(rings.Downstream, 12));
        Assert.True(((VmBusEchoState)_guest.Server.Snapshot().Channels[0].Device!).Stalled > 0);
    }

    [Fact]
    public void Packets_MoreThanOneRunTakes_AllComeBackForOneSignal()
    {
        var rings = _guest.OpenEcho(dataPages: 3);
        for (var i = 0UL; i < 300; i++)
        {
            rings.Send(new byte[8], transaction: i);
        }

        _guest.Signal(Event);

        for (var i = 0UL; i < 300; i++)
        {
            Assert.Equal(i, rings.Receive(_guest).Transaction);
        }
    }

    [Fact]
    public async Task Packet_WrittenWhileSignalsAreMasked_IsFoundWithoutOne()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Heartbeat = false, Echo = false, MonitorIds = false });
        var device = new LateDevice();
        await guest.Server.OfferAsync(device);
        device.Rings = guest.OpenEcho();
        VmBusGuest.Until(() => device.Channel is not null);

        device.Channel!.Wake();

        VmBusGuest.Until(() => device.Taken == 1);
        Assert.False(device.WantedSignal);
    }

    [Fact]
    public void GuestWaitsForRoom_HostReads_IsSignalled()
    {
        var rings = _guest.OpenEcho();
        for (var i = 0; i < 18; i++)
        {
            rings.Send(new byte[200]); // 18 x 224 bytes: full but for 56
        }

        rings.Control(GuestRings.Upstream, 12, 224);
        rings.Control(rings.Downstream, 8, 1); // no signals for data: the one that comes is for room
        _guest.Signal(Event);

        _guest.WaitFlag(1);
        Assert.True(_guest.Server.Snapshot().Channels[0].Open!.SignalsOut >= 1);
    }

    [Fact]
    public void Signal_WithNothingInTheRing_DoesNothing()
    {
        var rings = _guest.OpenEcho();

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(HvStatus.Success, _guest.Signal(Event));
        }

        ChannelTests.Echo(_guest, rings);
        Assert.True(_guest.Server.Snapshot().Channels[0].Open!.SignalsIn >= 100);
    }

    private void AssertFaulted(VmBusRingFault fault)
    {
        VmBusGuest.Until(() => _guest.Signal(Event).Value == 0x12); // unregistered once it is no longer served
        var now = _guest.Server.Snapshot();
        Assert.Equal(VmBusChannelState.Faulted, now.Channels[0].State);
        Assert.Equal(fault, now.Channels[0].Open!.Fault);
        Assert.Equal(1, now.RingFaults[fault]);
        Assert.Equal(1, now.RingFaults.Values.Sum());
    }

    /// <summary>Has the guest write a packet after the ring was found empty, before signals are wanted again.</summary>
    private sealed class LateDevice : IVmBusChannelDevice
    {
        public volatile IVmBusChannel? Channel;
        public volatile int Taken;
        public volatile bool WantedSignal;

        public GuestRings? Rings { get; set; }

        public VmBusOffer Offer { get; } = new("late", Guid.NewGuid(), Guid.NewGuid());

        public VmBusDeviceState? State => null;

        public void Opened(IVmBusChannel channel) => Channel = channel;

        public bool TryTakePacket(IVmBusChannel channel, RingPacket packet)
        {
            Taken++;
            return true;
        }

        public void Woken(IVmBusChannel channel) => WantedSignal = Rings!.Send([1]);

        public void Closed()
        {
        }
    }
}
