using System.Buffers.Binary;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Hypercalls;

public sealed class DirectHypercallTests
{
    private static readonly HypercallControl s_post = HypercallControl.Simple(HypercallCode.PostMessageDirect);
    private static readonly HypercallControl s_signal = HypercallControl.Simple(HypercallCode.SignalEventDirect);

    private readonly HypercallBench _bench = new();

    [Theory]
    [InlineData(3UL, 0, 0x0D)]             // another partition
    [InlineData(ulong.MaxValue, 1, 0x06)]  // above the caller
    [InlineData(ulong.MaxValue, 2, 0x06)]
    [InlineData(ulong.MaxValue, 3, 0x05)]  // no such VTL
    [InlineData(ulong.MaxValue, 255, 0x05)]
    public void Direct_TargetOutOfReach_IsRefusedAndTouchesNothing(ulong partition, byte vtl, ushort expected)
    {
        _bench.WriteTarget(partition, vp: 0, vtl);

        var post = _bench.Slow(s_post).Status;
        var signal = _bench.Slow(s_signal).Status;

        Assert.Equal(new HvStatus(expected), post);
        Assert.Equal(new HvStatus(expected), signal);
        Assert.Empty(_bench.Synic.Posts);
        Assert.Empty(_bench.Synic.Signals);
    }

    [Theory]
    [InlineData(GuestPostResult.Delivered, 0x00)]
    [InlineData(GuestPostResult.Deferred, 0x00)]
    [InlineData(GuestPostResult.QueueFull, 0x13)]
    [InlineData(GuestPostResult.Masked, 0x18)]
    [InlineData(GuestPostResult.InvalidVp, 0x0E)]
    [InlineData(GuestPostResult.InvalidSint, 0x05)]
    [InlineData(GuestPostResult.InvalidMessage, 0x05)]
    [InlineData(GuestPostResult.PartitionGone, 0x07)]
    public void PostDirect_ResultOfTheSynic_BecomesAStatus(GuestPostResult result, ushort expected)
    {
        _bench.Synic.PostResult = result;
        WritePost(payloadSize: 4);

        Assert.Equal(new HvStatus(expected), _bench.Slow(s_post).Status);
    }

    [Theory]
    [InlineData(GuestSignalResult.Interrupt, 0x00)]
    [InlineData(GuestSignalResult.Coalesced, 0x00)]
    [InlineData(GuestSignalResult.SControlDisabled, 0x18)]
    [InlineData(GuestSignalResult.SiefpDisabled, 0x18)]
    [InlineData(GuestSignalResult.Masked, 0x18)]
    [InlineData(GuestSignalResult.InvalidVp, 0x0E)]
    [InlineData(GuestSignalResult.InvalidSint, 0x05)]
    [InlineData(GuestSignalResult.InvalidFlag, 0x05)]
    [InlineData(GuestSignalResult.PartitionGone, 0x07)]
    public void SignalDirect_ResultOfTheSynic_BecomesAStatusAndOutputOnSuccessOnly(GuestSignalResult result, ushort expected)
    {
        _bench.Synic.SignalResult = result;
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Output), [9]);
        _bench.WriteTarget();

        var status = _bench.Slow(s_signal).Status;

        Assert.Equal(new HvStatus(expected), status);
        var newlySignaled = result == GuestSignalResult.Interrupt ? 1 : 0;
        Assert.Equal(expected == 0 ? newlySignaled : 9, _bench.Read(HypercallBench.Output, 1)[0]);
    }

    [Theory]
    [InlineData(241)]
    [InlineData(255)]
    public void PostDirect_PayloadTooLong_IsRefused(byte size)
    {
        WritePost(size);

        Assert.Equal(HvStatus.InvalidParameter, _bench.Slow(s_post).Status);
        Assert.Empty(_bench.Synic.Posts);
    }

    [Fact]
    public void PostDirect_InRegisters_NeverFits() =>
        Assert.Equal(HvStatus.InvalidHypercallInput, _bench.Fast(s_post, new byte[112]).Status);

    [Fact]
    public void PostDirect_OwnVp_ReachesTheSint()
    {
        WritePost(payloadSize: 4, vtl: 1);

        var result = _bench.Slow(s_post, vtl: Vtl.Vtl2);

        Assert.Equal(0UL, result.Value);
        var (vtl, vp, sint, type, payload) = Assert.Single(_bench.Synic.Posts);
        Assert.Equal((Vtl.Vtl1, new VpIndex(1), new SintIndex(5), 0x77u), (vtl, vp, sint, type));
        Assert.Equal("pong"u8.ToArray(), payload);
    }

    [Fact]
    public void SignalDirect_GivenVp_ReachesTheFlag()
    {
        _bench.WriteTarget(vp: 300);
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Input + 13), [200, 0xFF, 0xFF]);

        _bench.Slow(s_signal);

        Assert.Equal((Vtl.Vtl0, new VpIndex(300), new SintIndex(200), ushort.MaxValue), Assert.Single(_bench.Synic.Signals));
    }

    private void WritePost(byte payloadSize, byte vtl = 0)
    {
        _bench.WriteTarget(vtl: vtl);
        var rest = new byte[PostMessageDirectInput.Size - 16];
        rest[0] = 5;
        BinaryPrimitives.WriteUInt32LittleEndian(rest.AsSpan(4), 0x77);
        rest[8] = payloadSize;
        "pong"u8.CopyTo(rest.AsSpan(20));
        _bench.Memory.TryWrite(new Gpa(HypercallBench.Input + 16), rest);
    }
}
