using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class FormatTests
{
    [Theory]
    [InlineData(-1, "0")]
    [InlineData(0, "0")]
    [InlineData(0.01, "<0.1")]
    [InlineData(12.34, "12.3")]
    [InlineData(1234.5, "1,234")]
    [InlineData(double.NaN, "NaN")]
    public void Rate_AnyNumber_IsShort(double value, string expected) => Assert.Equal(expected, Format.Rate(value));

    [Theory]
    [InlineData(-5, "now")] // clocks differ
    [InlineData(0.9, "now")]
    [InlineData(59, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(7200, "2 h ago")]
    [InlineData(200_000, "2 d ago")]
    public void Ago_AnyAge_IsInItsLargestUnit(double seconds, string expected) =>
        Assert.Equal(expected, Format.Ago(Some.Now.AddSeconds(-seconds), Some.Now));

    [Fact]
    public void StatusText_NameNobodyKnows_StillHasAColumn() =>
        Assert.Equal("ODD STATUS", StatusText.Of("odd_status").Short);

    [Fact]
    public void Sorted_AnyOrder_IsAlwaysTheSame() => Assert.Equal(
        ["invalid_connection_id", "operation_denied", "other", "0x99"],
        StatusText.Sorted(["0x99", "other", "operation_denied", "other", "invalid_connection_id"]).Select(s => s.Name));
}
