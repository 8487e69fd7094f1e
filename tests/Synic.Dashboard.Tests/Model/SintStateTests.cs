using Synic.Contracts;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class SintStateTests
{
    public static TheoryData<string, SintSummary> Letters => new()
    {
        { "R", Some.Sint(0) },
        { "M", Some.Sint(0) with { Masked = true, FlagsSet = 1 } },
        { "S", Some.Sint(0) with { SlotBusy = true, FlagsSet = 1 } },
        { "P", Some.Sint(0) with { SlotBusy = true, Pending = true } },
        { "F", Some.Sint(0) with { FlagsSet = 3 } },
        { "Q", Some.Sint(0) with { Masked = true, QueueLength = 2 } },
    };

    [Theory]
    [MemberData(nameof(Letters), DisableDiscoveryEnumeration = true)]
    public void Of_SynicOn_TellsWhatMattersMost(string letter, SintSummary sint) =>
        Assert.Equal(letter, SintState.Of(Some.Synic(), sint).Letter);

    [Fact]
    public void Of_SynicOff_IsOffUnlessMessagesWait()
    {
        var off = Some.Synic() with { Enabled = false };

        Assert.Same(SintState.Off, SintState.Of(off, Some.Sint(0)));
        Assert.Same(SintState.Queued, SintState.Of(off, Some.Sint(0) with { QueueLength = 1 }));
    }

    [Fact]
    public void All_Letters_AreDifferent() => Assert.Distinct(SintState.All.Select(s => s.Letter));
}
