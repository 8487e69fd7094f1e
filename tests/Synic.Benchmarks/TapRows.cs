namespace Synic.Benchmarks;

/// <summary>What a call costs that is written down, alone and while others read: medians of CPU time of the calling thread.</summary>
/// <param name="Operation">The call.</param>
/// <param name="Ports">Registered.</param>
/// <param name="Off">Nanoseconds without a tap.</param>
/// <param name="On">With a tap and its collector.</param>
/// <param name="Read">And with four readers of history, ports and counters.</param>
/// <param name="Ratio">Median over rounds of <paramref name="Read"/> to <paramref name="On"/>.</param>
/// <param name="Allocated">Bytes per call, with the tap.</param>
internal sealed record TapRow(Operation Operation, int Ports, double Off, double On, double Read, double Ratio, double Allocated)
{
    public bool Passed => Ratio <= Limits.ReadersRatio && Allocated == 0;
}

/// <summary>Measures the table of the tap.</summary>
internal static class TapRows
{
    private const int Readers = 4;
    private const int Ports = 1000;

    public static IEnumerable<TapRow> Measure(int rounds)
    {
        Training.Run();
        foreach (var operation in (Operation[])[Operation.Signal, Operation.CopyPost])
        {
            using var work = new Workload(operation, Ports);
            using var off = new TapSide("off", work, tapped: false, readers: 0);
            using var on = new TapSide("on", work, tapped: true, readers: 0);
            using var read = new TapSide("read", work, tapped: true, Readers);
            var paired = new PairedRounds(work, threads: 1, rounds);
            var times = paired.Measure([off, on, read]);
            yield return new TapRow(
                operation, Ports, PairedRounds.Median(times[0]), PairedRounds.Median(times[1]), PairedRounds.Median(times[2]),
                PairedRounds.Median(times[2].Zip(times[1], static (r, o) => r / o)), paired.Allocated(on));
        }
    }
}
