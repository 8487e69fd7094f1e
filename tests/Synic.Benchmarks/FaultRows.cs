namespace Synic.Benchmarks;

/// <summary>One line of the table of what fault rules cost those that they do not mean.</summary>
internal sealed record FaultRow(Operation Operation, int Ports, string Name, double Nanoseconds, double Ratio, double Limit)
{
    public bool Passed => Ratio <= Limit;
}

/// <summary>Measures what a guest's call costs with and without fault rules.</summary>
internal static class FaultRows
{
    private const int Rules = 100;
    private static readonly int[] s_ports = [1000, 65536];

    public static IEnumerable<FaultRow> Measure(int rounds, bool gate)
    {
        foreach (var operation in new[] { Operation.Signal, Operation.CopyPost })
        {
            foreach (var ports in s_ports)
            {
                var rows = Measure(operation, ports, rounds, gate);
                if (gate && !rows.All(static r => r.Passed))
                {
                    rows = Measure(operation, ports, rounds, gate); // once more, before a neighbour's load is taken for ours
                }

                foreach (var row in rows)
                {
                    yield return row;
                }
            }
        }
    }

    private static FaultRow[] Measure(Operation operation, int ports, int rounds, bool gate)
    {
        using var work = new Workload(operation, ports);
        var bench = new FaultBench(work);
        DispatchSide[] sides = [FaultSide.Without(bench), FaultSide.NoRule(bench), FaultSide.Elsewhere(bench, Rules)];
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        var times = new PairedRounds(work, threads: 1, rounds).Measure(sides);
        foreach (var side in sides)
        {
            side.Dispose();
        }

        return [Row(1, 0, Limits.NoFaultRule(gate)), Row(2, 1, Limits.FaultRulesElsewhere)];

        FaultRow Row(int side, int against, double limit) => new(
            operation, ports, sides[side].Name, PairedRounds.Median(times[side]),
            PairedRounds.Median(times[side].Zip(times[against], static (own, other) => own / other)), limit);
    }
}
