using Synic.Hv;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>The other ways by which a channel's two sides signal each other; channel 1 is the echo channel.</summary>
public sealed class ChannelSignalTests
{
    private const uint Event = 0x2001;

    private static readonly VmBusOptions s_options = new() { Heartbeat = false, MonitorIds = false };

    [Fact]
    public void Monitor_GivenToTheGuest_SignalsByTheMonitorPage()
    {
        using var guest = new VmBusGuest(s_options with { MonitorIds = true });
        guest.Connect(VmBusVersion.V53, monitorPages: true);
        var offer = guest.RequestOffers()[0];
        Assert.Equal((0, 1), (offer[188], offer[189]));
        var rings = new GuestRings(guest.Partition.Memory, 1);
        guest.CreateGpadl(1, 7, rings.Pages);
        guest.Open(1, 7, 2);

        rings.Send([7]);
        Assert.True(guest.Partition.Processor(new VpIndex(0)).TryWrite(
            Vtl.Vtl0, new Gpa(VmBusGuest.ChildToParent + 8), BitConverter.GetBytes(1UL << offer[188])));

        Assert.Equal(7, rings.Receive(guest).Payload[0]);
        Assert.Equal(1, guest.Partition.Monitors!.Page(Vtl.Vtl0).Signalled);
    }

    [Fact]
    public void Monitor_InterruptsDisabled_GetsNoMonitorAndNoSignals()
    {
        using var guest = new VmBusGuest(s_options with { MonitorIds = true });
        guest.Connect(VmBusVersion.V53, monitorPages: true);
        guest.RequestOffers();
        var rings = new GuestRings(guest.Partition.Memory, 1);
        guest.CreateGpadl(1, 7, rings.Pages);

        Assert.Equal(0U, guest.Open(1, 7, 2, vp: 0xFFFFFFFF));

        Assert.Equal(0, guest.Partition.Monitors!.Page(Vtl.Vtl0).Monitors.Count);
        rings.Send([7]);
        guest.Signal(Event);
        VmBusGuest.Until(() => rings.Control(rings.Downstream, 0) != 0); // such a guest polls
        Assert.False(guest.TakeFlag(1));
        Assert.Equal(0, guest.Server.Snapshot().Channels[0].Open!.SignalsOut);
    }

    [Fact]
    public void Offers_WithoutMonitorPages_CarryNoMonitor()
    {
        using var guest = new VmBusGuest(s_options with { MonitorIds = true });
        guest.Connect(VmBusVersion.V53);

        var offer = guest.RequestOffers()[0];

        Assert.Equal((255, 0), (offer[188], offer[189]));
    }

    [Fact]
    public void Signal_Before24_GoesThroughTheInterruptPage()
    {
        using var guest = new VmBusGuest(s_options);
        guest.Connect(VmBusVersion.V11, targetInfo: 0xA000);
        guest.RequestOffers();
        var rings = new GuestRings(guest.Partition.Memory, 1);
        guest.CreateGpadl(1, 7, rings.Pages);
        guest.Open(1, 7, 2, vp: 1);

        rings.Send([7]);
        guest.Signal(Event);

        guest.WaitFlag(0, vp: 0);
        Assert.NotNull(rings.TryReceive());
        Assert.True(guest.Partition.Memory.TryReadUInt32(new Gpa(0xA000), out var bits));
        Assert.Equal(1U << 1, bits);
    }
}
