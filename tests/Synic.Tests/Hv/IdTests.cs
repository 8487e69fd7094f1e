using System.Reflection;
using Synic.Hv;

namespace Synic.Tests.Hv;

public sealed class IdTests
{
    [Theory]
    [InlineData(0u, true)]
    [InlineData(0x00FF_FFFFu, true)]
    [InlineData(0x0100_0000u, false)]
    [InlineData(uint.MaxValue, false)]
    public void ConnectionId_WithReservedBits_IsNotValid(uint value, bool valid) =>
        Assert.Equal(valid, new ConnectionId(value).IsValid);

    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(31, 0, 31, true)]
    [InlineData(32, 1, 0, true)]
    [InlineData(127, 3, 31, true)]
    [InlineData(128, 4, 0, false)]
    [InlineData(255, 7, 31, false)]
    public void MonitorId_Value_SplitsIntoGroupAndBit(byte value, int group, int bit, bool valid)
    {
        var id = new MonitorId(value);

        Assert.Equal((group, bit, valid), (id.Group, id.Bit, id.IsValid));
    }

    [Fact]
    public void Vtl_HigherLevel_IsGreater()
    {
        Assert.True(Vtl.Vtl0 < Vtl.Vtl1 && Vtl.Vtl2 > Vtl.Vtl1 && Vtl.Vtl1 <= new Vtl(1) && Vtl.Vtl1 >= new Vtl(1));
        Assert.True(Vtl.Vtl2.IsValid);
        Assert.False(new Vtl(3).IsValid);
    }

    [Fact]
    public void SintIndex_16_IsNotValid()
    {
        Assert.True(new SintIndex(15).IsValid);
        Assert.False(new SintIndex(16).IsValid);
    }

    [Theory]
    [InlineData(0x1000UL, 0x1000UL, true)]
    [InlineData(0x1FFFUL, 0x1000UL, false)]
    [InlineData(ulong.MaxValue, 0xFFFF_FFFF_FFFF_F000UL, false)]
    public void Gpa_Page_IsTheAddressRoundedDown(ulong value, ulong page, bool aligned)
    {
        Assert.Equal(new Gpa(page), new Gpa(value).Page);
        Assert.Equal(aligned, new Gpa(value).IsPageAligned);
    }

    [Fact]
    public void HvStatus_EveryNamedCode_HasItsOwnSnakeCaseName()
    {
        var fields = typeof(HvStatus).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.FieldType == typeof(HvStatus)).ToList();

        Assert.True(fields.Count > 30);
        Assert.All(fields, field => Assert.Equal(
            field.Name.ToUpperInvariant(), ((HvStatus)field.GetValue(null)!).Name.Replace("_", "").ToUpperInvariant()));
    }

    [Fact]
    public void HvStatus_CodeWithoutAName_TravelsUnchanged()
    {
        var status = new HvStatus(0xBEEF);

        Assert.Equal(("0xbeef", false), (status.Name, status.IsSuccess));
        Assert.Equal(0xBEEFUL, new HypercallResult(status).Value);
    }
}
