namespace Synic.Benchmarks;

/// <summary>
/// Measures sides against each other in one process: in every round each side runs once, in alternating order, and the
/// ratio is taken within the round, so that what else the machine does hits all of them alike.
/// </summary>
internal sealed class PairedRounds(Workload work, int threads, int rounds)
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(400);

    /// <returns>Nanoseconds of CPU time per call: one array per side, one number per round.</returns>
    public double[][] Measure(IReadOnlyList<DispatchSide> sides)
    {
        foreach (var side in sides)
        {
            WarmUp(side);
        }

        var times = sides.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sides.Count; i++)
            {
                var side = (round + i) % sides.Count;
                times[side][round] = Time(sides[side]);
            }
        }

        return times;
    }

    /// <summary>Bytes allocated per call on the calling thread.</summary>
    public double Allocated(DispatchSide side)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        side.Run(0, work.Calls);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / work.Calls;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    // Until the run time has compiled the loop and what it calls with all optimisations: many short calls, and time.
    private void WarmUp(DispatchSide side)
    {
        var start = Environment.TickCount64;
        do
        {
            for (var i = 0; i < 32; i++)
            {
                Check(side.Run(0, 1024), 1024);
            }
        }
        while (Environment.TickCount64 - start < s_warmUp.TotalMilliseconds);

        Check(side.Run(0, work.Calls), work.Calls);
    }

    private double Time(DispatchSide side)
    {
        if (threads == 1)
        {
            return TimeThread(side, 0);
        }

        var times = new double[threads];
        using var start = new Barrier(threads);
        var running = Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            times[i] = TimeThread(side, i);
        })).ToArray();
        foreach (var thread in running)
        {
            thread.Start();
        }

        foreach (var thread in running)
        {
            thread.Join();
        }

        return times.Average();
    }

    private double TimeThread(DispatchSide side, int thread)
    {
        var calls = work.Calls;
        side.Run(thread, 4 * work.Order.Length); // the caches hold what the side before it used: not its fault
        var before = ThreadClock.Nanoseconds();
        var taken = side.Run(thread, calls);
        var time = ThreadClock.Nanoseconds() - before;
        Check(taken, calls);
        return (double)time / calls;
    }

    private void Check(int taken, int calls)
    {
        var expected = work.Operation is Operation.UnknownId or Operation.VtlDenied ? 0 : calls;
        if (taken != expected)
        {
            throw new InvalidOperationException($"{work.Operation}: {taken} of {calls} calls succeeded, expected {expected}");
        }
    }
}
