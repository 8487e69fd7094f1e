using Synic.Hv;
using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>A guest that does not take its messages, and one that posts faster than it is answered.</summary>
public sealed class BackPressureTests
{
    private static readonly VmBusOptions s_options = new() { MonitorIds = false };

    [Fact]
    public async Task Guest_ThatDoesNotFreeItsSlot_IsHeldUpAndLosesNothing()
    {
        using var guest = new VmBusGuest(s_options, queueCapacity: 4);
        guest.Connect(VmBusVersion.V53);

        var posted = FillUp(guest);
        Assert.Equal(64U + 4 + 1 + 1, posted); // waiting here, waiting for the slot, in it, and one in between
        Assert.Equal(HvStatus.InsufficientBuffers, guest.Post(Ask(0)));

        for (var id = 0U; id < posted; id++)
        {
            Assert.Equal(id, Messages.UInt32(guest.Receive(), 12));
        }

        await guest.Server.DrainAsync();
        Assert.False(guest.Server.Snapshot().Traffic.Blocked);
        guest.Send(Ask(7777));
        Assert.Equal(7777U, Messages.UInt32(guest.Receive(), 12));
        Assert.Null(guest.TryReceive());
    }

    [Fact]
    public async Task HostsOwnMessage_BehindABlockedGuest_ComesInItsTurn()
    {
        using var guest = new VmBusGuest(s_options, queueCapacity: 4);
        guest.Connect(VmBusVersion.V53);
        guest.RequestOffers();
        var posted = FillUp(guest);

        var rescind = guest.Server.RescindAsync(1);
        Assert.False(rescind.IsCompleted);
        var types = new List<byte>();
        while (types.Count <= posted)
        {
            types.Add(guest.Receive()[0]);
        }

        Assert.True(await rescind);
        Assert.Equal(posted, (uint)types.Count(t => t == 10));
        Assert.Single(types, (byte)2);
    }

    [Fact]
    public void Snapshot_WhileTheGuestIsHeldUp_DoesNotWait()
    {
        using var guest = new VmBusGuest(s_options, queueCapacity: 1);
        guest.Connect(VmBusVersion.V53);
        FillUp(guest);

        var now = guest.Server.Snapshot();

        Assert.Equal((true, 64), (now.Traffic.Blocked, now.Traffic.Waiting));
        Assert.True(now.Traffic.Busy > 0);
        Assert.NotNull(now.Connection);
    }

    [Fact]
    public void Dispose_WhileTheGuestIsHeldUp_Ends()
    {
        var guest = new VmBusGuest(s_options, queueCapacity: 1);
        guest.Connect(VmBusVersion.V53);
        FillUp(guest);

        guest.Dispose();

        Assert.Empty(guest.Partition.Ports.Map.Snapshot());
    }

    [Fact]
    public void Channels_WhileControlMessagesAreHeldUp_GoOn()
    {
        using var guest = new VmBusGuest(s_options with { Heartbeat = false }, queueCapacity: 1);
        var rings = guest.OpenEcho();
        FillUp(guest);

        ChannelTests.Echo(guest, rings);

        Assert.True(guest.Server.Snapshot().Traffic.Blocked);
    }

    /// <summary>Posts until nothing more is taken: the worker waits for the slot, and its queue is full.</summary>
    private static uint FillUp(VmBusGuest guest)
    {
        var posted = 0U;
        VmBusGuest.Until(() =>
        {
            while (guest.Post(Ask(posted)) == HvStatus.Success)
            {
                posted++;
            }

            // Two pictures: once it is blocked it stays so, and only then the count stands still.
            return guest.Server.Snapshot().Traffic.Blocked && guest.Server.Snapshot().Traffic.Waiting == 64;
        });
        return posted;
    }

    /// <summary>A message that has exactly one answer, which carries its number.</summary>
    private static byte[] Ask(uint number) => Messages.GpadlHeader(999, number, 16, 1, 4096, 5);
}
