using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Emulation;

public sealed class EventDeliveryTests
{
    private readonly SynicRig _rig = new();

    private GuestDeliveryCounters Counters => _rig.Synic.Counters;

    [Theory]
    [InlineData(0, 2u, 2, 0, GuestSignalResult.InvalidVp, EventDropReason.InvalidVp)]
    [InlineData(2, 0u, 2, 0, GuestSignalResult.InvalidVp, EventDropReason.InvalidVp)]
    [InlineData(0, 0u, 16, 0, GuestSignalResult.InvalidSint, EventDropReason.InvalidSint)]
    [InlineData(0, 0u, 2, 2048, GuestSignalResult.InvalidFlag, EventDropReason.InvalidFlag)]
    [InlineData(0, 0u, 2, 65535, GuestSignalResult.InvalidFlag, EventDropReason.InvalidFlag)]
    [InlineData(0, 7u, 16, 2048, GuestSignalResult.InvalidVp, EventDropReason.InvalidVp)]
    [InlineData(0, 0u, 16, 2048, GuestSignalResult.InvalidSint, EventDropReason.InvalidSint)]
    public void Signal_OutOfRange_IsAnsweredInOrderOfTheChecks(
        byte vtl, uint vp, byte sint, int flag, GuestSignalResult expected, EventDropReason reason)
    {
        _rig.Enable();

        var result = _rig.Synic.SignalEvent(new Vtl(vtl), new VpIndex(vp), new SintIndex(sint), (ushort)flag);

        Assert.Equal(expected, result);
        Assert.Equal(1, Counters.EventsDropped(reason));
        Assert.Equal(1, Counters.Events(EventResult.Dropped));
        Assert.DoesNotContain(_rig.ReadPage(SynicRig.SiefpOf(SynicRig.Vp0)), value => value != 0);
    }

    [Theory]
    [InlineData(0UL, 0UL, 0x100F3UL, GuestSignalResult.SControlDisabled)]
    [InlineData(1UL, 0UL, 0x100F3UL, GuestSignalResult.SiefpDisabled)]
    [InlineData(1UL, 1UL, 0x100F3UL, GuestSignalResult.Masked)]
    [InlineData(1UL, 1UL, 0x1000F3UL, GuestSignalResult.Masked)]
    [InlineData(1UL, 1UL, 0xF3UL, GuestSignalResult.Interrupt)]
    public void Signal_SwitchedOff_IsAnsweredInOrderOfTheChecks(ulong scontrol, ulong siefp, ulong sint, GuestSignalResult expected)
    {
        _rig.Enable(sint: sint);
        _rig.Write(HvMsr.SControl, scontrol);
        _rig.Write(HvMsr.Siefp, SynicRig.SiefpOf(SynicRig.Vp0).Value | siefp);

        Assert.Equal(expected, _rig.Signal(0));
        Assert.Equal(expected == GuestSignalResult.Interrupt ? 1 : 0, _rig.Interrupts.Count);
    }

    [Theory]
    [InlineData(2, 0, 512, 0x01)]
    [InlineData(2, 33, 516, 0x02)]
    [InlineData(2, 2047, 767, 0x80)]
    [InlineData(15, 2047, 4095, 0x80)]
    public void Signal_Flag_SetsExactlyItsBit(byte sint, ushort flag, int offset, byte bit)
    {
        _rig.Enable();
        _rig.Write(HvMsr.Sint0 + sint, SynicRig.Vector);

        _rig.Synic.SignalEvent(Vtl.Vtl0, SynicRig.Vp0, new SintIndex(sint), flag);

        var page = _rig.ReadPage(SynicRig.SiefpOf(SynicRig.Vp0));
        Assert.Equal(bit, page[offset]);
        Assert.Single(page, value => value != 0);
    }

    [Fact]
    public void Signal_FlagAlreadySet_IsCoalescedUntilTheGuestClearsIt()
    {
        _rig.Enable();
        Assert.Equal(GuestSignalResult.Interrupt, _rig.Signal(5));

        Assert.Equal(GuestSignalResult.Coalesced, _rig.Signal(5));
        Assert.Single(_rig.Interrupts);
        Assert.Equal(1, Counters.Events(EventResult.Coalesced));

        _rig.FillPage(SynicRig.SiefpOf(SynicRig.Vp0), 0);
        Assert.Equal(GuestSignalResult.Interrupt, _rig.Signal(5));
        Assert.Equal(2, _rig.Interrupts.Count);
    }

    [Fact]
    public void Signal_PollingSint_SetsTheFlagWithoutInterrupt()
    {
        _rig.Enable(sint: SynicRig.Vector | 0x40000);

        Assert.Equal(GuestSignalResult.Interrupt, _rig.Signal(1));

        Assert.Empty(_rig.Interrupts);
        Assert.Equal(2, _rig.ReadPage(SynicRig.SiefpOf(SynicRig.Vp0))[512]);
    }

    [Fact]
    public void Signal_SecondVp_ReachesItsOwnPageAndApic()
    {
        _rig.Enable().Enable(SynicRig.Vp1, sint: 0x51 | 0x20000);

        _rig.Signal(0, SynicRig.Vp1);

        Assert.Equal((Vtl.Vtl0, SynicRig.Vp1, (byte)0x51, true), Assert.Single(_rig.Interrupts));
        Assert.Equal(1, _rig.ReadPage(SynicRig.SiefpOf(SynicRig.Vp1))[512]);
        Assert.Equal(0, _rig.ReadPage(SynicRig.SiefpOf(SynicRig.Vp0))[512]);
    }

    [Fact]
    public async Task Signal_ManyThreads_LosesNoFlag()
    {
        _rig.Enable();
        var cancellation = TestContext.Current.CancellationToken;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(
            () =>
            {
                for (var flag = thread; flag < 2048; flag += 4)
                {
                    Assert.Equal(GuestSignalResult.Interrupt, _rig.Signal((ushort)flag));
                }
            },
            cancellation)));

        Assert.Equal(2048, _rig.Synic.Inspect(Vtl.Vtl0, SynicRig.Vp0)!.Sints[2].FlagsSet);
        Assert.Equal(2048, _rig.Interrupts.Count);
    }
}
