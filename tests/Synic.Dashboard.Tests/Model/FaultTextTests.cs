using Synic.Contracts;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class FaultTextTests
{
    [Theory]
    [InlineData("drop", "says success and does nothing")]
    [InlineData("busy", "behaves as if there was no room, 3 times")]
    [InlineData("delay", "holds it for 1.5 ms")]
    [InlineData("somethingNew", "somethingNew")]
    [InlineData(null, "does nothing yet")]
    public void Effect_Action_IsInWords(string? kind, string words) =>
        Assert.Equal(words, FaultText.Effect(new FaultActionSpec { Kind = kind, Count = 3, DelayMicroseconds = 1500 }));

    [Fact]
    public void Calls_Match_NamesEveryMemberThatIsGiven() => Assert.Equal(
        "signal_event to 0x1, 0x4..0x9 of owner vmbus* from VTL 1 with flag 3",
        FaultText.Calls(new FaultMatchSpec { Operation = "signal_event", Connections = ["0x1", "0x4..0x9"], Owner = "vmbus*", Vtl = "1", Flag = "3" }));

    [Fact]
    public void Limits_Trigger_IsInWords() => Assert.Equal(
        "only counts (dry run) · lets 2 pass first · 1 of every 5 · 12.5 % of them · at most 1 hit",
        FaultText.Limits(Some.Rule with { DryRun = true, Trigger = new FaultTriggerSpec { SkipFirst = 2, EveryNth = 5, Probability = .125, Times = 1 } }));

    [Theory]
    [InlineData(125.9, "2:05")]
    [InlineData(3599, "59:59")]
    [InlineData(-1, "ending")]
    public void Remaining_Time_IsMinutesAndSeconds(double seconds, string text) =>
        Assert.Equal(text, FaultText.Remaining(Some.Now.AddSeconds(seconds), Some.Now));
}
