using System.Globalization;
using Synic.Daemon.Cli;
using Synic.Daemon.Cli.Printing;
using Synic.Daemon.Experiments.Reports;

namespace Synic.Daemon.Experiments;

/// <summary>Tells on the terminal what an experiment does, line by line; what went wrong has its reason below.</summary>
internal sealed class ExperimentScreen(CliConsole console)
{
    private const int SerialLines = 20;

    public void Begin(Experiment experiment)
    {
        console.Out.WriteLine(SafeText.Of(experiment.Description is null ? experiment.Name : $"{experiment.Name}: {experiment.Description}"));
        console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  seed {experiment.SeedText}, deadline {experiment.Deadline.TotalSeconds:0.###} s"));
        console.Out.Flush();
    }

    public void Started(ExperimentReport report, string dashboard)
    {
        console.Out.WriteLine(SafeText.Of($"  {report.Backend} ({report.BackendReason}), {report.Guest}"));
        console.Out.WriteLine($"  to look on: {dashboard}");
        console.Out.Flush();
    }

    public void Show(ExperimentCase one)
    {
        var (word, colour) = one.Outcome switch
        {
            CaseOutcome.Passed => (one.Kind == "expect" ? "ok" : one.Kind, 32),
            CaseOutcome.Failed => ("FAIL", 31),
            CaseOutcome.Error => ("ERROR", 31),
            _ => ("skip", 33),
        };
        var mark = word.PadRight(6);
        console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {one.AtSeconds,7:0.0} s  {(console.Colors ? $"\e[{colour}m{mark}\e[0m" : mark)}  {SafeText.Of(one.Name)}{Ending(one)}"));
        if (one.Outcome is CaseOutcome.Failed or CaseOutcome.Error)
        {
            Reason("expected", one.Expected);
            Reason("actual", one.Actual);
            Reason("", one.Note);
        }

        console.Out.Flush();
    }

    public void End(ExperimentReport report)
    {
        if (report.Outcome != CaseOutcome.Passed && report.Serial.Count > 0)
        {
            console.Out.WriteLine("  the guest's last lines:");
            foreach (var line in report.Serial.TakeLast(SerialLines))
            {
                console.Out.WriteLine($"    | {SafeText.Of(line)}");
            }
        }

        console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {report.Count(CaseOutcome.Passed)} passed, {report.Count(CaseOutcome.Failed)} failed, {report.Count(CaseOutcome.Error)} errors, {report.Count(CaseOutcome.Skipped)} skipped in {report.Seconds:0.0} s"));
        if (report.Outcome != CaseOutcome.Passed)
        {
            console.Out.WriteLine($"  the same again: --seed {report.Seed}");
        }

        console.Out.WriteLine();
        console.Out.Flush();
    }

    private static string Ending(ExperimentCase one) =>
        one is { Outcome: CaseOutcome.Passed, Actual: { } actual } ? SafeText.Of($": {actual}")
        : one is { Outcome: CaseOutcome.Skipped, Note: { } note } ? SafeText.Of($": {note}")
        : "";

    private void Reason(string label, string? text)
    {
        if (text is not null)
        {
            console.Out.WriteLine($"             {(label.Length == 0 ? "" : label + ": ")}{SafeText.Of(text)}");
        }
    }
}
