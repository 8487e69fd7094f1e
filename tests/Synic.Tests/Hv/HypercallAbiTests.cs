using Synic.Hv;

namespace Synic.Tests.Hv;

public sealed class HypercallAbiTests
{
    [Theory]
    [InlineData(0x0000_0000_0001_005DUL, 0x5D, true, 0, 0, 0, false)]
    [InlineData(0x0000_0000_07FE_0000UL, 0, false, 0x3FF, 0, 0, false)]
    [InlineData(0x0FFF_0FFF_0000_0000UL, 0, false, 0, 0xFFF, 0xFFF, false)]
    [InlineData(0x0000_0000_0000_FFFFUL, 0xFFFF, false, 0, 0, 0, false)]
    [InlineData(0x0000_0000_0800_0000UL, 0, false, 0, 0, 0, true)]
    [InlineData(0x0000_0000_8000_0000UL, 0, false, 0, 0, 0, true)]
    [InlineData(0x0000_1000_0000_0000UL, 0, false, 0, 0, 0, true)]
    [InlineData(0x0000_8000_0000_0000UL, 0, false, 0, 0, 0, true)]
    [InlineData(0x1000_0000_0000_0000UL, 0, false, 0, 0, 0, true)]
    [InlineData(0x8000_0000_0000_0000UL, 0, false, 0, 0, 0, true)]
    public void Control_BitFields_LieWhereTheTlfsPutsThem(
        ulong value, int code, bool fast, int variableHeader, int repCount, int repStart, bool reserved)
    {
        var control = new HypercallControl(value);

        Assert.Equal(code, control.Code);
        Assert.Equal(fast, control.Fast);
        Assert.Equal(variableHeader, control.VariableHeaderSize);
        Assert.Equal(repCount, control.RepCount);
        Assert.Equal(repStart, control.RepStart);
        Assert.Equal(reserved, control.HasReservedBits);
    }

    [Fact]
    public void Control_EveryBit_BelongsToOneFieldOrIsReserved()
    {
        const ulong Fields = 0xFFFF | (1UL << 16) | (0x3FFUL << 17) | (0xFFFUL << 32) | (0xFFFUL << 48);

        Assert.Equal(~Fields, HypercallControl.ReservedBits);
    }

    [Fact]
    public void Control_MadeForACall_ReadsBack()
    {
        Assert.Equal(0x1_005DUL, HypercallControl.Simple(HypercallCode.SignalEvent, fast: true).Value);
        Assert.Equal(0x0002_0003_0000_0050UL, HypercallControl.Rep(HypercallCode.GetVpRegisters, 3, 2).Value);
    }

    [Theory]
    [InlineData(0, 0, 0UL)]
    [InlineData(0x12, 0, 0x12UL)]
    [InlineData(0x87, 5, 0x0000_0005_0000_0087UL)]
    [InlineData(0xFFFF, 0xFFF, 0x0000_0FFF_0000_FFFFUL)]
    public void Result_StatusAndReps_ShareOneWord(ushort status, int reps, ulong expected) =>
        Assert.Equal(expected, new HypercallResult(new HvStatus(status), reps).Value);

    [Theory]
    [InlineData(0x00, false, false, 0)]
    [InlineData(0x12, true, false, 2)]
    [InlineData(0x0F, false, false, 15)]
    [InlineData(0x20, false, true, 0)]
    [InlineData(0x80, false, true, 0)]
    public void InputVtl_BitFields_LieWhereTheTlfsPutsThem(byte value, bool useTarget, bool reserved, byte target)
    {
        var input = new HvInputVtl(value);

        Assert.Equal((useTarget, reserved, new Vtl(target)), (input.UseTarget, input.HasReservedBits, input.Target));
    }
}
