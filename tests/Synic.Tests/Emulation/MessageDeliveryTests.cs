using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Emulation;

public sealed class MessageDeliveryTests
{
    private const ulong Masked = SynicRig.Vector | 0x10000;
    private const uint Sint2 = HvMsr.Sint0 + 2;

    private readonly SynicRig _rig = new();

    private GuestDeliveryCounters Counters => _rig.Synic.Counters;

    [Theory]
    [InlineData(0, 2u, 2, GuestPostResult.InvalidVp, DropReason.InvalidVp)]
    [InlineData(0, uint.MaxValue, 2, GuestPostResult.InvalidVp, DropReason.InvalidVp)]
    [InlineData(1, 0u, 2, GuestPostResult.InvalidVp, DropReason.InvalidVp)]
    [InlineData(0, 0u, 16, GuestPostResult.InvalidSint, DropReason.InvalidSint)]
    [InlineData(0, 0u, 255, GuestPostResult.InvalidSint, DropReason.InvalidSint)]
    public void Post_NoSuchTarget_IsDroppedAndCounted(byte vtl, uint vp, byte sint, GuestPostResult expected, DropReason reason)
    {
        _rig.Enable();

        var result = _rig.Synic.PostMessage(new Vtl(vtl), new VpIndex(vp), new SintIndex(sint), 1, []);

        Assert.Equal(expected, result);
        Assert.Equal(1, Counters.Dropped(reason));
        Assert.Equal(1, Counters.Messages);
        Assert.Empty(_rig.Interrupts);
    }

    [Theory]
    [InlineData(0u, 8)]
    [InlineData(1u, 241)]
    [InlineData(1u, 4096)]
    public void Post_MalformedMessage_IsDroppedAndCounted(uint type, int size)
    {
        _rig.Enable();

        var result = _rig.Synic.PostMessage(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, type, new byte[size]);

        Assert.Equal(GuestPostResult.InvalidMessage, result);
        Assert.Equal(1, Counters.Dropped(DropReason.InvalidMessage));
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
    }

    [Theory]
    [InlineData(Masked)]
    [InlineData(SynicRig.Vector | 0x100000UL)] // Proxy: somebody else's.
    public void Post_SintThatTakesNothing_IsDropped(ulong sint)
    {
        _rig.Enable(sint: sint);

        Assert.Equal(GuestPostResult.Masked, _rig.Post(1));

        Assert.Equal(1, Counters.Dropped(DropReason.Masked));
        Assert.Equal(0, _rig.Queued());
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(240)]
    public void Post_FreeSlot_IsLaidOutAsAMessageWithOneInterrupt(int size)
    {
        _rig.Enable();
        var payload = Enumerable.Range(1, size).Select(i => (byte)i).ToArray();

        Assert.Equal(GuestPostResult.Delivered, _rig.Synic.PostMessage(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, 0x1234, payload));

        var slot = _rig.Slot();
        Assert.Equal(0x1234u, HvMessage.ReadType(slot));
        Assert.Equal(size, slot[HvMessage.PayloadSizeOffset]);
        Assert.Equal(0, slot[HvMessage.FlagsOffset]);
        Assert.Equal(payload, HvMessage.ReadPayload(slot).ToArray());
        Assert.Equal((Vtl.Vtl0, SynicRig.Vp0, SynicRig.Vector, false), Assert.Single(_rig.Interrupts));
    }

    [Fact]
    public void Post_FreeSlot_WritesTheTypeLast()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(wrap: ram => memory = new RacingMemory(ram)).Enable();
        byte[]? before = null;
        memory!.BeforeWriteUInt32 = (_, _) => before = rig.Slot();

        rig.Post(7);

        Assert.NotNull(before);
        Assert.Equal(HvMessage.TypeNone, HvMessage.ReadType(before));
        Assert.Equal(rig.Slot()[4..], before[4..]);
    }

    [Fact]
    public void Post_Sint15_UsesTheLastSlot()
    {
        _rig.Enable();
        _rig.Write(HvMsr.Sint15, 0x40);

        _rig.Synic.PostMessage(Vtl.Vtl0, SynicRig.Vp0, new SintIndex(15), 1, [9]);

        Assert.Equal(1u, _rig.SlotType(sint: 15));
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType(sint: 14));
        Assert.Equal(0x40, Assert.Single(_rig.Interrupts).Vector);
    }

    [Fact]
    public void Post_AutoEoiSint_SaysSoToTheApic()
    {
        _rig.Enable(sint: SynicRig.Vector | 0x20000);

        _rig.Post(1);

        Assert.True(Assert.Single(_rig.Interrupts).AutoEoi);
    }

    [Fact]
    public void Post_PollingSint_IsDeliveredWithoutInterrupt()
    {
        _rig.Enable(sint: 0x40000);

        Assert.Equal(GuestPostResult.Delivered, _rig.Post(5));

        Assert.Equal(5, _rig.SlotTag());
        Assert.Empty(_rig.Interrupts);
    }

    [Fact]
    public void Post_BusySlot_KeepsTheFirstMessageAndSetsThePendingFlag()
    {
        _rig.Enable();
        _rig.Post(1);

        Assert.Equal(GuestPostResult.Deferred, _rig.Post(2));

        Assert.Equal(1, _rig.SlotTag());
        Assert.True(_rig.SlotPending());
        Assert.Single(_rig.Interrupts);
        Assert.Equal(1, Counters.Deferred(DeferReason.SlotBusy));
    }

    [Fact]
    public void Eom_AfterTheSlotWasEmptied_DeliversTheNextWithOneInterrupt()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        Assert.True(_rig.EmptySlot());

        _rig.Eom();

        Assert.Equal(2, _rig.SlotTag());
        Assert.False(_rig.SlotPending());
        Assert.Equal(2, _rig.Interrupts.Count);
        Assert.Equal(1, Counters.Eoms(EomResult.Redelivered));
    }

    [Fact]
    public void Eom_SlotStillBusy_DeliversNothing()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);

        _rig.Eom();

        Assert.Equal(1, _rig.SlotTag());
        Assert.Single(_rig.Interrupts);
        Assert.Equal(1, Counters.Eoms(EomResult.NothingPending));
        Assert.Equal(1, Counters.Deferred(DeferReason.SlotBusy)); // Once per message and reason.
    }

    [Fact]
    public void Eom_MoreBehindTheNext_DeliversItWithThePendingFlag()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Post(3);
        _rig.EmptySlot();

        _rig.Eom();

        Assert.Equal(2, _rig.SlotTag());
        Assert.True(_rig.SlotPending());
        Assert.Equal(1, _rig.Queued());
    }

    [Fact]
    public void Eom_MoreBehindTheNext_ShowsThePendingFlagNoLaterThanTheMessage()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(wrap: ram => memory = new RacingMemory(ram)).Enable();
        rig.Post(1);
        rig.Post(2);
        rig.Post(3);
        rig.EmptySlot();
        var pending = new List<bool>();
        memory!.BeforeWriteUInt32 = (_, _) => pending.Add(rig.SlotPending());
        rig.Memory.TryWriteUInt32(SynicRig.SimpOf(SynicRig.Vp0) + (2 * HvMessage.Size) + HvMessage.PayloadSizeOffset, 0);

        rig.Eom();

        Assert.Equal([true], pending);
    }

    [Fact]
    public void Post_SlotEmptiedWithoutEom_DeliversTheOlderMessageFirst()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.EmptySlot();

        Assert.Equal(GuestPostResult.Deferred, _rig.Post(3));

        Assert.Equal(2, _rig.SlotTag());
        Assert.True(_rig.SlotPending());
        Assert.Equal(1, _rig.Queued());
    }

    [Fact]
    public void Post_GuestEmptiesTheSlotAfterTheCheck_IsNotLost()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(wrap: ram => memory = new RacingMemory(ram)).Enable();
        rig.Post(1);
        memory!.AfterOr = _ => rig.EmptySlot();

        Assert.Equal(GuestPostResult.Delivered, rig.Post(2));

        Assert.Equal(2, rig.SlotTag());
        Assert.False(rig.SlotPending());
        Assert.Equal(2, rig.Interrupts.Count);
    }

    [Fact]
    public void Eom_GuestEmptiesTheSlotEveryTime_DrainsTheWholeQueueInOrder()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(wrap: ram => memory = new RacingMemory(ram)).Enable();
        for (byte tag = 1; tag <= 5; tag++)
        {
            rig.Post(tag);
        }

        var seen = new List<byte>();
        memory!.AfterOr = _ =>
        {
            seen.Add(rig.SlotTag());
            rig.EmptySlot();
        };
        rig.Eom();

        Assert.Equal([1, 2, 3, 4], seen);
        Assert.Equal(5, rig.SlotTag());
        Assert.Equal(0, rig.Queued());
    }

    [Fact]
    public void Post_QueueFull_IsDroppedThenDrainsInOrder()
    {
        _rig.Enable();
        for (byte tag = 0; tag <= 4; tag++)
        {
            Assert.NotEqual(GuestPostResult.QueueFull, _rig.Post(tag));
        }

        Assert.Equal(GuestPostResult.QueueFull, _rig.Post(99));
        Assert.Equal(1, Counters.Dropped(DropReason.QueueFull));

        var seen = new List<byte>();
        do
        {
            seen.Add(_rig.SlotTag());
            if (_rig.EmptySlot())
            {
                _rig.Eom();
            }
        }
        while (_rig.SlotType() != HvMessage.TypeNone);

        Assert.Equal([0, 1, 2, 3, 4], seen);
        Assert.Equal(5, _rig.Interrupts.Count);
        Assert.Equal(GuestPostResult.Delivered, _rig.Post(6));
    }

    [Fact]
    public void Queue_ManyTimesItsCapacity_StaysInOrder()
    {
        _rig.Enable();
        _rig.Post(0);
        _rig.Post(1);

        for (byte tag = 2; tag < 100; tag++)
        {
            _rig.Post(tag);
            Assert.Equal(tag - 2, _rig.SlotTag());
            Assert.True(_rig.EmptySlot());
            _rig.Eom();
        }

        Assert.Equal(1, _rig.Queued());
    }

    [Fact]
    public void Post_SimpOff_WaitsUntilItIsOn()
    {
        _rig.Write(Sint2, SynicRig.Vector);

        Assert.Equal(GuestPostResult.Deferred, _rig.Post(1));
        Assert.Equal(1, Counters.Deferred(DeferReason.SimpDisabled));
        Assert.Empty(_rig.Interrupts);

        _rig.Write(HvMsr.Simp, SynicRig.SimpOf(SynicRig.Vp0).Value | 1);
        Assert.Equal(1, _rig.SlotTag());
        Assert.Single(_rig.Interrupts);
    }

    [Fact]
    public void Post_SControlOff_WaitsUntilItIsOn()
    {
        _rig.Enable();
        _rig.Write(HvMsr.SControl, 0);

        Assert.Equal(GuestPostResult.Deferred, _rig.Post(1));
        Assert.Equal(1, Counters.Deferred(DeferReason.ScontrolDisabled));
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());

        _rig.Write(HvMsr.SControl, 1);
        Assert.Equal(1, _rig.SlotTag());
        Assert.Single(_rig.Interrupts);
    }

    [Fact]
    public void Eom_MessageWaitsForAnotherReasonThanBefore_CountsBoth()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Write(HvMsr.SControl, 0);

        _rig.Eom();
        _rig.Eom();

        Assert.Equal(1, Counters.Deferred(DeferReason.SlotBusy));
        Assert.Equal(1, Counters.Deferred(DeferReason.ScontrolDisabled));
    }

    [Fact]
    public void Eom_SintMaskedMeanwhile_DropsWhatWaited()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Write(Sint2, Masked);
        _rig.EmptySlot();

        _rig.Eom();

        Assert.Equal(0, _rig.Queued());
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
        Assert.Equal(1, Counters.Dropped(DropReason.Masked));
    }

    [Fact]
    public void Write_SintUnmasked_DeliversWhatWaited()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Write(Sint2, Masked);
        _rig.EmptySlot();

        _rig.Write(Sint2, SynicRig.Vector);

        Assert.Equal(2, _rig.SlotTag());
        Assert.Equal(2, _rig.Interrupts.Count);
    }

    [Fact]
    public void EndOfInterrupt_OtherVector_DeliversNothing()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.EmptySlot();

        _rig.Synic.EndOfInterrupt(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Vector - 1);
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());

        _rig.Synic.EndOfInterrupt(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Vector);
        Assert.Equal(2, _rig.SlotTag());
        Assert.Equal(2, _rig.Interrupts.Count);
    }

    [Fact]
    public void EndOfInterrupt_VpOutOfRange_DoesNothing() =>
        _rig.Synic.EndOfInterrupt(Vtl.Vtl0, new VpIndex(uint.MaxValue), SynicRig.Vector);

    [Fact]
    public void Post_FromTheInterruptCallback_IsQueuedBehind()
    {
        _rig.Enable();
        var results = new List<GuestPostResult>();
        _rig.OnInterrupt = () => results.Add(_rig.Post(2));

        Assert.Equal(GuestPostResult.Delivered, _rig.Post(1));

        Assert.Equal([GuestPostResult.Deferred], results);
        Assert.True(_rig.SlotPending());
    }

    [Fact]
    public async Task WaitForRoomAsync_FullQueue_CompletesWhenAMessageLeaves()
    {
        FillQueue();

        var room = _rig.Synic.WaitForRoomAsync(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        _rig.EmptySlot();
        _rig.Eom();

        await room;
        Assert.Equal(GuestPostResult.Deferred, _rig.Post(9));
    }

    [Theory]
    [InlineData("mask")]
    [InlineData("reset")]
    [InlineData("close")]
    public async Task WaitForRoomAsync_QueueEndsWhileWaiting_Completes(string end)
    {
        FillQueue();
        var room = _rig.Synic.WaitForRoomAsync(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);

        switch (end)
        {
            case "mask":
                _rig.Write(Sint2, Masked);
                break;
            case "reset":
                _rig.Synic.Reset();
                break;
            default:
                _rig.Synic.Close();
                break;
        }

        await room;
    }

    [Fact]
    public async Task WaitForRoomAsync_Cancelled_Throws()
    {
        FillQueue();
        using var source = new CancellationTokenSource();
        var room = _rig.Synic.WaitForRoomAsync(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
    }

    [Theory]
    [InlineData(0u, 2)]
    [InlineData(9u, 2)]
    [InlineData(0u, 16)]
    public void WaitForRoomAsync_NothingToWaitFor_IsCompleted(uint vp, byte sint) =>
        Assert.True(_rig.Synic.WaitForRoomAsync(
            Vtl.Vtl0, new VpIndex(vp), new SintIndex(sint), TestContext.Current.CancellationToken).IsCompletedSuccessfully);

    [Fact]
    public void QueueWait_MessageThatWaited_IsReportedWithItsTime()
    {
        var waits = new List<TimeSpan>();
        Counters.QueueWait = wait =>
        {
            _rig.AssertNoLockHeld();
            waits.Add(wait);
        };
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(3));
        _rig.EmptySlot();

        _rig.Eom();

        Assert.Equal([TimeSpan.FromMilliseconds(3)], waits);
    }

    [Fact]
    public void Counters_AfterAMixture_AddUp()
    {
        FillQueue();
        _rig.Post(77);
        _rig.Post(1, new VpIndex(9));
        _rig.EmptySlot();
        _rig.Eom();

        var dropped = Enum.GetValues<DropReason>().Sum(Counters.Dropped);
        Assert.Equal(2, dropped);
        Assert.Equal(Counters.Messages, Counters.Delivered + dropped + _rig.Queued());
    }

    [Fact]
    public void Post_Steady_AllocatesNothing()
    {
        _rig.Enable();
        Round();
        _rig.Interrupts.EnsureCapacity(1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _rig.Synic.PostMessage(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, 1, "payload"u8);
            _rig.Synic.PostMessage(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, 1, "payload"u8);
            Free();
            Free();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round()
        {
            _rig.Post(1);
            _rig.Post(2);
            Free();
            Free();
        }

        void Free()
        {
            _rig.Memory.TryWriteUInt32(SynicRig.SimpOf(SynicRig.Vp0) + (2 * HvMessage.Size), 0);
            _rig.Synic.TryWriteMsr(Vtl.Vtl0, SynicRig.Vp0, HvMsr.Eom, 0);
        }
    }

    [Fact]
    public async Task Post_TwoThreadsAgainstAGuest_EachThreadsMessagesArriveInOrderAndNoneIsLost()
    {
        const int PerThread = 2000;
        var rig = new SynicRig(capacity: 8).Enable();
        var cancellation = TestContext.Current.CancellationToken;
        var posters = Enumerable.Range(0, 2).Select(id => Task.Run(() => PostAll(rig, id, PerThread, cancellation), cancellation));

        var next = new int[2];
        var done = Task.WhenAll(posters);
        while (next[0] + next[1] < 2 * PerThread)
        {
            Assert.False(done.IsFaulted);
            cancellation.ThrowIfCancellationRequested();
            if (rig.SlotType() == HvMessage.TypeNone)
            {
                Thread.Yield();
                continue;
            }

            var payload = HvMessage.ReadPayload(rig.Slot());
            Assert.Equal(next[payload[0]]++, BitConverter.ToInt32(payload[4..]));
            if (rig.EmptySlot())
            {
                rig.Eom();
            }
        }

        await done;
        Assert.Equal(2 * PerThread, rig.Synic.Counters.Delivered);
    }

    private static void PostAll(SynicRig rig, int id, int count, CancellationToken cancellation)
    {
        Span<byte> payload = stackalloc byte[8];
        payload.Clear();
        payload[0] = (byte)id;
        for (var i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(payload[4..], i);
            while (rig.Synic.PostMessage(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, 1, payload) == GuestPostResult.QueueFull)
            {
                cancellation.ThrowIfCancellationRequested();
                Thread.Yield();
            }
        }
    }

    private void FillQueue()
    {
        _rig.Enable();
        for (byte tag = 0; tag <= 4; tag++)
        {
            _rig.Post(tag);
        }
    }
}
