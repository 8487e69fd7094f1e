namespace Synic.Benchmarks;

/// <summary>
/// Lets the run time compile both designs while it sees every kind of port and call in turn. Otherwise it would inline
/// the one callback that happens to be measured first, which no program with more than one port type has.
/// </summary>
internal static class Training
{
    private const int Milliseconds = 1500;

    public static void Run()
    {
        Workload[] work = [.. Enum.GetValues<Operation>().Select(static o => new Workload(o, 16))];
        DispatchSide[] sides = [.. work.SelectMany(static w => new DispatchSide[] { new SynicSide(w, 1), new SeedSide(w) })];
        var start = Environment.TickCount64;
        while (Environment.TickCount64 - start < Milliseconds)
        {
            foreach (var side in sides)
            {
                side.Run(0, 16);
            }
        }

        foreach (var side in sides)
        {
            side.Dispose();
        }

        foreach (var each in work)
        {
            each.Dispose();
        }
    }
}
