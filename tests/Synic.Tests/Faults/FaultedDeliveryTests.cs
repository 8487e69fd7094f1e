using Synic.Contracts;
using Synic.Diagnostics;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;
using Synic.Tests.Emulation;

namespace Synic.Tests.Faults;

/// <summary>What rules do to what a guest is sent. Nothing is lost that was not meant to be, whatever ends a rule.</summary>
public sealed class FaultedDeliveryTests : IDisposable
{
    private readonly SynicRig _synic = new SynicRig(capacity: 8).Enable().Enable(SynicRig.Vp1);
    private readonly FaultRig _rig;

    public FaultedDeliveryTests() => _rig = new FaultRig(synic: _synic);

    private GuestDeliveryCounters Counters => _synic.Synic.Counters;

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void PostMessage_DropRule_TellsTheHostThatItIsDelivered()
    {
        Put("drop");

        Assert.Equal(GuestPostResult.Delivered, _synic.Post(1));

        Assert.Equal(HvMessage.TypeNone, _synic.SlotType());
        Assert.Empty(_synic.Interrupts);
        Assert.Equal(1, Counters.Dropped(DropReason.Injected));
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_DelayRule_ComesLateAndNothingOvertakes()
    {
        Put("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 1000 }, new FaultTriggerSpec { Nth = [1] });

        Assert.Equal(GuestPostResult.Deferred, _synic.Post(1));
        Assert.Equal(GuestPostResult.Deferred, _synic.Post(2)); // not hit, but behind
        Assert.Equal(2, _synic.Queued());
        Assert.Equal("held", _synic.Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!.Sints[2].BlockedBy);
        Assert.Equal(GuestPostResult.Delivered, _synic.Post(9, SynicRig.Vp1)); // another VP's

        _synic.Advance(9_999);
        Assert.Empty(Received());
        _synic.Advance(1);

        Assert.Equal([1, 2], Received());
        AssertNothingIsMissing();
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("pause")]
    [InlineData("remove")]
    [InlineData("expire")]
    [InlineData("dispose")]
    public void PostMessage_RuleEnds_LetsHeldMessagesGoInOrder(string end)
    {
        Put("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 60_000_000 }, ttl: 1);
        byte[] sent = [1, 2, 3, 4, 5];
        Assert.All(sent, tag => Assert.Equal(GuestPostResult.Deferred, _synic.Post(tag)));

        _rig.End(end);

        Assert.Equal(sent, Received());
        AssertNothingIsMissing();
    }

    [Fact]
    public async Task PostMessage_AsManyHeldAsTheQueueTakes_IsFullAndTheWaiterComesBack()
    {
        Put("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 1000 });
        for (byte tag = 1; tag <= 8; tag++)
        {
            Assert.Equal(GuestPostResult.Deferred, _synic.Post(tag));
        }

        Assert.Equal(GuestPostResult.QueueFull, _synic.Post(9));
        var room = _synic.Synic.WaitForRoomAsync(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        Assert.Equal(8, _rig.Rules.Get("rule").Active); // the ninth is none

        _synic.Advance(10_000);

        await room.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Received());
        Assert.Equal(0, _rig.Rules.Get("rule").Active);
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_HeldWhenTheSynicIsReset_IsDroppedAndCounted()
    {
        Put("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 1000 });
        _synic.Post(1);

        _synic.Synic.Reset();

        Assert.Equal(1, Counters.Dropped(DropReason.Reset));
        Assert.Equal(0, _rig.Rules.Get("rule").Active);
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_HeldWhileTheSintIsMasked_IsDroppedAndCounted()
    {
        Put("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 1000 });
        _synic.Post(1);
        _synic.Write(HvMsr.Sint0 + 2, 0x1_0000);

        _synic.Advance(10_000);

        Assert.Equal(1, Counters.Dropped(DropReason.Masked));
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_ReorderRule_LetsTheFullGroupGoInTheOrderOfItsDraws()
    {
        Put("reorder", new FaultActionSpec { Kind = "reorder", Depth = 4 });
        var draws = new FaultDraw(42, "rule");
        var expected = Enumerable.Range(1, 4).OrderBy(n => draws[n]).Select(n => (byte)n).ToArray();
        Assert.NotEqual([1, 2, 3, 4], expected);

        for (byte tag = 1; tag <= 3; tag++)
        {
            _synic.Post(tag);
        }

        Assert.Empty(_synic.Interrupts);
        _synic.Post(4);

        Assert.Equal(expected, Received());
        AssertNothingIsMissing();
    }

    [Theory]
    [InlineData("time")]
    [InlineData("kill")]
    public void PostMessage_ReorderGroupThatIsNotFull_GoesWhenItsTimeOrTheRuleIsOver(string end)
    {
        Put("reorder", new FaultActionSpec { Kind = "reorder", Depth = 64, FlushAfterMicroseconds = 1000 });
        var draws = new FaultDraw(42, "rule");
        byte[] sent = [1, 2, 3];
        Assert.All(sent, tag => _synic.Post(tag));

        if (end == "time")
        {
            _synic.Advance(10_000);
        }
        else
        {
            _rig.End(end);
        }

        Assert.Equal(sent.OrderBy(n => draws[n]), Received());
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_BusyRule_WaitsForSoManyTries()
    {
        Put("busy", new FaultActionSpec { Kind = "busy", Count = 2 }, new FaultTriggerSpec { Times = 1 });

        Assert.Equal(GuestPostResult.Deferred, _synic.Post(1));
        Assert.Equal(HvMessage.TypeNone, _synic.SlotType());
        Assert.True(_synic.SlotPending());
        _synic.Eom();
        Assert.Equal(HvMessage.TypeNone, _synic.SlotType());
        _synic.Eom();

        Assert.Equal([1], Received());
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_BusyRuleEnds_IsDelivered()
    {
        Put("busy", new FaultActionSpec { Kind = "busy", Count = 1000 });
        _synic.Post(1);
        _synic.Post(2);

        _rig.End("kill");

        Assert.Equal([1, 2], Received());
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_KeepPendingRule_IgnoresSoManyEoms()
    {
        Put("keepPending", new FaultActionSpec { Kind = "keepPending", Count = 2 }, new FaultTriggerSpec { Times = 1 });
        _synic.Post(1);
        _synic.Post(2);
        Assert.True(_synic.EmptySlot());

        _synic.Eom();
        _synic.Eom();
        Assert.Equal(HvMessage.TypeNone, _synic.SlotType());
        _synic.Eom();

        Assert.Equal(2, _synic.SlotTag());
        AssertNothingIsMissing(queued: 0);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("expire")]
    public void PostMessage_KeepPendingRuleEnds_FreesTheSlot(string end)
    {
        Put("keepPending", new FaultActionSpec { Kind = "keepPending", Count = 1000 }, new FaultTriggerSpec { Times = 1 }, ttl: 1);
        _synic.Post(1);
        Assert.False(_synic.EmptySlot());
        Assert.Equal(GuestPostResult.Deferred, _synic.Post(2));
        _synic.Eom();
        Assert.Equal(HvMessage.TypeNone, _synic.SlotType());

        _rig.End(end);

        Assert.Equal(2, _synic.SlotTag());
    }

    [Fact]
    public void PostMessage_LoseInterruptRule_WritesTheSlotOnly()
    {
        Put("loseInterrupt", trigger: new FaultTriggerSpec { Nth = [1, 2] });

        Assert.Equal(GuestPostResult.Delivered, _synic.Post(1));
        Assert.Equal(GuestPostResult.Deferred, _synic.Post(2));
        _synic.EmptySlot();
        _synic.Eom(); // the second one came by the queue

        Assert.Equal(2, _synic.SlotTag());
        Assert.Empty(_synic.Interrupts);
        _synic.EmptySlot();
        _synic.Post(3);
        Assert.Single(_synic.Interrupts);
    }

    [Fact]
    public void PostMessage_DuplicateRule_PostsSoOftenMore()
    {
        Put("duplicate", new FaultActionSpec { Kind = "duplicate", Count = 2 });

        _synic.Post(7);

        Assert.Equal([7, 7, 7], Received());
        AssertNothingIsMissing();
    }

    [Fact]
    public void PostMessage_CorruptRule_ChangesWhatTheGuestGets()
    {
        Put("corrupt", new FaultActionSpec { Kind = "corrupt", Xor = "f0" });

        _synic.Post(0x0A);

        Assert.Equal(0xFA, _synic.SlotTag());
    }

    [Fact]
    public void PostMessage_WrongVpRule_GoesToTheOther()
    {
        Put("wrongVp", new FaultActionSpec { Kind = "wrongVp", Vp = 1 });

        Assert.Equal(GuestPostResult.Delivered, _synic.Post(5));

        Assert.Equal(HvMessage.TypeNone, _synic.SlotType());
        Assert.Equal(5, _synic.SlotTag(SynicRig.Vp1));
        Assert.Equal(SynicRig.Vp1, Assert.Single(_synic.Interrupts).Vp);
    }

    [Fact]
    public void PostMessage_ToAVpThatDoesNotExist_IsRefusedAsEverAndNoRuleSeesIt()
    {
        Put("drop");

        Assert.Equal(GuestPostResult.InvalidVp, _synic.Post(1, new VpIndex(77)));
        Assert.Equal(0, _rig.Rules.Get("rule").Matches);
    }

    [Fact]
    public void SignalEvent_DropRule_SetsNothing()
    {
        PutEvent("drop");

        Assert.Equal(GuestSignalResult.Interrupt, _synic.Signal(3));

        Assert.Empty(_synic.Interrupts);
        Assert.Equal(0, FlagsSet());
        Assert.Equal(1, Counters.EventsDropped(EventDropReason.Injected));
    }

    [Fact]
    public void SignalEvent_SpuriousInterruptRule_RaisesAndSetsNothing()
    {
        PutEvent("spuriousInterrupt");

        _synic.Signal(3);

        Assert.Single(_synic.Interrupts);
        Assert.Equal(0, FlagsSet());
    }

    [Fact]
    public void SignalEvent_LoseInterruptRule_SetsAndDoesNotRaise()
    {
        PutEvent("loseInterrupt");

        _synic.Signal(3);

        Assert.Empty(_synic.Interrupts);
        Assert.Equal(1, FlagsSet());
    }

    [Fact]
    public void SignalEvent_WrongVpRule_SignalsTheOther()
    {
        PutEvent("wrongVp", new FaultActionSpec { Kind = "wrongVp", Vp = 1 });

        _synic.Signal(3);

        Assert.Equal(SynicRig.Vp1, Assert.Single(_synic.Interrupts).Vp);
    }

    [Fact]
    public void SignalEvent_DelayRule_IsSetLate()
    {
        PutEvent("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 1000 });

        Assert.Equal(GuestSignalResult.Interrupt, _synic.Signal(3));
        _synic.Advance(9_999);
        Assert.Equal(0, FlagsSet());
        _synic.Advance(1);

        Assert.Equal(1, FlagsSet());
        Assert.Single(_synic.Interrupts);
        Assert.Equal(0, _rig.Rules.Get("rule").Active);
        Assert.Equal(1, Counters.Events(EventResult.Interrupt));
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("expire")]
    [InlineData("remove")]
    public void SignalEvent_RuleEnds_SetsWhatWasDelayed(string end)
    {
        PutEvent("delay", new FaultActionSpec { Kind = "delay", DelayMicroseconds = 60_000_000 }, ttl: 1);
        _synic.Signal(3);
        _synic.Signal(4);

        _rig.End(end);

        Assert.Equal(2, FlagsSet());
        Assert.Single(_synic.Interrupts); // one batch
    }

    [Fact]
    public void PostMessage_KillSwitchWhileSixteenThreadsPost_LosesNothingAndKeepsEachThreadsOrder()
    {
        const int each = 50;
        var synic = new SynicRig(vps: 16, capacity: 16 * each);
        for (uint vp = 0; vp < 16; vp++)
        {
            synic.Enable(new VpIndex(vp));
        }

        using var rig = new FaultRig(synic: synic);
        rig.Put(FaultRig.Spec() with
        {
            Match = new FaultMatchSpec { Operation = "guest_message" },
            Action = new FaultActionSpec { Kind = "delay", DelayMicroseconds = 60_000_000 },
            Trigger = new FaultTriggerSpec { Probability = 0.5 },
            MaxActive = 256,
        });
        var posted = 0;
        var threads = Enumerable.Range(0, 16).Select(vp => new Thread(() =>
        {
            for (byte tag = 0; tag < each; tag++)
            {
                synic.Post(tag, new VpIndex((uint)vp));
                Interlocked.Increment(ref posted);
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        SpinWait.SpinUntil(() => Volatile.Read(ref posted) > 200);

        rig.Kill.Engage("enough", "tester");

        threads.ForEach(static t => t.Join());
        for (uint vp = 0; vp < 16; vp++)
        {
            Assert.Equal(Enumerable.Range(0, each).Select(t => (byte)t), Received(synic, new VpIndex(vp)));
        }
    }

    private byte[] Received() => Received(_synic, SynicRig.Vp0);

    // What the guest takes out of the slot until nothing comes any more.
    private static byte[] Received(SynicRig synic, VpIndex vp)
    {
        var tags = new List<byte>();
        while (HvMessage.ReadType(synic.Slot(vp)) != HvMessage.TypeNone)
        {
            tags.Add(synic.SlotTag(vp));
            synic.EmptySlot(vp);
            synic.Eom(vp);
        }

        return [.. tags];
    }

    private int FlagsSet() => _synic.Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!.Sints[2].FlagsSet;

    private void AssertNothingIsMissing(int queued = 0) => Assert.Equal(
        Counters.Messages,
        Counters.Delivered + Enum.GetValues<DropReason>().Sum(Counters.Dropped) + queued);

    private void Put(string kind, FaultActionSpec? action = null, FaultTriggerSpec? trigger = null, double ttl = 300) =>
        Put("guest_message", kind, action, trigger, ttl);

    private void PutEvent(string kind, FaultActionSpec? action = null, double ttl = 300) => Put("guest_event", kind, action, null, ttl);

    private void Put(string operation, string kind, FaultActionSpec? action, FaultTriggerSpec? trigger, double ttl) =>
        _rig.Put(FaultRig.Spec(kind, trigger) with
        {
            Match = new FaultMatchSpec { Operation = operation, Vp = "0" },
            Action = action ?? new FaultActionSpec { Kind = kind },
            TtlSeconds = ttl,
        });
}
