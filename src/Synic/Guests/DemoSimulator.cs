using System.Text;
using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Hv;

namespace Synic.Guests;

/// <summary>
/// The demo where no guest code runs: a thread for each VP makes the calls of <see cref="DemoProgram"/> through the
/// same registers, memory and hypercall dispatcher.
/// </summary>
internal sealed class DemoSimulator : IGuest
{
    private readonly DemoPorts _ports;
    private readonly DemoSimulatedVp[] _vps;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _stop = new();

    public DemoSimulator(EmulatedPartition partition, DemoGuestOptions options, ISerialSink serial, DemoPorts ports)
    {
        _ports = ports;
        var printing = new Lock();
        var running = partition.VpCount;
        _vps = [.. Enumerable.Range(0, partition.VpCount).Select(i => new DemoSimulatedVp(
            partition.Processor(new VpIndex((uint)i)), partition.Memory, options, line => Print(serial, printing, line)))];
        _threads = [.. _vps.Select(vp => new Thread(() =>
        {
            vp.Run(_stop.Token);
            if (Interlocked.Decrement(ref running) == 0 && !_stop.IsCancellationRequested)
            {
                Print(serial, printing, "all rounds made, powering off");
                partition.End(new PartitionExit(Clean: true, DebugExitValue: 0, "the simulated guest powered off"));
            }
        })
        {
            IsBackground = true,
            Name = $"synic simulated vp {vp.Vp}",
        })];
        partition.Started = () => Array.ForEach(_threads, static thread => thread.Start());
        partition.StopRequested = _stop.Cancel;
        Description = $"demo, simulated: the daemon makes the guest's calls itself, {options.RoundsPerSecond} rounds a second";
    }

    public string Kind => "demo";

    public bool Simulated => true;

    public string Description { get; }

    public void Dispose()
    {
        _stop.Cancel(); // and never disposed: the partition may still ask to stop
        foreach (var thread in _threads.Where(static t => !t.ThreadState.HasFlag(ThreadState.Unstarted)))
        {
            thread.Join();
        }

        _ports.Dispose();
    }

    private static void Print(ISerialSink serial, Lock printing, string line)
    {
        lock (printing)
        {
            foreach (var c in Encoding.ASCII.GetBytes(line + "\n"))
            {
                serial.Write(c);
            }
        }
    }
}
