using System.Xml.Linq;
using Synic.Daemon.Experiments.Reports;

namespace Synic.Daemon.Tests.Experiments;

public sealed class JUnitReportTests
{
    [Fact]
    public void Write_TextThatXmlCannotSay_IsSpeltOut()
    {
        var report = new ExperimentReport { Name = "a\0<b>", File = "f", Started = DateTimeOffset.UnixEpoch, Seed = "0x1", Serial = ["\e[31mred", "\ud800", "\ud83d\ude00 & \uffff"] };
        report.Cases.Add(new ExperimentCase { Kind = "expect", Name = "\"x\"", Outcome = CaseOutcome.Failed, Expected = "= \a", Actual = "]]>" });
        using var file = new MemoryStream();

        JUnitReport.Write(RunReport.Of([report]), file);

        file.Position = 0;
        var suite = XDocument.Load(file).Root!.Element("testsuite")!;
        Assert.Equal("a\\x00<b>", suite.Attribute("name")!.Value);
        Assert.Equal("\\x1b[31mred\n\\xd800\n\ud83d\ude00 & \\xffff", suite.Element("system-out")!.Value);
        Assert.Equal("expected: = \\x07\nactual: ]]>", suite.Descendants("failure").Single().Value);
    }

    [Theory]
    [InlineData(CaseOutcome.Skipped, CaseOutcome.Passed, CaseOutcome.Passed)]
    [InlineData(CaseOutcome.Skipped, CaseOutcome.Failed, CaseOutcome.Failed)]
    [InlineData(CaseOutcome.Failed, CaseOutcome.Error, CaseOutcome.Error)]
    internal void Outcome_OfSeveralCases_IsTheWorst(CaseOutcome one, CaseOutcome other, CaseOutcome all)
    {
        var report = new ExperimentReport { Name = "n", File = "f", Started = DateTimeOffset.UnixEpoch, Seed = "0x1" };
        report.Cases.Add(new ExperimentCase { Kind = "expect", Name = "x", Outcome = one });
        report.Cases.Add(new ExperimentCase { Kind = "expect", Name = "y", Outcome = other });

        Assert.Equal((all, all), (report.Outcome, RunReport.Of([report]).Outcome));
    }
}
