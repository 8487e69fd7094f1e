using System.Buffers.Binary;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Emulation;

public sealed class SynicTimerTests
{
    private const ulong Enabled = 1;
    private const ulong Periodic = 2;
    private const ulong Lazy = 4;
    private const ulong AutoEnable = 8;
    private const ulong Direct = (1UL << 12) | (0xEDUL << 4);
    private const ulong OnSint2 = 2UL << 16;
    private const uint Config = HvMsr.Stimer0Config;
    private const uint Count = HvMsr.Stimer0Config + 1;
    private const ulong Millisecond = 10_000;

    private readonly SynicRig _rig = new SynicRig().Enable();

    [Theory]
    [InlineData(1UL << 13)]
    [InlineData(1UL << 15)]
    [InlineData(1UL << 20)]
    [InlineData(1UL << 63)]
    public void Config_ReservedBits_AreAFault(ulong bits)
    {
        Assert.False(_rig.TryWrite(Config, bits | OnSint2));
        Assert.Equal(0UL, _rig.Read(Config));
    }

    [Theory]
    [InlineData(Enabled)] // SINT 0 is the hypervisor's own.
    [InlineData(Enabled | (1UL << 12) | (15UL << 4))] // No such vector.
    public void Config_TimerThatCouldReachNobody_StaysOff(ulong config)
    {
        _rig.Write(Count, 100);
        _rig.Write(Config, config);

        Assert.Equal(config & ~Enabled, _rig.Read(Config));
        Assert.Null(_rig.Advance(1000));
        Assert.Empty(_rig.Interrupts);
    }

    [Fact]
    public void Count_AutoEnableOnSint0_StaysOff()
    {
        _rig.Write(Config, AutoEnable);
        _rig.Write(Count, 100);

        Assert.Equal(AutoEnable, _rig.Read(Config));
    }

    [Fact]
    public void OneShot_Due_SendsItsMessageOnceAndTurnsItselfOff()
    {
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);

        Assert.Equal(Millisecond, _rig.Advance(Millisecond - 1));
        Assert.Empty(_rig.Interrupts);
        Assert.Null(_rig.Advance(8));

        AssertTimerMessage(index: 0, expiration: Millisecond, delivery: Millisecond + 7);
        Assert.Equal(SynicRig.Vector, Assert.Single(_rig.Interrupts).Vector);
        Assert.Equal(OnSint2, _rig.Read(Config));
        Assert.Equal(Millisecond, _rig.Read(Count));
    }

    [Fact]
    public void OneShot_InThePast_FiresAtOnce()
    {
        _rig.Advance(Millisecond);
        _rig.Write(Config, AutoEnable | OnSint2);

        _rig.Write(Count, 1);

        AssertTimerMessage(index: 0, expiration: 1, delivery: Millisecond);
        Assert.Equal(AutoEnable | OnSint2, _rig.Read(Config));
    }

    [Fact]
    public void OneShot_FarFuture_DoesNotFire()
    {
        _rig.Write(Count, ulong.MaxValue - 1);
        _rig.Write(Config, Enabled | OnSint2);

        Assert.Equal(ulong.MaxValue - 1, _rig.Advance(Millisecond));
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
    }

    [Fact]
    public void Count_Zero_TurnsTheTimerOff()
    {
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | Periodic | AutoEnable | OnSint2);

        _rig.Write(Count, 0);

        Assert.Equal(Periodic | AutoEnable | OnSint2, _rig.Read(Config));
        Assert.Null(_rig.Advance(10 * Millisecond));
    }

    [Fact]
    public void Count_NotZeroWithoutAutoEnable_LeavesTheTimerOff()
    {
        _rig.Write(Config, OnSint2);

        _rig.Write(Count, 1);

        Assert.Equal(OnSint2, _rig.Read(Config));
        Assert.Empty(_rig.Interrupts);
    }

    [Fact]
    public void Periodic_Late_SkipsWhatItMissedAndKeepsItsPhase()
    {
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | Periodic | OnSint2);

        var next = _rig.Advance((5 * Millisecond) + 123);

        Assert.Equal(6 * Millisecond, next);
        Assert.Single(_rig.Interrupts);
        AssertTimerMessage(index: 0, expiration: Millisecond, delivery: (5 * Millisecond) + 123);
    }

    [Fact]
    public void Periodic_GuestKeepsUp_FiresEachPeriod()
    {
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | Periodic | OnSint2);

        for (var tick = 1; tick <= 5; tick++)
        {
            _rig.Advance(Millisecond);
            Assert.Equal(tick, _rig.Interrupts.Count);
            Assert.False(_rig.EmptySlot());
        }

        Assert.Equal(Enabled | Periodic | OnSint2, _rig.Read(Config));
    }

    [Fact]
    public void Periodic_AbsurdlyShort_IsHeldToTheMinimum()
    {
        _rig.Write(Count, 1);
        _rig.Write(Config, Enabled | Periodic | Direct);

        Assert.Equal(2000UL, _rig.Advance(1999));
        Assert.Empty(_rig.Interrupts);
        Assert.Equal(4000UL, _rig.Advance(1));
        Assert.Single(_rig.Interrupts);
        Assert.Equal(1UL, _rig.Read(Count));
    }

    [Fact]
    public void Periodic_AbsurdlyLong_NeverFires()
    {
        _rig.Advance(Millisecond);
        _rig.Write(Count, ulong.MaxValue);
        _rig.Write(Config, Enabled | Periodic | OnSint2);

        Assert.Null(_rig.Advance(Millisecond));
        Assert.Empty(_rig.Interrupts);
    }

    [Fact]
    public void Direct_Due_RaisesItsVectorWithoutMessage()
    {
        _rig.Write(HvMsr.Stimer0Config + 6, Direct | AutoEnable);
        _rig.Write(HvMsr.Stimer3Count, Millisecond);

        Assert.Null(_rig.Advance(Millisecond));

        Assert.Equal((Vtl.Vtl0, SynicRig.Vp0, (byte)0xED, false), Assert.Single(_rig.Interrupts));
        Assert.DoesNotContain(_rig.ReadPage(SynicRig.SimpOf(SynicRig.Vp0)), value => value != 0);
    }

    [Fact]
    public void OneShot_BusySlot_SetsPendingAndArrivesAfterEom()
    {
        _rig.Post(1);
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);

        Assert.Null(_rig.Advance(Millisecond));
        Assert.Single(_rig.Interrupts);
        Assert.True(_rig.SlotPending());
        Assert.Equal(1, _rig.SlotTag());

        _rig.Time.Advance(TimeSpan.FromTicks(50));
        Assert.True(_rig.EmptySlot());
        _rig.Eom();
        AssertTimerMessage(index: 0, expiration: Millisecond, delivery: Millisecond + 50);
        Assert.Equal(2, _rig.Interrupts.Count);
    }

    [Fact]
    public void OneShot_MessagesQueued_ComesAfterThem()
    {
        _rig.Post(1);
        _rig.Post(2);
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);
        _rig.Advance(Millisecond);

        Assert.True(_rig.EmptySlot());
        _rig.Eom();
        Assert.Equal(2, _rig.SlotTag());

        Assert.True(_rig.EmptySlot()); // Pending: the timer waits behind the message.
        _rig.Eom();
        Assert.Equal(HvMessage.TypeTimerExpired, _rig.SlotType());
    }

    [Fact]
    public void OneShot_GuestEmptiesTheSlotJustThen_DoesNotOvertakeTheQueue()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(wrap: ram => memory = new RacingMemory(ram)).Enable();
        rig.Post(1);
        rig.Post(2);
        rig.Write(Count, Millisecond);
        rig.Write(Config, Enabled | OnSint2);
        var looks = 0;
        memory!.AfterOr = _ =>
        {
            if (++looks == 2) // The first is the queue's.
            {
                rig.EmptySlot();
            }
        };

        rig.Advance(Millisecond);

        Assert.Equal(1u, rig.SlotType());
        Assert.Equal(1, looks);
    }

    [Fact]
    public void Eom_TimerBehindAMessage_ShowsThePendingFlagNoLaterThanTheMessage()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(wrap: ram => memory = new RacingMemory(ram)).Enable();
        rig.Post(1);
        rig.Post(2);
        rig.Write(Count, Millisecond);
        rig.Write(Config, Enabled | OnSint2);
        rig.Advance(Millisecond);
        rig.EmptySlot();
        var pending = new List<bool>();
        memory!.BeforeWriteUInt32 = (_, _) => pending.Add(rig.SlotPending());
        rig.Memory.TryWriteUInt32(SynicRig.SimpOf(SynicRig.Vp0) + (2 * HvMessage.Size) + HvMessage.PayloadSizeOffset, 0);

        rig.Eom();

        Assert.Equal([true], pending);
        Assert.Equal(2, rig.SlotTag());
    }

    [Fact]
    public void Post_TimerWaits_TellsTheGuestToWriteEom()
    {
        _rig.Post(1);
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);
        _rig.Write(HvMsr.SControl, 0);
        _rig.Advance(Millisecond);
        _rig.EmptySlot();
        _rig.Post(2);

        _rig.Write(HvMsr.SControl, 1);

        Assert.Equal(2, _rig.SlotTag());
        Assert.True(_rig.SlotPending());
        _rig.EmptySlot();
        _rig.Eom();
        Assert.Equal(HvMessage.TypeTimerExpired, _rig.SlotType());
    }

    [Fact]
    public void TwoTimers_OneSlot_BothArrive()
    {
        foreach (var timer in new uint[] { 0, 1 })
        {
            _rig.Write(Config + (2 * timer), AutoEnable | OnSint2);
            _rig.Write(Count + (2 * timer), Millisecond);
        }

        _rig.Advance(Millisecond);

        AssertTimerMessage(index: 0, expiration: Millisecond, delivery: Millisecond);
        Assert.True(_rig.EmptySlot());
        _rig.Eom();
        AssertTimerMessage(index: 1, expiration: Millisecond, delivery: Millisecond);
        Assert.False(_rig.EmptySlot());
    }

    [Fact]
    public void Periodic_BusySlot_KeepsOneTickOnly()
    {
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | Periodic | OnSint2);
        _rig.Advance(Millisecond);
        Assert.Null(_rig.Advance(Millisecond)); // Waits for its slot: no deadline, so no storm.
        Assert.Null(_rig.Advance(5 * Millisecond));

        Assert.True(_rig.EmptySlot());
        _rig.Eom();
        AssertTimerMessage(index: 0, expiration: 2 * Millisecond, delivery: 7 * Millisecond);
        Assert.False(_rig.SlotPending());
        Assert.Equal(8 * Millisecond, _rig.Synic.RunTimers());
    }

    [Fact]
    public void LazyPeriodic_BusySlot_DropsTheTickQuietly()
    {
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | Periodic | Lazy | OnSint2);
        _rig.Advance(Millisecond);

        Assert.Equal(3 * Millisecond, _rig.Advance(Millisecond));

        Assert.False(_rig.SlotPending());
        Assert.Single(_rig.Interrupts);
    }

    [Fact]
    public void OneShot_SimpOff_WaitsForThePage()
    {
        _rig.Write(HvMsr.Simp, SynicRig.SimpOf(SynicRig.Vp0).Value);
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);
        Assert.Null(_rig.Advance(Millisecond));
        Assert.Empty(_rig.Interrupts);

        _rig.Write(HvMsr.Simp, SynicRig.SimpOf(SynicRig.Vp0).Value | 1);

        Assert.Equal(HvMessage.TypeTimerExpired, _rig.SlotType());
        Assert.Single(_rig.Interrupts);
    }

    [Fact]
    public void OneShot_MaskedSint_IsLost()
    {
        _rig.Write(HvMsr.Sint0 + 2, 0x100F3);
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);

        Assert.Null(_rig.Advance(Millisecond));
        _rig.Write(HvMsr.Sint0 + 2, 0xF3);

        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
        Assert.Equal(OnSint2, _rig.Read(Config));
    }

    [Fact]
    public void Config_WrittenWhileATickWaits_ForgetsTheTick()
    {
        _rig.Post(1);
        _rig.Write(Count, Millisecond);
        _rig.Write(Config, Enabled | OnSint2);
        _rig.Advance(Millisecond);

        _rig.Write(Config, OnSint2);
        _rig.EmptySlot();
        _rig.Eom();

        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
    }

    [Fact]
    public void DeadlineChanged_ArmedEarlier_IsCalled()
    {
        _rig.Write(Config, AutoEnable | OnSint2);
        _rig.Write(Count, 5 * Millisecond);
        Assert.Equal(1, _rig.DeadlineChanges);

        _rig.Write(Count, 9 * Millisecond);
        Assert.Equal(1, _rig.DeadlineChanges);

        _rig.Write(Count, 2 * Millisecond);
        Assert.Equal(2, _rig.DeadlineChanges);
        Assert.Equal(2 * Millisecond, _rig.Synic.RunTimers());
    }

    [Fact]
    public void RunTimers_SeveralVps_GivesTheEarliest()
    {
        _rig.Enable(SynicRig.Vp1);
        _rig.Write(Config, AutoEnable | OnSint2);
        _rig.Write(Count, 5 * Millisecond);
        _rig.Write(Config, AutoEnable | OnSint2, SynicRig.Vp1);
        _rig.Write(Count, 3 * Millisecond, SynicRig.Vp1);

        Assert.Equal(3 * Millisecond, _rig.Synic.RunTimers());
        Assert.Equal(5 * Millisecond, _rig.Advance(3 * Millisecond));
        Assert.Equal(SynicRig.Vp1, Assert.Single(_rig.Interrupts).Vp);
    }

    [Fact]
    public void RunTimers_NothingArmed_GivesNull() => Assert.Null(_rig.Synic.RunTimers());

    [Fact]
    public void Post_TimerMessageInTheSlot_IsDeferredBehindIt()
    {
        _rig.Advance(Millisecond);
        _rig.Write(Config, AutoEnable | OnSint2);
        _rig.Write(Count, 1);

        Assert.Equal(GuestPostResult.Deferred, _rig.Post(4));

        Assert.True(_rig.EmptySlot());
        _rig.Eom();
        Assert.Equal(4, _rig.SlotTag());
    }

    private void AssertTimerMessage(uint index, ulong expiration, ulong delivery)
    {
        var slot = _rig.Slot();
        Assert.Equal(HvMessage.TypeTimerExpired, HvMessage.ReadType(slot));
        var payload = HvMessage.ReadPayload(slot);
        Assert.Equal(24, payload.Length);
        Assert.Equal(index, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        Assert.Equal(expiration, BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]));
        Assert.Equal(delivery, BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]));
    }
}
