using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class PortFilterTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly PortSummary s_port = Some.Port(0x2001) with
    {
        Kind = "event",
        MinimumVtl = 1,
        Owner = "My Tool, second",
        FastPath = "active",
        Since = s_now.AddHours(-2),
        LastActivity = s_now.AddMinutes(-2),
        Failures = 3,
        FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 3 },
        CallsPerSecond = 2.5,
    };

    [Theory]
    [InlineData("kidn:event", "No such key “kidn” at position 1. Did you mean “kind:”?")]
    [InlineData("echo colour:red", "No such key “colour” at position 6. There are conn:, kind:, vtl:, owner:, fast:, monitor:, status:, rate:, failures:, idle:, age:, injected:.")]
    [InlineData("kind:", "“kind:” at position 1 needs a value.")]
    [InlineData("kind:,", "“kind:” at position 1 needs a value.")]
    [InlineData("kind:socket", "“kind:” takes message or event, not “socket”.")]
    [InlineData("vtl:3", "“vtl:” takes a number up to 2 such as 1 or >0, not “3”.")]
    [InlineData("fast:yes", "“fast:” takes none, active or suspended, not “yes”.")]
    [InlineData("conn:0x", "“conn:” takes a number such as 0x2001 or a range such as 0x2000..0x27ff, not “0x”.")]
    [InlineData("conn:9..1", "“conn:” takes a number such as 0x2001 or a range such as 0x2000..0x27ff, not “9..1”.")]
    [InlineData("conn:-1", "“conn:” takes a number such as 0x2001 or a range such as 0x2000..0x27ff, not “-1”.")]
    [InlineData("owner:\"my", "The quote at position 7 is not closed.")]
    public void Parse_WrongTerm_SaysWhatIsWrongAndLeavesItOut(string text, string expected)
    {
        var filter = PortFilter.Parse(text).At(s_now);

        Assert.Equal(expected, PortFilters.Table.Parse(text).Errors[0].Message);
        Assert.Equal(!text.StartsWith("echo", StringComparison.Ordinal), filter.IsAll);
    }

    [Theory]
    [InlineData("kind:event")]
    [InlineData("KIND:Event")]
    [InlineData("kind:message,event")]
    [InlineData("-kind:message")]
    [InlineData("conn:0x2001")]
    [InlineData("conn:8193")]
    [InlineData("conn:1,0x2000..0x27ff")]
    [InlineData("vtl:1 fast:active")]
    [InlineData("owner:tool")]
    [InlineData("owner:\"my tool, s\"")]
    [InlineData("owner:=\"my tool, second\"")]
    [InlineData("idle:2m age:>1h")]
    [InlineData("status:operation_denied failures:>0 rate:>2")]
    [InlineData("2001")]
    [InlineData("tool event")]
    [InlineData(",")]
    [InlineData("   ")]
    [InlineData("")]
    public void Matches_TermsThatHold_True(string text)
    {
        var filter = PortFilter.Parse(text).At(s_now);

        Assert.Empty(PortFilters.Table.Parse(text).Errors);
        Assert.True(filter.Matches(s_port));
    }

    [Theory]
    [InlineData("kind:message")]
    [InlineData("-kind:event")]
    [InlineData("conn:0x2000")]
    [InlineData("conn:0x2002..0xffffffff")]
    [InlineData("vtl:1 fast:none")]
    [InlineData("owner:vmbus")]
    [InlineData("idle:>2m")]
    [InlineData("-tool")]
    [InlineData("tool echo")]
    [InlineData("active")]
    public void Matches_OneTermThatDoesNotHold_False(string text)
    {
        var filter = PortFilter.Parse(text).At(s_now);

        Assert.Empty(PortFilters.Table.Parse(text).Errors);
        Assert.False(filter.Matches(s_port));
    }
}
