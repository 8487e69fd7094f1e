using Synic.Contracts.Filters;
using Synic.Diagnostics;

namespace Synic.Tests.Contracts.Filters;

public sealed class PortFiltersTests
{
    private static readonly Row s_row = new();

    [Theory]
    [InlineData("kidn:event", "unknown_key", 0, "kind", "No such key “kidn” at position 1. Did you mean “kind:”?")]
    [InlineData("echo vlt:1", "unknown_key", 5, "vtl", "No such key “vlt” at position 6. Did you mean “vtl:”?")]
    [InlineData("kind:evnt", "invalid_value", 5, "event", "“kind:” takes message or event, not “evnt”. Did you mean “event”?")]
    [InlineData("kind:message,socket", "invalid_value", 13, null, "“kind:” takes message or event, not “socket”.")]
    [InlineData("kind:>event", "invalid_value", 5, "event", "“kind:” takes message or event, not “>event”. Did you mean “event”?")]
    [InlineData("fast:a..b", "invalid_value", 5, null, "“fast:” takes none, active or suspended, not “a..b”.")]
    [InlineData("vtl:3", "invalid_value", 4, null, "“vtl:” takes a number up to 2 such as 1 or >0, not “3”.")]
    [InlineData("conn:0x", "invalid_value", 5, null, "“conn:” takes a number such as 0x2001 or a range such as 0x2000..0x27ff, not “0x”.")]
    [InlineData("conn:9..1", "invalid_value", 5, null, "“conn:” takes a number such as 0x2001 or a range such as 0x2000..0x27ff, not “9..1”.")]
    [InlineData("monitor:128", "invalid_value", 8, null, "“monitor:” takes a number up to 127 such as 5, 0..31, none or *, not “128”.")]
    [InlineData("idle:5y", "invalid_value", 5, null, "“idle:” takes a time such as >5m, <250ms or 30s..1h30m, not “5y”.")]
    [InlineData("owner:>a", "invalid_value", 6, null, "“owner:” takes a text, or one with * for any characters, not “>a”.")]
    [InlineData("status:invalid_prot_id", "invalid_value", 7, "invalid_port_id", "“status:” takes names such as invalid_connection_id or operation_denied, not “invalid_prot_id”. Did you mean “invalid_port_id”?")]
    public void Parse_WrongTerm_SaysWhatIsNear(string text, string code, int position, string? suggestion, string message)
    {
        var filter = PortFilters.Table.Parse(text);

        var error = Assert.Single(filter.Errors);
        Assert.Equal((code, position, suggestion, message), (error.Code, error.Position, error.Suggestion, error.Message));
    }

    [Theory]
    [InlineData("conn:-1")]
    [InlineData("conn:+1")]
    [InlineData("conn:0x1_0")]
    [InlineData("conn:\u0661")]
    [InlineData("conn:1.5")]
    [InlineData("conn:1e3")]
    [InlineData("conn:99999999999999999999")]
    [InlineData("conn:0xffffffffffffffff")]
    [InlineData("conn:*1")]
    [InlineData("conn:1..2..3")]
    [InlineData("conn:\"5\"")]
    [InlineData("rate:NaN")]
    [InlineData("rate:>infinity")]
    [InlineData("rate:1e999")]
    [InlineData("rate:.")]
    [InlineData("idle:m")]
    [InlineData("idle:5m3")]
    [InlineData("idle:5..")]
    [InlineData("age:1.2.3s")]
    [InlineData("age:99999999999999999999d")]
    public void Parse_HostileNumbers_AreNoNumbers(string text)
    {
        var filter = PortFilters.Table.Parse(text);

        Assert.Equal(text == "idle:5..", filter.Errors.Count == 0); // an open range is one
    }

    [Theory]
    [InlineData("kind:event")]
    [InlineData("KIND:Event,message")]
    [InlineData("-kind:message")]
    [InlineData("conn:0x2001")]
    [InlineData("conn:8193")]
    [InlineData("conn:1,0x2000..0x27ff")]
    [InlineData("conn:0x2001.. conn:..0x2001 conn:>=0x2001 conn:<=0x2001 conn:=0x2001")]
    [InlineData("vtl:1 vtl:>0 vtl:<2")]
    [InlineData("fast:active fast:act*")]
    [InlineData("owner:tool owner:\"my tool, s\" owner:my*second owner:=\"MY TOOL, SECOND\"")]
    [InlineData("2001 tool event \"my tool\" my*second TOOL,nothing")]
    [InlineData("monitor:5 monitor:0..31 monitor:* -monitor:none")]
    [InlineData("status:operation_denied status:0x8 status:8 status:operation_* -status:timeout")]
    [InlineData("rate:>2.4 rate:2.5 rate:0..2.5 failures:>0 failures:3")]
    [InlineData("idle:90s idle:1m30s idle:>1m idle:<2m idle:1m..2m idle:90")]
    [InlineData("age:>1d age:2d age:48h")]
    [InlineData("injected:none -injected:0 -injected:>0 -injected:*")]
    public void Matches_TermsThatHold_True(string text) => Assert.True(Parse(text).Matches(s_row));

    [Theory]
    [InlineData("kind:message")]
    [InlineData("conn:0x2000")]
    [InlineData("conn:>0x2001")]
    [InlineData("conn:..0x2000")]
    [InlineData("vtl:1 fast:none")]
    [InlineData("owner:=tool")]
    [InlineData("owner:tool*")]
    [InlineData("-tool")]
    [InlineData("tool echo")]
    [InlineData("active")]
    [InlineData("\"my*second\"")]
    [InlineData("monitor:none")]
    [InlineData("status:timeout,insufficient_*")]
    [InlineData("rate:>2.5")]
    [InlineData("idle:>1m30s")]
    [InlineData("injected:0")]
    public void Matches_OneTermThatDoesNotHold_False(string text) => Assert.False(Parse(text).Matches(s_row));

    [Fact]
    public void Matches_GlobOfManyStars_EndsSoon()
    {
        var stars = string.Concat(Enumerable.Repeat("*a", 2000));
        var row = new Row { Owner = new string('a', 1900) + "b" };

        Assert.False(Parse($"owner:{stars}").Matches(row)); // a backtracking matcher would not come back
        Assert.True(Parse("owner:a*a*b*").Matches(row));
    }

    [Fact]
    public void Keys_OfPorts_AllHaveAnExampleThatIsRight()
    {
        Assert.All(PortFilters.Table.Keys, k => Assert.Empty(PortFilters.Table.Parse(k.Example).Errors));
        Assert.Equal(
            ["age", "conn", "failures", "fast", "idle", "injected", "kind", "monitor", "owner", "rate", "status", "vtl"],
            PortFilters.Table.Keys.Select(k => k.Name).Order());
    }

    [Fact]
    public void HvStatusWords_AreThoseOfTheMetrics_WithTheirNumbers()
    {
        Assert.Superset(FailureStatus.Names.Where(n => n != "other").ToHashSet(), HvStatusWords.All.Select(w => w.Name).ToHashSet());
        Assert.All(HvStatusWords.All, w => Assert.Equal(w.Name, new Synic.Hv.HvStatus((ushort)w.Number!).Name));
    }

    private static RowFilter<IPortFilterRow> Parse(string text)
    {
        var filter = PortFilters.Table.Parse(text);
        Assert.Empty(filter.Errors);
        return filter;
    }

    private sealed class Row : IPortFilterRow
    {
        public uint Connection => 0x2001;

        public string ConnectionText => "0x2001";

        public string Kind => "event";

        public int MinimumVtl => 1;

        public string Owner { get; init; } = "My Tool, second";

        public string FastPath => "active";

        public int? MonitorId => 5;

        public double? CallsPerSecond => 2.5;

        public long? Failures => 3;

        public long? Injected => null;

        public TimeSpan? Idle => TimeSpan.FromSeconds(90);

        public TimeSpan Age => TimeSpan.FromDays(2);

        public bool Refused(string status) => status == "operation_denied";
    }
}
