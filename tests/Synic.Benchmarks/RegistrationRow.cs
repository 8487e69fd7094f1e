using Synic.Hv;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>What it costs to add and to remove a port while many others are registered, drain included.</summary>
internal static class RegistrationRow
{
    private const int Ports = 65_536;
    private const int Cycles = 64;

    /// <returns>Median microseconds of CPU time of one cycle.</returns>
    public static double Measure(int rounds)
    {
        var map = new SynicPortMap();
        var ports = new SynicPorts(map, new NoSynic());
        map.CreateContext(new VpIndex(0));
        map.CreateContext(new VpIndex(1));
        for (var i = 0u; i < Ports; i++)
        {
            ports.AddEventPort(new ConnectionId(0x1_0000 + i), Vtl.Vtl0, new NoOpEventPort(), "benchmark");
        }

        var random = new Random(20_001);
        for (var i = 0; i < 200; i++)
        {
            Time(ports, random);
            Thread.Sleep(i % 50 == 0 ? 150 : 0); // lets the run time finish compiling
        }

        return PairedRounds.Median(Enumerable.Range(0, rounds * 20).Select(_ => Time(ports, random)));
    }

    private static double Time(SynicPorts ports, Random random)
    {
        var before = ThreadClock.Nanoseconds();
        for (var i = 0; i < Cycles; i++)
        {
            var connection = new ConnectionId(0x2_0000 + (uint)random.Next(Ports));
            ports.AddEventPort(connection, Vtl.Vtl0, new NoOpEventPort(), "benchmark").Dispose();
        }

        return (ThreadClock.Nanoseconds() - before) / 1000.0 / Cycles;
    }
}
