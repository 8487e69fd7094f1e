using Synic.Faults;

namespace Synic.Tests.Faults;

/// <summary>Recorded runs are replayed with these numbers: they are a contract.</summary>
public sealed class FaultDrawTests
{
    [Theory]
    [InlineData(0, "a", 1, 0x4DB7_CA69_AF9C_E44BUL)]
    [InlineData(42, "rule-1", 1, 0x6E8C_23FE_5B82_7BA9UL)]
    [InlineData(42, "rule-1", 2, 0x2C4F_2403_2C3E_5F4EUL)]
    [InlineData(ulong.MaxValue, "receiver-full", 1_000_000_007, 0xF53C_1C8F_3797_DA9FUL)]
    public void Draw_OfSeedRuleAndNumber_IsFixedForever(ulong seed, string rule, long number, ulong expected) =>
        Assert.Equal(expected, new FaultDraw(seed, rule)[number]);

    [Fact]
    public void ToUnit_OfTheLargestDraw_IsBelowOne()
    {
        Assert.True(FaultDraw.ToUnit(ulong.MaxValue) < 1);
        Assert.Equal(0, FaultDraw.ToUnit(0));
    }

    [Fact]
    public void Second_OfAnyDraw_StaysWithinItsBounds()
    {
        var draws = new FaultDraw(7, "jitter");
        var seen = Enumerable.Range(1, 1000).Select(n => FaultDraw.Second(draws[n], 3)).ToHashSet();

        Assert.Equal([0, 1, 2, 3], seen.Order());
    }

    [Fact]
    public void ToUnit_OfManyDraws_IsSpreadEvenly()
    {
        var draws = new FaultDraw(1, "even");
        var tenths = Enumerable.Range(1, 100_000).CountBy(n => (int)(FaultDraw.ToUnit(draws[n]) * 10)).ToDictionary();

        Assert.All(Enumerable.Range(0, 10), tenth => Assert.InRange(tenths[tenth], 9_600, 10_400));
    }
}
