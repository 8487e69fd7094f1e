using Synic.Hv;
using Synic.Ports.Handlers;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>Opening, moving, closing and taking back of channels; channel 1 is the echo channel.</summary>
public sealed class ChannelTests
{
    private const uint Event = 0x2001;

    private static readonly VmBusOptions s_options = new() { Heartbeat = false, MonitorIds = false };

    [Theory]
    [InlineData(0U)]  // no page before it
    [InlineData(1U)]  // upstream without data
    [InlineData(3U)]  // downstream without data
    [InlineData(4U)]
    [InlineData(0xFFFFFFFFU)]
    [InlineData(0x80000000U)]
    public void Open_DownstreamPageThatCannotBe_Fails(uint downstream)
    {
        using var guest = Connected();
        guest.CreateGpadl(1, 7, 5, 6, 7, 8);

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, downstream));

        Assert.Equal(1, guest.Refused(VmBusRefusal.RingInvalid));
        Assert.Equal(0x12, guest.Signal(Event).Value);
    }

    [Fact]
    public async Task Open_GpadlOfTwoRangesOrWithAnOffset_Fails()
    {
        using var guest = Connected();
        guest.Send(Messages.Gpadl(1, 7, [8192, 8192], [[5, 6], [7, 8]])[0]);
        guest.Send(Messages.GpadlHeader(1, 8, 48, 1, 8UL << 32 | 4 * 4096, 5, 6, 7, 8, 9));
        guest.Send(Messages.GpadlHeader(1, 9, 40, 1, (4 * 4096) - 8, 5, 6, 7, 8));
        Assert.All(await guest.ReceiveAllAsync(), m => Assert.Equal(0U, Messages.UInt32(m, 16)));

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, 2));
        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 8, 2));
        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 9, 2));
    }

    [Theory]
    [InlineData(0, 0, 4096U)]
    [InlineData(0, 4, 4U)]
    [InlineData(2, 0, 0xFFFFFFF8U)]
    [InlineData(2, 4, 4096U)]
    public void Open_IndicesThatCannotBe_Fails(int page, int offset, uint value)
    {
        using var guest = Connected();
        var rings = new GuestRings(guest.Partition.Memory, 1);
        rings.Control(page, offset, value);
        guest.CreateGpadl(1, 7, rings.Pages);

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, 2));
        Assert.Equal(1, guest.Refused(VmBusRefusal.RingInvalid));
    }

    [Fact]
    public async Task Open_UnfinishedOrUnknownGpadlOrChannel_Fails()
    {
        using var guest = Connected();
        guest.Send(Messages.GpadlHeader(1, 7, 40, 1, 4 * 4096, 5, 6));
        await guest.ReceiveAllAsync();

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, 2));
        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 8, 2));
        Assert.Equal(VmBusGuest.Failure, guest.Open(2, 7, 2));
        Assert.Equal(1, guest.Refused(VmBusRefusal.UnknownChannel));
    }

    [Fact]
    public void Open_BeforeOffersWereAskedFor_Fails()
    {
        using var guest = new VmBusGuest(s_options);
        guest.Connect(VmBusVersion.V53);

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, 2));
    }

    [Fact]
    public async Task Open_Twice_IsIgnoredTheSecondTime()
    {
        using var guest = new VmBusGuest(s_options);
        var rings = guest.OpenEcho();

        guest.Send(Messages.Open(1, 100, 2));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.ChannelState));
        Echo(guest, rings);
    }

    [Fact]
    public void Open_VpThatDoesNotExist_Fails()
    {
        using var guest = new VmBusGuest(s_options with { VpCount = 2 });
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        guest.CreateGpadl(1, 7, new GuestRings(guest.Partition.Memory, 1).Pages);

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, 2, vp: 2));
        Assert.Equal(1, guest.Refused(VmBusRefusal.InvalidTarget));
    }

    [Fact]
    public void Open_SomebodyElseHasItsConnection_FailsUntilItIsFree()
    {
        using var guest = Connected();
        guest.CreateGpadl(1, 7, new GuestRings(guest.Partition.Memory, 1).Pages);
        using var port = new CounterPort(fastPath: false);
        var taken = guest.Partition.Ports.AddEventPort(new ConnectionId(Event), Vtl.Vtl0, port, "test");

        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 7, 2));
        Assert.Equal(1, guest.Refused(VmBusRefusal.PortRefused));
        taken.Dispose();

        Assert.Equal(0U, guest.Open(1, 7, 2));
    }

    [Fact]
    public void Open_ResultHeldUp_PortIsThereAndTheChannelStartsWithTheResult()
    {
        using var guest = new VmBusGuest(s_options, queueCapacity: 1);
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        var rings = new GuestRings(guest.Partition.Memory, 1);
        guest.CreateGpadl(1, 7, rings.Pages);
        guest.Send(Messages.GpadlHeader(999, 1, 16, 1, 4096, 5)); // its answer takes the slot,
        guest.Send(Messages.GpadlHeader(999, 2, 16, 1, 4096, 5)); // and this one the queue

        guest.Send(Messages.Open(1, 7, 2));
        VmBusGuest.Until(() => guest.Server.Snapshot().Traffic.Blocked);

        Assert.Contains(
            guest.Partition.Ports.Map.Snapshot(), p => p.Connection.Value == Event && p.Owner == "vmbus channel");
        Assert.Contains(guest.Partition.Ports.GuestPorts(), p => p is { IsMessage: false, Flag: 1 });
        rings.Send([7]);
        for (var i = 0; i < 5000; i++)
        {
            Assert.Equal(HvStatus.Success, guest.Signal(Event));
            Assert.Equal(0U, rings.Control(GuestRings.Upstream, 4)); // nobody reads yet, however often it is asked
        }

        Assert.Equal([10, 10, 6], new[] { guest.Receive()[0], guest.Receive()[0], guest.Receive()[0] });
        Assert.Equal(7, rings.Receive(guest).Payload[0]);
    }

    [Fact]
    public async Task Close_UnregistersThePortAndAnswersNothing()
    {
        using var guest = new VmBusGuest(s_options);
        guest.OpenEcho();
        Assert.Equal(HvStatus.Success, guest.Signal(Event));

        guest.Send(Messages.Make(7, 12, 1));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(0x12, guest.Signal(Event).Value);
        Assert.Equal(VmBusChannelState.Offered, guest.Server.Snapshot().Channels[0].State);
        Assert.Equal(0U, guest.Open(1, 100, 2)); // the GPADL is still there
    }

    [Theory]
    [InlineData(0U, VmBusRefusal.UnknownChannel)]
    [InlineData(9U, VmBusRefusal.UnknownChannel)]
    [InlineData(1U, VmBusRefusal.ChannelState)]
    public async Task Close_NotOpen_IsCounted(uint channel, VmBusRefusal reason)
    {
        using var guest = Connected();

        guest.Send(Messages.Make(7, 12, channel));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(reason));
    }

    [Fact]
    public async Task Teardown_OfTheRingsOfAnOpenChannel_IsRefused()
    {
        using var guest = new VmBusGuest(s_options);
        var rings = guest.OpenEcho();

        guest.Send(Messages.Make(11, 16, 1, 100));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.GpadlInUse));
        Echo(guest, rings);
    }

    [Fact]
    public void ModifyChannel_MovesTheSignalsAndAnswersOnTheContactsVp()
    {
        using var guest = new VmBusGuest(s_options);
        var rings = guest.OpenEcho();

        guest.Send(Messages.Make(22, 16, 1, 1));

        Assert.Equal(Messages.Make(24, 16, 1, 0), guest.Receive(vp: 0));
        if (rings.Send([1, 2, 3]))
        {
            guest.Signal(Event);
        }

        guest.WaitFlag(1, vp: 1);
        Assert.NotNull(rings.TryReceive());
        Assert.False(guest.TakeFlag(1, vp: 0));
        Assert.Equal(1U, guest.Server.Snapshot().Channels[0].Open!.TargetVp);
    }

    [Fact]
    public async Task ModifyChannel_Before53_IsNotAnswered()
    {
        using var guest = new VmBusGuest(s_options);
        guest.OpenEcho(version: VmBusVersion.V41);

        guest.Send(Messages.Make(22, 16, 1, 1));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1U, guest.Server.Snapshot().Channels[0].Open!.TargetVp);
    }

    [Theory]
    [InlineData(9U, 0U, VmBusRefusal.UnknownChannel)]
    [InlineData(1U, 0U, VmBusRefusal.ChannelState)]
    public void ModifyChannel_NotOpen_AnswersFailure(uint channel, uint vp, VmBusRefusal reason)
    {
        using var guest = Connected();

        guest.Send(Messages.Make(22, 16, channel, vp));

        Assert.Equal(Messages.Make(24, 16, channel, VmBusGuest.Failure), guest.Receive());
        Assert.Equal(1, guest.Refused(reason));
    }

    [Fact]
    public async Task Rescind_WhileOpen_EndsTheChannelAndKeepsTheIdUntilReleased()
    {
        using var guest = new VmBusGuest(s_options);
        guest.OpenEcho();

        Assert.True(await guest.Server.RescindAsync(1));
        Assert.Equal(Messages.Make(2, 12, 1), guest.Receive());
        Assert.Equal(0x12, guest.Signal(Event).Value);
        Assert.Equal(2U, await guest.Server.OfferAsync(new EchoDevice()));
        Assert.Equal(2U, Messages.UInt32(guest.Receive(), 184));

        // What Linux does then: close, tear down, release.
        guest.Send(Messages.Make(7, 12, 1));
        guest.Send(Messages.Make(11, 16, 1, 100));
        Assert.Equal(Messages.Make(12, 12, 100), guest.Receive());
        Assert.Equal(VmBusGuest.Failure, guest.Open(1, 100, 2));
        guest.Send(Messages.Make(13, 12, 1));
        await guest.Server.DrainAsync();

        Assert.Equal([2U], guest.Server.Snapshot().Channels.Select(c => c.Id));
        Assert.Equal(1U, await guest.Server.OfferAsync(new EchoDevice()));
    }

    [Fact]
    public async Task Rescind_NotOfferedYetOrUnknown_SaysNothingToTheGuest()
    {
        using var guest = new VmBusGuest(s_options);
        guest.Connect(VmBusVersion.V53);

        Assert.True(await guest.Server.RescindAsync(1));
        Assert.False(await guest.Server.RescindAsync(1));
        Assert.False(await guest.Server.RescindAsync(0));

        Assert.Empty(guest.RequestOffers());
    }

    [Fact]
    public async Task Release_NotRescinded_IsCounted()
    {
        using var guest = Connected();

        guest.Send(Messages.Make(13, 12, 1));
        guest.Send(Messages.Make(13, 12, 5));

        Assert.Empty(await guest.ReceiveAllAsync());
        Assert.Equal(1, guest.Refused(VmBusRefusal.ChannelState));
        Assert.Equal(1, guest.Refused(VmBusRefusal.UnknownChannel));
        Assert.Single(guest.Server.Snapshot().Channels);
    }

    internal static void Echo(VmBusGuest guest, GuestRings rings)
    {
        var payload = Guid.NewGuid().ToByteArray();
        if (rings.Send(payload, transaction: 77))
        {
            Assert.Equal(HvStatus.Success, guest.Signal(Event));
        }

        var answer = rings.Receive(guest);
        Assert.Equal((6, 0, 77UL), (answer.Type, answer.Flags, answer.Transaction));
        Assert.Equal(payload, answer.Payload);
    }

    private static VmBusGuest Connected()
    {
        var guest = new VmBusGuest(s_options);
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        return guest;
    }
}
