using System.Globalization;

namespace Synic.Benchmarks;

/// <summary>Prints the tables as Markdown.</summary>
internal sealed class Report(TextWriter output)
{
    public void DispatchHeader(int threads)
    {
        output.WriteLine(
            $"""

            Dispatch, {threads} thread(s), median CPU time per call; ratio = median over rounds of seed / synic.

            | call | ports | seed | seed ns | synic ns | ratio | limit | B/call | |
            |---|---:|---|---:|---:|---:|---:|---:|---|
            """);
    }

    public void Add(DispatchRow row, bool judged) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name(row.Operation)} | {row.Ports} | {row.Seed} | {row.SeedNanoseconds:F1} | {row.Nanoseconds:F1} | {row.Ratio:F2} | {row.Limit:F1} | {row.Allocated:F0} | {Verdict(row.Passed, judged)} |"));

    public void Registration(double microseconds, bool passed) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""

            | registration | us | limit | |
            |---|---:|---:|---|
            | add + remove of a port beside 65536 others | {microseconds:F2} | {Limits.RegistrationMicroseconds:F1} | {Verdict(passed, judged: true)} |
            """));

    public void Lists(IEnumerable<ListRow> rows)
    {
        output.WriteLine(
            """

            1000 of 65536 ports as the API lists them, JSON included; median CPU time.

            | list | ms | limit | |
            |---|---:|---:|---|
            """);
        foreach (var row in rows)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {row.Milliseconds:F1} | {Limits.ListMilliseconds:F0} | {Verdict(row.Passed, judged: true)} |"));
        }
    }

    public void Inspect(InspectRow row) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""

            | inspect | ms | limit | MiB | limit | |
            |---|---:|---:|---:|---:|---|
            | root of a partition with 65536 ports, depth 2 | {row.Milliseconds:F2} | {Limits.InspectMilliseconds:F0} | {row.Mebibytes:F2} | {Limits.InspectMebibytes:F0} | {Verdict(row.Passed, judged: true)} |
            """));

    public void Tap(IEnumerable<TapRow> rows)
    {
        output.WriteLine(
            """

            Calls through the hypercalls with every call written down, median CPU time per call; ratio = median over rounds of four readers / none.

            | call | ports | no tap ns | tap ns | tap + 4 readers ns | ratio | limit | B/call | |
            |---|---:|---:|---:|---:|---:|---:|---:|---|
            """);
        foreach (var row in rows)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Name(row.Operation)} | {row.Ports} | {row.Off:F1} | {row.On:F1} | {row.Read:F1} | {row.Ratio:F2} | {Limits.ReadersRatio:F2} | {row.Allocated:F0} | {Verdict(row.Passed, judged: true)} |"));
        }
    }

    public void Guest(IEnumerable<GuestRow> rows)
    {
        output.WriteLine(
            """

            A real guest on this machine's KVM, against a bare I/O exit of its own; medians, ratio = median over rounds of call / exit.

            | call | exit ns | call ns | ratio | limit | |
            |---|---:|---:|---:|---:|---|
            """);
        foreach (var row in rows)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Name} | {row.BareNanoseconds:F0} | {row.Nanoseconds:F0} | {row.Ratio:F2} | {row.Limit:F2} | {Verdict(row.Passed, row.Limit is not null)} |"));
        }
    }

    private static string Verdict(bool passed, bool judged) => !judged ? "" : passed ? "PASS" : "FAIL";

    private static string Name(Operation operation) => operation switch
    {
        Operation.Signal => "signal, port does nothing",
        Operation.SignalAtomic => "signal, port counts atomically",
        Operation.CopyPost => "copy 240 B + post",
        Operation.UnknownId => "unknown id",
        Operation.VtlDenied => "VTL denied",
        _ => operation.ToString(),
    };
}
