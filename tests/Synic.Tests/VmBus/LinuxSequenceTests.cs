using Synic.VmBus;

namespace Synic.Tests.VmBus;

/// <summary>What a stock Linux kernel was seen to post, and what it has to get, byte for byte.</summary>
public sealed class LinuxSequenceTests
{
    private const string Interface = "394f1657 1591784e ab55382f 3bd5422d";
    private const string Instance = "919e14fd e0827d4a afa62a41 66cbd7c0";

    [Fact]
    public async Task BootAndUnload_TwiceOver_AreAnsweredByteForByte()
    {
        using var guest = new VmBusGuest(new VmBusOptions { Echo = false, MonitorIds = false });
        for (var load = 0; load < 2; load++)
        {
            Exchange(
                guest, $"0e000000 00000000 03000500 00000000 02000000 00000000 {Page(0x8000)} {Page(0x9000)}",
                "0f000000 00000000 01000000 04000000");
            Exchange(
                guest, "03000000 00000000",
                $"01000000 00000000 {Interface} {Instance} {Zeros(16)} 1000 0000 04000000 {Zeros(116)} 0000 0000 01000000 ff 00 0100 01200000",
                "04000000 00000000");

            var rings = new GuestRings(guest.Partition.Memory, 3);
            Exchange(
                guest,
                $"08000000 00000000 01000000 101e0e00 4800 0100 00800000 00000000 {string.Concat(rings.Pages.Select(Page))}",
                "0a000000 00000000 01000000 101e0e00 00000000");
            Exchange(
                guest, $"05000000 00000000 01000000 01000000 101e0e00 00000000 04000000 {Zeros(120)}",
                "06000000 00000000 01000000 01000000 00000000");
            Beat(guest, rings);

            Exchange(guest, "16000000 00000000 01000000 01000000", "18000000 00000000 01000000 00000000");
            Exchange(guest, "07000000 00000000 01000000");
            Exchange(guest, "0b000000 00000000 01000000 101e0e00", "0c000000 00000000 101e0e00");
            Exchange(guest, "10000000 00000000", "11000000 00000000");
            Exchange(guest, "0d000000 00000000 01000000");
            Assert.Empty(await guest.ReceiveAllAsync());
        }

        var now = guest.Server.Snapshot();
        Assert.Equal(0, now.Refusals.Values.Sum());
        Assert.Equal(0, now.RingFaults.Values.Sum());
        Assert.NotNull(now.Milestones.Unloaded);
        Assert.Null(now.Connection);
        Assert.Single(now.Channels);
    }

    /// <summary>hv_utils answers in the buffer that it received, after it freed it.</summary>
    private static void Beat(VmBusGuest guest, GuestRings rings)
    {
        var negotiate = rings.Receive(guest).Payload;
        negotiate[25] = 5;
        negotiate[18] = 0x10;
        Messages.Hex("0100 0100 00000000 03000000 03000000").CopyTo(negotiate, 28);
        if (rings.Send(negotiate))
        {
            Assert.True(guest.Signal(0x2001).IsSuccess);
        }

        var beat = rings.Receive(guest).Payload;
        beat[25] = 5;
        beat[28]++;
        if (rings.Send(beat))
        {
            Assert.True(guest.Signal(0x2001).IsSuccess);
        }

        VmBusGuest.Until(() => guest.Server.Snapshot().Channels[0].Device is VmBusHeartbeatState { Answered: 1 });
    }

    private static void Exchange(VmBusGuest guest, string sent, params string[] answers)
    {
        guest.Send(Messages.Hex(sent));
        foreach (var answer in answers)
        {
            Assert.Equal(Messages.Hex(answer), guest.Receive());
        }
    }

    private static string Zeros(int bytes) => new('0', 2 * bytes);

    private static string Page(ulong value) => Convert.ToHexString(BitConverter.GetBytes(value));
}
