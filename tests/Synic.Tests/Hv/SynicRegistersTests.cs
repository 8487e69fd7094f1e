using Synic.Hv;

namespace Synic.Tests.Hv;

public sealed class SynicRegistersTests
{
    [Fact]
    public void Sint_AfterReset_IsMaskedWithVectorZero()
    {
        Assert.Equal(0x1_0000UL, SintRegister.Reset.Value);
        Assert.True(SintRegister.Reset.Masked);
    }

    [Theory]
    [InlineData(0x0_00FFUL, 0xFF, false, false, false, false)]
    [InlineData(0x1_0000UL, 0, true, false, false, false)]
    [InlineData(0x2_0000UL, 0, false, true, false, false)]
    [InlineData(0x4_0000UL, 0, false, false, true, false)]
    [InlineData(0x10_0000UL, 0, false, false, false, true)]
    [InlineData(0xFFFF_FFFF_FFE8_FF00UL, 0, false, false, false, false)]
    public void Sint_BitFields_LieWhereTheTlfsPutsThem(
        ulong value, byte vector, bool masked, bool autoEoi, bool polling, bool proxy)
    {
        var sint = new SintRegister(value);

        Assert.Equal(
            (vector, masked, autoEoi, polling, proxy), (sint.Vector, sint.Masked, sint.AutoEoi, sint.Polling, sint.Proxy));
    }

    [Fact]
    public void Overlay_EnableAndPreservedBits_AreNoPartOfTheAddress()
    {
        var register = new OverlayRegister(0x1234_5FFF);

        Assert.True(register.Enabled);
        Assert.Equal(new Gpa(0x1234_5000), register.Gpa);
        Assert.False(new OverlayRegister(0xFFE).Enabled);
    }

    [Fact]
    public void StimerConfig_BitFields_LieWhereTheTlfsPutsThem()
    {
        var config = new StimerConfig((15UL << 16) | (1 << 12) | (0xECUL << 4) | 0b1010);

        Assert.Equal((false, true, false, true), (config.Enabled, config.Periodic, config.Lazy, config.AutoEnable));
        Assert.Equal((0xEC, true, new SintIndex(15)), (config.ApicVector, config.Direct, config.Sint));
        Assert.False(config.HasReservedBits);
        Assert.True(config.WithEnabled(true).Enabled);
        Assert.Equal(config, config.WithEnabled(true).WithEnabled(false));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(63)]
    public void StimerConfig_BitThatMustBeZero_IsNoticed(int bit) =>
        Assert.True(new StimerConfig(1UL << bit).HasReservedBits);

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(19)]
    public void StimerConfig_BitWithMeaning_IsNotReserved(int bit) =>
        Assert.False(new StimerConfig(1UL << bit).HasReservedBits);

    [Fact]
    public void SControl_OnlyBitZero_TurnsTheSynicOn()
    {
        Assert.True(new SControlRegister(1).Enabled);
        Assert.False(new SControlRegister(~1UL).Enabled);
    }
}
