using System.Diagnostics;
using Synic.Backends;
using Synic.Emulation;
using Synic.Hv;
using Synic.Inspection;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>What it costs to look at a partition's root, two levels deep, beside many ports.</summary>
/// <param name="Milliseconds">Median.</param>
/// <param name="Mebibytes">Allocated, median.</param>
internal sealed record InspectRow(double Milliseconds, double Mebibytes)
{
    private const int Ports = 65_536;

    public bool Passed => Milliseconds <= Limits.InspectMilliseconds && Mebibytes < Limits.InspectMebibytes;

    public static InspectRow Measure(int rounds)
    {
        using var partition = HypervisorCatalog.Create(BackendKind.Emulated, new PartitionOptions { MemoryBytes = 1 << 24, Vps = 4 }, out _);
        for (var i = 0u; i < Ports; i++)
        {
            partition.Ports.AddEventPort(new ConnectionId(0x1_0000 + i), Vtl.Vtl0, new NoOpEventPort(), "benchmark");
        }

        var root = new Root(partition);
        var rows = Enumerable.Range(0, rounds + 20).Select(_ => Once(partition, root)).Skip(20).ToArray();
        return new InspectRow(PairedRounds.Median(rows.Select(static r => r.Milliseconds)), PairedRounds.Median(rows.Select(static r => r.Mebibytes)));
    }

    private static InspectRow Once(IPartition partition, Root root)
    {
        partition.Ports.AddEventPort(new ConnectionId(1), Vtl.Vtl0, new NoOpEventPort(), "benchmark").Dispose(); // the list is made anew
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        var result = Inspector.InspectAsync(root, new InspectRequest(), CancellationToken.None).GetAwaiter().GetResult();
        var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var mebibytes = (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)(1 << 20);
        return result.Complete ? new InspectRow(milliseconds, mebibytes) : throw new InvalidOperationException("the tree did not answer");
    }

    private sealed class Root(IPartition partition) : IInspectable
    {
        private readonly PortTree _ports = new(partition.Ports.Map);

        public void Inspect(InspectResponse node)
        {
            node.Child("backend", new BackendTree(partition, "benchmark"));
            node.Child("synic_ports", _ports);
            node.Child("guest_ports", new GuestPortTree(partition.Ports, static _ => 0));
            node.Child("vps", new SynicTree(partition.Synic, static () => true));
            node.Child("monitor_pages/vtl0", new MonitorPageTree(partition.Monitors!.Page(Vtl.Vtl0)));
        }
    }
}
