using System.Buffers.Binary;
using Synic.Emulation;
using Synic.Hv;

namespace Synic.Tests.Emulation;

public sealed class PartitionMsrsTests
{
    private const ulong LinuxId = 0x8100_0006_01C0_0000;
    private static readonly Gpa s_page = new(0x5000);

    private readonly SynicRig _rig = new();

    [Fact]
    public void Hypercall_WithoutGuestOsId_StaysOff()
    {
        _rig.Write(HvMsr.Hypercall, s_page.Value | 1);

        Assert.Equal(s_page.Value, _rig.Read(HvMsr.Hypercall));
        Assert.False(_rig.Synic.HypercallPageEnabled);
        Assert.Equal(0, _rig.PageFills);
    }

    [Theory]
    [InlineData(0x5005UL)]
    [InlineData(0x5801UL)]
    [InlineData(0x0004UL)]
    [InlineData((ulong)SynicRig.Pages << Gpa.PageShift | 1)]
    [InlineData(0xFFFF_FFFF_FFFF_F001UL)]
    public void Hypercall_BadValue_IsAFault(ulong value)
    {
        _rig.Write(HvMsr.GuestOsId, LinuxId);

        Assert.False(_rig.TryWrite(HvMsr.Hypercall, value));
        Assert.Equal(0UL, _rig.Read(HvMsr.Hypercall));
    }

    [Fact]
    public void Hypercall_Enabled_ShowsTheBackendsCodeAndTrapsBehindIt()
    {
        _rig.Write(HvMsr.GuestOsId, LinuxId, SynicRig.Vp1);
        _rig.Write(HvMsr.Hypercall, s_page.Value | 1, SynicRig.Vp1);

        var page = _rig.ReadPage(s_page);
        Assert.Equal([0x0F, 0x01, 0x01, 0xCC], page[..4]);
        Assert.Equal(0xCC, page[4095]);
        Assert.True(_rig.Synic.HypercallPageEnabled);
        Assert.Equal(s_page, _rig.Synic.HypercallPage);
        Assert.Equal(s_page.Value | 1, _rig.Read(HvMsr.Hypercall)); // Of all VPs.
    }

    [Fact]
    public void Hypercall_Moved_LeavesTheGuestsRamBehind()
    {
        _rig.FillPage(s_page, 0x77);
        _rig.Write(HvMsr.GuestOsId, LinuxId);
        _rig.Write(HvMsr.Hypercall, s_page.Value | 1);

        _rig.Write(HvMsr.Hypercall, 0x6001);

        Assert.DoesNotContain(_rig.ReadPage(s_page), value => value != 0x77);
        Assert.Equal(0x0F, _rig.ReadPage(new Gpa(0x6000))[0]);
    }

    [Fact]
    public void Hypercall_Locked_IsAFaultUntilReset()
    {
        _rig.Write(HvMsr.GuestOsId, LinuxId);
        _rig.Write(HvMsr.Hypercall, s_page.Value | 3);

        Assert.False(_rig.TryWrite(HvMsr.Hypercall, 0));
        Assert.False(_rig.TryWrite(HvMsr.Hypercall, s_page.Value | 3));
        Assert.Equal(s_page.Value | 3, _rig.Read(HvMsr.Hypercall));

        _rig.Synic.Reset();
        Assert.True(_rig.TryWrite(HvMsr.Hypercall, 0));
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(3UL)]
    public void GuestOsId_Zero_TakesTheHypercallPageAway(ulong bits)
    {
        _rig.FillPage(s_page, 0x77);
        _rig.Write(HvMsr.GuestOsId, LinuxId);
        _rig.Write(HvMsr.Hypercall, s_page.Value | bits);

        _rig.Write(HvMsr.GuestOsId, 0);

        Assert.False(_rig.Synic.HypercallPageEnabled);
        Assert.Equal(0x77, _rig.ReadPage(s_page)[0]);
        Assert.Equal(0UL, _rig.Synic.GuestOsId);
    }

    [Fact]
    public void GuestOsId_Written_IsKnown()
    {
        _rig.Write(HvMsr.GuestOsId, LinuxId);

        Assert.Equal(LinuxId, _rig.Synic.GuestOsId);
        Assert.Equal(LinuxId, _rig.Read(HvMsr.GuestOsId, SynicRig.Vp1));
    }

    [Fact]
    public void TimeRefCount_TimePasses_CountsUnitsOf100Nanoseconds()
    {
        Assert.Equal(0UL, _rig.Read(HvMsr.TimeRefCount));
        _rig.Time.Advance(TimeSpan.FromMilliseconds(2));

        Assert.Equal(20_000UL, _rig.Read(HvMsr.TimeRefCount));
        Assert.Equal(20_000UL, _rig.Read(HvMsr.VpRuntime));
    }

    [Fact]
    public void Frequencies_WithoutTsc_OnlyTheApicHasOne()
    {
        Assert.False(_rig.Synic.TryReadMsr(Vtl.Vtl0, SynicRig.Vp0, HvMsr.TscFrequency, out _));
        Assert.Equal(1_000_000_000UL, _rig.Read(HvMsr.ApicFrequency));
    }

    [Fact]
    public void TscFrequency_WithTsc_IsTheClocks() =>
        Assert.Equal(TscClock.Hertz, new SynicRig(clock: inner => new TscClock(inner)).Read(HvMsr.TscFrequency));

    [Theory]
    [InlineData(0x5003UL)]
    [InlineData(0x5801UL)]
    [InlineData((ulong)SynicRig.Pages << Gpa.PageShift | 1)]
    public void ReferenceTsc_BadValue_IsAFault(ulong value) => Assert.False(_rig.TryWrite(HvMsr.ReferenceTsc, value));

    [Fact]
    public void ReferenceTsc_ClockWithoutTsc_ShowsAnInvalidPage()
    {
        _rig.FillPage(s_page, 0x77);

        _rig.Write(HvMsr.ReferenceTsc, s_page.Value | 1);

        Assert.DoesNotContain(_rig.ReadPage(s_page), value => value != 0);
        Assert.Equal(s_page.Value | 1, _rig.Read(HvMsr.ReferenceTsc));
    }

    [Fact]
    public void ReferenceTsc_ClockWithTsc_ShowsScaleAndOffset()
    {
        var rig = new SynicRig(clock: inner => new TscClock(inner));

        rig.Write(HvMsr.ReferenceTsc, s_page.Value | 1);

        var page = rig.ReadPage(s_page);
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(page));
        Assert.Equal(0x0111_1111_1111_1111UL, BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(8)));
        Assert.Equal(-42, BinaryPrimitives.ReadInt64LittleEndian(page.AsSpan(16)));
        Assert.DoesNotContain(page[24..], value => value != 0);
    }

    [Fact]
    public void ReferenceTsc_GuestScribbledOverIt_IsMadeAnewWhenEnabled()
    {
        var rig = new SynicRig(clock: inner => new TscClock(inner));
        rig.Write(HvMsr.ReferenceTsc, s_page.Value | 1);
        rig.FillPage(s_page, 0xFF);
        rig.Write(HvMsr.ReferenceTsc, 0);

        rig.Write(HvMsr.ReferenceTsc, s_page.Value | 1);

        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(rig.ReadPage(s_page)));
        Assert.Equal(0, rig.ReadPage(s_page)[4095]);
    }

    [Fact]
    public void ReferenceTsc_Refilled_IsInvalidUntilItIsComplete()
    {
        RacingMemory? memory = null;
        var rig = new SynicRig(clock: inner => new TscClock(inner), wrap: ram => memory = new RacingMemory(ram));
        rig.Write(HvMsr.ReferenceTsc, s_page.Value | 1);
        var writes = new List<(uint Sequence, byte Before, byte Scale)>();
        memory!.BeforeWriteUInt32 = (_, value) => writes.Add((value, rig.ReadPage(s_page)[0], rig.ReadPage(s_page)[8]));
        rig.FillPage(s_page, 0xFF);

        rig.Write(HvMsr.ReferenceTsc, s_page.Value | 1);

        Assert.Equal([(0u, (byte)0xFF, (byte)0xFF), (1u, (byte)0, (byte)0x11)], writes);
    }

    [Theory]
    [InlineData(0UL, 0)]
    [InlineData(1UL, 1)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(2UL, 0)]
    public void Reset_Written_AsksOnlyForBitZero(ulong value, int requests)
    {
        _rig.Write(HvMsr.GuestOsId, LinuxId);
        _rig.Write(HvMsr.Reset, value);

        Assert.Equal(requests, _rig.ResetRequests);
        Assert.Equal(0UL, _rig.Read(HvMsr.Reset));
        Assert.Equal(LinuxId, _rig.Synic.GuestOsId); // Who was asked does it.
    }

    [Fact]
    public void Crash_Notified_CarriesTheParameters()
    {
        for (uint i = 0; i < 5; i++)
        {
            _rig.Write(HvMsr.CrashP0 + i, 10 + i);
        }

        _rig.Write(HvMsr.CrashControl, GuestCrash.NotifyBit | GuestCrash.MessageBit, SynicRig.Vp1);

        var crash = Assert.Single(_rig.Crashes);
        Assert.Equal(new GuestCrash(Vtl.Vtl0, SynicRig.Vp1, 3UL << 62, 10, 11, 12, 13, 14), crash);
        Assert.True(crash.HasMessage);
        Assert.Equal(14UL, _rig.Read(HvMsr.CrashP4));
        Assert.Equal(3UL << 62, _rig.Read(HvMsr.CrashControl));
    }

    [Fact]
    public void Crash_WithoutNotifyBit_IsNoCrash()
    {
        _rig.Write(HvMsr.CrashControl, GuestCrash.MessageBit);

        Assert.Empty(_rig.Crashes);
    }

    [Fact]
    public void GuestIdle_Read_IsZero() => Assert.Equal(0UL, _rig.Read(HvMsr.GuestIdle));

    private sealed class TscClock(IReferenceClock inner) : IReferenceClock
    {
        public const ulong Hertz = 2_400_000_000;

        public ulong Now => inner.Now;

        public ulong TscFrequency => Hertz;

        public bool TryGetTscPage(out ulong scale, out long offset)
        {
            scale = 0x0111_1111_1111_1111;
            offset = -42;
            return true;
        }
    }
}
