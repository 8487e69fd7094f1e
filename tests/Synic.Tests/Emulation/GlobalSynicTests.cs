using Synic.Diagnostics;
using Synic.Emulation;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Emulation;

public sealed class GlobalSynicTests
{
    private static readonly VpIndex s_noVp = new(7);

    private readonly SynicRig _rig = new(vtls: 2);

    private GlobalSynic Synic => _rig.Synic;

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 4, 1)]
    [InlineData(1, 1, 0)]
    public void New_ImpossibleOptions_Throws(int vps, int vtls, int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SynicRig(vps, vtls, capacity));

    [Fact]
    public void TryGet_EveryVpAndVtl_IsItsOwn()
    {
        Assert.True(Synic.TryGet(Vtl.Vtl1, SynicRig.Vp0, out var processor));
        Assert.Equal((Vtl.Vtl1, SynicRig.Vp0), (processor.Vtl, processor.Vp));
        Assert.True(Synic.TryGet(Vtl.Vtl0, SynicRig.Vp1, out processor));
        Assert.Equal((Vtl.Vtl0, SynicRig.Vp1), (processor.Vtl, processor.Vp));
        Assert.False(Synic.TryGet(Vtl.Vtl2, SynicRig.Vp0, out _));
        Assert.False(Synic.TryGet(Vtl.Vtl0, new VpIndex(2), out _));
    }

    [Fact]
    public void Post_OtherVtl_RaisesItsInterruptThere()
    {
        Assert.True(Synic.TryWriteMsr(Vtl.Vtl1, SynicRig.Vp0, HvMsr.Simp, 0x20001));
        Assert.True(Synic.TryWriteMsr(Vtl.Vtl1, SynicRig.Vp0, HvMsr.Sint0 + 2, 0x55));

        Assert.Equal(GuestPostResult.Delivered, Synic.PostMessage(Vtl.Vtl1, SynicRig.Vp0, SynicRig.Sint2, 1, []));

        Assert.Equal((Vtl.Vtl1, SynicRig.Vp0, (byte)0x55, false), Assert.Single(_rig.Interrupts));
    }

    [Fact]
    public void RaiseSint_Unmasked_InterruptsAndTouchesNoPage()
    {
        _rig.Enable();

        Assert.Equal(GuestSignalResult.Interrupt, Synic.RaiseSint(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2));

        Assert.Equal((Vtl.Vtl0, SynicRig.Vp0, SynicRig.Vector, false), Assert.Single(_rig.Interrupts));
        Assert.Equal(0, Synic.Counters.Messages);
    }

    [Fact]
    public void RaiseSint_ThatCannotBe_SaysWhyAndDoesNothing()
    {
        _rig.Enable();
        Assert.Equal(GuestSignalResult.InvalidVp, Synic.RaiseSint(Vtl.Vtl0, s_noVp, SynicRig.Sint2));
        Assert.Equal(GuestSignalResult.InvalidSint, Synic.RaiseSint(Vtl.Vtl0, SynicRig.Vp0, new SintIndex(16)));
        Assert.Equal(GuestSignalResult.Masked, Synic.RaiseSint(Vtl.Vtl0, SynicRig.Vp0, new SintIndex(3)));
        _rig.Write(HvMsr.SControl, 0);
        Assert.Equal(GuestSignalResult.SControlDisabled, Synic.RaiseSint(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2));
        Synic.Close();
        Assert.Equal(GuestSignalResult.PartitionGone, Synic.RaiseSint(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Sint2));
        Assert.Empty(_rig.Interrupts);
    }

    [Fact]
    public void Reset_Running_GivesPowerOnStateAndTheGuestsRam()
    {
        _rig.FillPage(SynicRig.SimpOf(SynicRig.Vp0), 0x77);
        _rig.Enable();
        _rig.Write(HvMsr.SControl, 0);
        _rig.Write(HvMsr.GuestOsId, 9);
        _rig.Write(HvMsr.Hypercall, 0x20003);
        _rig.Write(HvMsr.ReferenceTsc, 0x21001);
        _rig.Write(HvMsr.VpAssistPage, 0x22001);
        _rig.Write(HvMsr.CrashP0, 5);
        _rig.Write(HvMsr.Stimer0Config, 0x20008);
        _rig.Write(HvMsr.Stimer0Config + 1, 500);
        _rig.Post(1);
        _rig.Post(2);

        Synic.Reset();

        Assert.Equal(2, Synic.Counters.Dropped(DropReason.Reset));
        Assert.Equal(0, _rig.Queued());
        Assert.Equal(1UL, _rig.Read(HvMsr.SControl));
        Assert.Equal(0x10000UL, _rig.Read(HvMsr.Sint0 + 2));
        Assert.All(
            new[]
            {
                HvMsr.Simp, HvMsr.Siefp, HvMsr.Stimer0Config, HvMsr.Stimer0Config + 1, HvMsr.GuestOsId, HvMsr.Hypercall,
                HvMsr.ReferenceTsc, HvMsr.VpAssistPage, HvMsr.CrashP0,
            },
            msr => Assert.Equal(0UL, _rig.Read(msr)));
        Assert.Null(_rig.Advance(1000));
        Assert.Equal(0x77, _rig.ReadPage(SynicRig.SimpOf(SynicRig.Vp0))[0]);
    }

    [Fact]
    public void Reset_MessageInTheSlot_IsForgotten()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Signal(3);

        Synic.Reset();
        _rig.Enable();

        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
        Assert.Equal(GuestSignalResult.Interrupt, _rig.Signal(3));
    }

    [Fact]
    public void Close_Anything_IsAnsweredAndReachesNobody()
    {
        _rig.Enable();
        _rig.Write(HvMsr.Stimer0Config, 0x20008);
        _rig.Write(HvMsr.Stimer0Config + 1, 500);
        _rig.Post(1);
        _rig.Post(2);
        _rig.Interrupts.Clear();

        Synic.Close();

        Assert.Equal(GuestPostResult.PartitionGone, _rig.Post(3));
        Assert.Equal(GuestSignalResult.PartitionGone, _rig.Signal(3));
        Assert.Equal(GuestPostResult.PartitionGone, Synic.PostMessage(Vtl.Vtl0, s_noVp, SynicRig.Sint2, 1, []));
        Assert.Null(_rig.Advance(1000));
        _rig.Write(HvMsr.Stimer0Config, 0x20008);
        _rig.Write(HvMsr.Stimer0Config + 1, 1); // In the past: would fire at once.
        _rig.EmptySlot();
        _rig.Eom();
        Synic.EndOfInterrupt(Vtl.Vtl0, SynicRig.Vp0, SynicRig.Vector);
        Assert.Empty(_rig.Interrupts);
        Assert.Equal(HvMessage.TypeNone, _rig.SlotType());
        Assert.Equal(3, Synic.Counters.Dropped(DropReason.PartitionGone));
        Assert.Equal(1, Synic.Counters.EventsDropped(EventDropReason.PartitionGone));
    }

    [Fact]
    public void Inspect_NoSuchVp_IsNull() => Assert.Null(Synic.Inspect(Vtl.Vtl0, s_noVp));

    [Fact]
    public void Inspect_Running_ShowsRegistersSlotsFlagsAndTimers()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Signal(0);
        _rig.Signal(2047);
        _rig.Write(HvMsr.Stimer0Config + 2, 0x20008);
        _rig.Write(HvMsr.Stimer0Config + 3, 500);

        var state = Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!;

        Assert.Equal(1UL, state.SControl);
        Assert.Equal(SynicRig.SimpOf(SynicRig.Vp0).Value | 1, state.Simp);
        Assert.Equal(SynicRig.SiefpOf(SynicRig.Vp0).Value | 1, state.Siefp);
        Assert.Equal(new SintState(SynicRig.Vector, SlotBusy: true, Pending: true, 2, 1, "slot_busy"), state.Sints[2]);
        Assert.Equal(new SintState(0x10000, SlotBusy: false, Pending: false, 0, 0, null), state.Sints[3]);
        Assert.Equal([null, 500UL, null, null], state.Timers.Select(timer => timer.Due));
    }

    [Theory]
    [InlineData(HvMsr.SControl, 0UL, "scontrol_disabled")]
    [InlineData(HvMsr.Simp, 0UL, "simp_disabled")]
    [InlineData(HvMsr.Sint0 + 2, 0x100F3UL, "masked")]
    [InlineData(HvMsr.SControl, 1UL, "slot_busy")]
    public void Inspect_MessageWaits_SaysWhy(uint msr, ulong value, string expected)
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.Write(msr, value);

        Assert.Equal(expected, Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!.Sints[2].BlockedBy);
    }

    [Fact]
    public void Inspect_GuestForgotEom_SaysSo()
    {
        _rig.Enable();
        _rig.Post(1);
        _rig.Post(2);
        _rig.EmptySlot();

        Assert.Equal(SintState.AwaitingEom, Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!.Sints[2].BlockedBy);
    }

    [Fact]
    public void Inspect_PagesOff_ShowsNoSlotsOrFlags()
    {
        _rig.FillPage(new Gpa(0), 0xFF);

        var state = Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!;

        Assert.All(state.Sints, sint => Assert.Equal((false, false, 0), (sint.SlotBusy, sint.Pending, sint.FlagsSet)));
    }
}
