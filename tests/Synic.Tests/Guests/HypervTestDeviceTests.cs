using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Diagnostics;
using Synic.Guests;
using Synic.Hv;
using Synic.Ports.Handlers;

namespace Synic.Tests.Guests;

/// <summary>The test device over an emulated partition: the test is the guest.</summary>
public sealed class HypervTestDeviceTests : IDisposable
{
    private const byte Message = 0x10;
    private const byte Event = 0x20;
    private const byte MessageSint = 8;
    private const byte EventSint = 9;
    private const ulong Simp = 0x4000;
    private const ulong Siefp = 0x5000;
    private const ulong Slot = Simp + (MessageSint * HvMessage.Size);
    private static readonly Gpa s_block = new(0x6000);

    private readonly EmulatedPartition _partition = new(new PartitionOptions { Vps = 2, MemoryBytes = 1 << 20 });
    private readonly HypervTestDevice _device;
    private readonly EmulatedProcessor _vp1;

    public HypervTestDeviceTests()
    {
        _device = new HypervTestDevice(_partition.Ports, _partition.Synic);
        _vp1 = _partition.Processor(new VpIndex(1));
        foreach (var (msr, value) in ((uint, ulong)[])[
            (HvMsr.Simp, Simp | 1), (HvMsr.Siefp, Siefp | 1), (HvMsr.Sint0 + MessageSint, 0xB0), (HvMsr.Sint0 + EventSint, 0xB1),
            (HvMsr.SControl, 1)])
        {
            Assert.True(_vp1.TryWriteMsr(Vtl.Vtl0, msr, value));
        }
    }

    public void Dispose()
    {
        _device.Dispose();
        _partition.Dispose();
    }

    [Fact]
    public void Out_EveryCommandWithEveryTarget_IsFollowedOrCounted()
    {
        for (var command = 0; command < 256; command++)
        {
            for (var target = 0; target < 64; target++)
            {
                Command((byte)command, (byte)(target * 4), (byte)target, (byte)(target / 2));
            }
        }

        Assert.InRange(_device.Ignored, 249 * 64, 256 * 64);
        Assert.InRange(_partition.Ports.Map.Snapshot().Count, 0, 256);
    }

    [Fact]
    public void Access_OfAnotherWidthOrPlace_IsNotTheDevices()
    {
        Assert.False(_device.TryOut(0, [1, 0]));
        Assert.False(_device.TryOut(0, [1]));
        Assert.False(_device.TryOut(1, [1, 0, 0, 0]));
        Assert.False(_device.TryIn(0, new byte[2]));
        byte[] read = [1, 2, 3, 4];
        Assert.True(_device.TryIn(0, read));
        Assert.Equal([0, 0, 0, 0], read);
    }

    [Fact]
    public void SetSint_Routed_InterruptsOnceWithNothingBehindIt()
    {
        Command(1, 0, 1, MessageSint);
        Command(3, 0, 1, MessageSint);

        Assert.Equal(1, _vp1.InterruptCount(Vtl.Vtl0, 0xB0));
        Assert.Equal(0u, Read(Slot));
        Assert.Equal(0, _device.Ignored);
    }

    [Fact]
    public void SetSint_WithoutRouteOrMasked_IsIgnored()
    {
        Command(3, 0, 1, MessageSint);  // never routed
        Command(1, 0, 1, MessageSint);
        Command(2, 0, 1, MessageSint);
        Command(3, 0, 1, MessageSint);  // not any more
        Command(1, 0, 1, 5);
        Command(3, 0, 1, 5);            // masked
        Command(1, 0, 2, MessageSint);  // no such VP
        Command(1, 0, 1, 16);           // no such SINT
        Command(2, 0, 1, 7);            // not there

        Assert.Equal(0, _vp1.InterruptCount(Vtl.Vtl0, 0xB0));
        Assert.Equal(6, _device.Ignored);
    }

    [Fact]
    public void MessageConnection_Posts_AreEchoedOneStagedAndTheNextRefused()
    {
        Command(4, Message, 1, MessageSint);

        Assert.Equal([0, 0, 0x13], Enumerable.Range(1, 3).Select(i => (int)Post((byte)i).Value));

        Assert.Equal(0x1234_5678u, Read(Slot));
        Assert.Equal(0x0108u, Read(Slot + 4)); // eight bytes, and more is waiting
        Assert.Equal(1u, Read(Slot + HvMessage.HeaderSize));
        Assert.Equal(1, _vp1.InterruptCount(Vtl.Vtl0, 0xB0));
    }

    [Fact]
    public void MessageConnection_SlotFreedAndEom_DeliversTheStagedOneAndTakesTheNext()
    {
        Command(4, Message, 1, MessageSint);
        Post(1);
        Post(2);

        FreeSlot();

        Assert.Equal((2u, 0x0008u), (Read(Slot + HvMessage.HeaderSize), Read(Slot + 4)));
        Assert.Equal(2, _vp1.InterruptCount(Vtl.Vtl0, 0xB0));
        Assert.Equal(HvStatus.Success, Post(3)); // staged again
        Assert.Equal(HvStatus.InsufficientBuffers, Post(4));
    }

    [Fact]
    public void EventConnection_SignalledTwice_SetsItsOwnFlagAndInterruptsOnce()
    {
        Command(6, Event, 1, EventSint);

        Assert.Equal([HvStatus.Success, HvStatus.Success], [Signal(Event), Signal(Event)]);

        var flags = Siefp + (EventSint * 256);
        Assert.Equal((0u, 1u), (Read(flags), Read(flags + 4))); // flag 0x20
        Assert.Equal(1, _vp1.InterruptCount(Vtl.Vtl0, 0xB1));
        Assert.Equal(1, _partition.Synic.Counters.Events(EventResult.Coalesced));
    }

    [Fact]
    public void Destroy_Connections_MakesThemUnknownAndThemselvesCreatableAgain()
    {
        for (var round = 0; round < 3; round++)
        {
            Command(4, Message, 1, MessageSint);
            Command(6, Event, 1, EventSint);
            Command(5, Message, 0, 0); // by the connection alone
            Command(7, Event, 0, 0);
        }

        Assert.Equal(HvStatus.InvalidConnectionId, Post(1));
        Assert.Equal(HvStatus.InvalidConnectionId, Signal(Event));
        Assert.Empty(_partition.Ports.GuestPorts());
        Assert.Equal(0, _device.Ignored);
        Command(5, Message, 0, 0);
        Assert.Equal(1, _device.Ignored);
    }

    [Fact]
    public void Create_IdInUse_IsIgnoredAndLeavesNothingBehind()
    {
        var sink = new SinkPort();
        using var handle = _partition.Ports.AddMessagePort(new ConnectionId(Event), Vtl.Vtl0, sink, "test");
        Command(4, Message, 1, MessageSint);
        Command(4, Message, 1, MessageSint); // its own
        Command(6, Message, 1, EventSint);   // of the other kind
        Command(6, Event, 1, EventSint);     // somebody else's

        Assert.Equal(3, _device.Ignored);
        Assert.Single(_partition.Ports.GuestPorts());
        Assert.Equal(2, _partition.Ports.Map.Snapshot().Count);
    }

    [Fact]
    public void Dispose_WithConnections_TakesThemAwayAndFollowsNoMore()
    {
        Command(4, Message, 1, MessageSint);
        Command(6, Event, 1, EventSint);

        _device.Dispose();
        Command(4, Message, 1, MessageSint);
        Command(1, 0, 1, MessageSint);

        Assert.Empty(_partition.Ports.Map.Snapshot());
        Assert.Empty(_partition.Ports.GuestPorts());
        Assert.Equal(2, _device.Ignored);
    }

    private void Command(byte command, byte connection, byte vp, byte sint) =>
        Assert.True(_device.TryOut(0, [sint, vp, command, connection]));

    private HvStatus Post(byte first)
    {
        byte[] block = [Message, 0, 0, 0, 0, 0, 0, 0, 0x78, 0x56, 0x34, 0x12, 8, 0, 0, 0, first, 0, 0, 0, 0, 0, 0, 0];
        Assert.True(_partition.Memory.TryWrite(s_block, block));
        return _partition.Processor(new VpIndex(0)).Hypercall(
            Vtl.Vtl0, HypercallControl.Simple(HypercallCode.PostMessage), s_block).Status;
    }

    private HvStatus Signal(byte connection) => _partition.Processor(new VpIndex(0)).Hypercall(
        Vtl.Vtl0, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true), new Gpa(connection)).Status;

    private void FreeSlot()
    {
        Assert.True(_partition.Memory.TryWriteUInt32(new Gpa(Slot), 0));
        Assert.True(_vp1.TryWriteMsr(Vtl.Vtl0, HvMsr.Eom, 0));
    }

    private uint Read(ulong gpa)
    {
        Assert.True(_partition.Memory.TryReadUInt32(new Gpa(gpa), out var value));
        return value;
    }
}
