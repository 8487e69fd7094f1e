using Synic.Contracts;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class PortSortTests
{
    private static readonly PortSummary s_low = Some.Port(2) with
    {
        Kind = "event",
        FastPath = "active",
        Owner = "a",
        Calls = 1,
        Failures = 1,
        FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 1 },
        CallsPerSecond = 0.1,
        LastActivity = null,
        Since = Some.Now.AddDays(-1),
        Bytes = 1,
        FailuresPerSecond = 1,
        Generation = 1,
    };

    private static readonly PortSummary s_high = Some.Port(3) with
    {
        MinimumVtl = 2,
        Owner = "b",
        Calls = 2,
        Failures = 2,
        FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 2 },
        CallsPerSecond = 0.2,
        LastActivity = Some.Now,
        Since = Some.Now,
        Bytes = 2,
        FailuresPerSecond = 2,
        MonitorId = 5,
        Generation = 2,
    };

    [Theory]
    [InlineData("kind")]
    [InlineData("connection")]
    [InlineData("minimumVtl")]
    [InlineData("owner")]
    [InlineData("calls")]
    [InlineData("callsPerSecond")]
    [InlineData("failures")]
    [InlineData("operation_denied")]
    [InlineData("lastActivity")]
    [InlineData("fastPath")]
    [InlineData("since")]
    [InlineData("bytes")]
    [InlineData("failuresPerSecond")]
    [InlineData("monitorId")]
    [InlineData("generation")]
    public void Compare_EachColumn_OrdersBothWays(string column)
    {
        Assert.True(PortSort.Parse(column).Compare(s_low, s_high) < 0);
        Assert.True(PortSort.Parse("-" + column).Compare(s_low, s_high) > 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("<script>")]
    [InlineData("-rate,calls")]
    public void Parse_NoColumn_IsByConnection(string? text) => Assert.Equal(PortSort.Default, PortSort.Parse(text));

    [Fact]
    public void Click_NumberThenAgain_MostFirstThenLeast()
    {
        var first = PortSort.Default.Click(PortSort.Calls);

        Assert.Equal("-calls", first.ToString());
        Assert.Equal("calls", first.Click(PortSort.Calls).ToString());
    }
}
