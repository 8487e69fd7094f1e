using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Tests.Emulation;

public sealed class ProcessorSynicRegisterTests
{
    private const ulong Masked = 0x10000;
    private const ulong Polling = 0x40000;

    private readonly SynicRig _rig = new(vtls: 2);

    [Theory]
    [InlineData(0x3FFF_FFFFu)]
    [InlineData(0x4000_0024u)]
    [InlineData(HvMsr.Eoi)]
    [InlineData(HvMsr.Icr)]
    [InlineData(HvMsr.Tpr)]
    [InlineData(0x4000_0085u)]
    [InlineData(0x4000_008Fu)]
    [InlineData(0x4000_00A0u)]
    [InlineData(0x4000_00AFu)]
    [InlineData(0x4000_00B8u)]
    [InlineData(0x4000_0106u)]
    [InlineData(0x4000_0118u)]
    [InlineData(0x4000_01FFu)]
    [InlineData(uint.MaxValue)]
    public void Msr_Unknown_IsAFault(uint msr)
    {
        Assert.False(_rig.TryWrite(msr, 0));
        Assert.False(_rig.Synic.TryReadMsr(Vtl.Vtl0, SynicRig.Vp0, msr, out var value));
        Assert.Equal(0UL, value);
    }

    [Theory]
    [InlineData(0, 2u)]
    [InlineData(0, uint.MaxValue)]
    [InlineData(2, 0u)]
    [InlineData(255, 0u)]
    public void Msr_OfAVpThatDoesNotExist_IsAFault(byte vtl, uint vp)
    {
        Assert.False(_rig.Synic.TryWriteMsr(new Vtl(vtl), new VpIndex(vp), HvMsr.SControl, 1));
        Assert.False(_rig.Synic.TryReadMsr(new Vtl(vtl), new VpIndex(vp), HvMsr.SControl, out _));
    }

    [Theory]
    [InlineData(HvMsr.SControl, 1UL)]
    [InlineData(HvMsr.SVersion, 1UL)]
    [InlineData(HvMsr.Siefp, 0UL)]
    [InlineData(HvMsr.Simp, 0UL)]
    [InlineData(HvMsr.Eom, 0UL)]
    [InlineData(HvMsr.Sint0, Masked)]
    [InlineData(HvMsr.Sint15, Masked)]
    [InlineData(HvMsr.Stimer0Config, 0UL)]
    [InlineData(HvMsr.Stimer3Count, 0UL)]
    [InlineData(HvMsr.VpIndex, 1UL)]
    [InlineData(HvMsr.VpAssistPage, 0UL)]
    public void Read_AtPowerOn_GivesTheResetValue(uint msr, ulong expected) =>
        Assert.Equal(expected, _rig.Read(msr, SynicRig.Vp1));

    [Theory]
    [InlineData(HvMsr.VpIndex)]
    [InlineData(HvMsr.SVersion)]
    [InlineData(HvMsr.VpRuntime)]
    [InlineData(HvMsr.TimeRefCount)]
    [InlineData(HvMsr.TscFrequency)]
    [InlineData(HvMsr.ApicFrequency)]
    [InlineData(HvMsr.GuestIdle)]
    public void Write_ReadOnly_IsAFault(uint msr) => Assert.False(_rig.TryWrite(msr, 1));

    [Theory]
    [InlineData(0UL, false)]
    [InlineData(15UL, false)]
    [InlineData(15UL | 0x20000, false)]
    [InlineData(16UL, true)]
    [InlineData(255UL, true)]
    [InlineData(15UL | Masked, true)]
    [InlineData(0UL | Polling, true)]
    [InlineData(0xFFFF_FFFF_FFF0_0010UL, true)]
    public void Write_Sint_TakesOnlyVectorsThatMayBeRaised(ulong value, bool accepted)
    {
        Assert.Equal(accepted, _rig.TryWrite(HvMsr.Sint15, value));
        Assert.Equal(accepted ? value : Masked, _rig.Read(HvMsr.Sint15));
    }

    [Theory]
    [InlineData(HvMsr.SControl, 0xFFFF_FFFF_FFFF_FFFFUL)]
    [InlineData(HvMsr.SControl, 0xA0UL)]
    [InlineData(HvMsr.Simp, 0x5FFFUL)]
    [InlineData(HvMsr.Siefp, 0x5FFEUL)]
    [InlineData(HvMsr.Simp, 0xFFFF_FFFF_FFFF_FFFEUL)]
    public void Read_AfterWrite_GivesPreservedBitsBack(uint msr, ulong value)
    {
        _rig.Write(msr, value);

        Assert.Equal(value, _rig.Read(msr));
    }

    [Theory]
    [InlineData(HvMsr.Simp)]
    [InlineData(HvMsr.Siefp)]
    [InlineData(HvMsr.VpAssistPage)]
    public void Write_PageOutsideRam_IsAFaultAndChangesNothing(uint msr)
    {
        Assert.False(_rig.TryWrite(msr, ((ulong)SynicRig.Pages << Gpa.PageShift) | 1));
        Assert.Equal(0UL, _rig.Read(msr));
    }

    [Theory]
    [InlineData(HvMsr.Siefp)]
    [InlineData(HvMsr.Simp)]
    [InlineData(HvMsr.VpAssistPage)]
    [InlineData(HvMsr.ReferenceTsc)]
    [InlineData(HvMsr.Hypercall)]
    public void Write_PageOfAnotherVpsOverlay_IsAFault(uint msr)
    {
        _rig.Write(HvMsr.GuestOsId, 1);
        var page = SynicRig.SimpOf(SynicRig.Vp0).Value | 1;
        _rig.Write(HvMsr.Simp, page);

        Assert.False(_rig.TryWrite(msr, page, SynicRig.Vp1));
    }

    [Fact]
    public void Write_SiefpOnOwnSimp_IsAFault()
    {
        _rig.Write(HvMsr.Simp, 0x8001);

        Assert.False(_rig.TryWrite(HvMsr.Siefp, 0x8001));
    }

    [Fact]
    public void Write_PageOfTheSameVpInAnotherVtl_IsAFault()
    {
        _rig.Write(HvMsr.Simp, 0x8001);

        Assert.False(_rig.Synic.TryWriteMsr(Vtl.Vtl1, SynicRig.Vp0, HvMsr.Simp, 0x8001));
    }

    [Theory]
    [InlineData(0x8003UL)]
    [InlineData(0x8801UL)]
    [InlineData(0x0002UL)]
    public void Write_AssistPageWithReservedBits_IsAFault(ulong value) =>
        Assert.False(_rig.TryWrite(HvMsr.VpAssistPage, value));

    [Fact]
    public void Write_AssistPage_ShowsZeros()
    {
        _rig.FillPage(new Gpa(0x8000), 0xEE);

        _rig.Write(HvMsr.VpAssistPage, 0x8001);

        Assert.DoesNotContain(_rig.ReadPage(new Gpa(0x8000)), value => value != 0);
    }

    [Fact]
    public void Write_SimpOverStaleRam_DoesNotTakeItForMessages()
    {
        _rig.FillPage(SynicRig.SimpOf(SynicRig.Vp0), 0xEE);
        _rig.Enable();

        _rig.Post(7);

        Assert.Equal(7, _rig.SlotTag());
    }

    [Fact]
    public void Write_EomWithNothingWaiting_IsCountedAsSuch()
    {
        _rig.Enable();

        _rig.Write(HvMsr.Eom, ulong.MaxValue);

        Assert.Equal(1, _rig.Synic.Counters.Eoms(EomResult.NothingPending));
        Assert.Equal(0UL, _rig.Read(HvMsr.Eom));
    }
}
