namespace Synic.Benchmarks;

/// <summary>One line of the dispatch table: the product against one form of the seed's design.</summary>
internal sealed record DispatchRow(
    Operation Operation, int Ports, string Seed, double SeedNanoseconds, double Nanoseconds, double Ratio, double Limit, double Allocated)
{
    public bool Passed => Ratio >= Limit && Allocated == 0;
}

/// <summary>Measures the dispatch table.</summary>
internal sealed class DispatchRows(BenchOptions options, RustSeed? rust)
{
    public IEnumerable<DispatchRow> Measure()
    {
        Training.Run();
        foreach (var operation in options.Operations)
        {
            foreach (var ports in options.Ports)
            {
                var rows = Measure(operation, ports);
                if (options.Gate && options.Threads == 1 && !rows.All(static r => r.Passed))
                {
                    rows = Measure(operation, ports); // once more, before a neighbour's load is taken for ours
                }

                foreach (var row in rows)
                {
                    yield return row;
                }
            }
        }
    }

    private List<DispatchRow> Measure(Operation operation, int ports)
    {
        using var work = new Workload(operation, ports);
        using var synic = new SynicSide(work, options.Threads);
        List<DispatchSide> sides = [synic, new SeedSide(work)];
        if (rust is not null)
        {
            sides.Add(rust.Fill(work));
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        var rounds = new PairedRounds(work, options.Threads, options.Rounds);
        var times = rounds.Measure(sides);
        var allocated = rounds.Allocated(synic);
        var rows = new List<DispatchRow>();
        for (var i = 1; i < sides.Count; i++)
        {
            rows.Add(new DispatchRow(
                operation, ports, sides[i].Name, PairedRounds.Median(times[i]), PairedRounds.Median(times[0]),
                PairedRounds.Median(times[i].Zip(times[0], static (seed, own) => seed / own)),
                Limits.Ratio(operation, ports, options.Gate), allocated));
            sides[i].Dispose();
        }

        return rows;
    }
}
