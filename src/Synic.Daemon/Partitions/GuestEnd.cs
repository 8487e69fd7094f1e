using Synic.Backends;

namespace Synic.Daemon.Partitions;

/// <summary>With <c>--exit-with-guest</c>: how the guests ended.</summary>
internal sealed class GuestEnd
{
    private readonly Lock _gate = new(); // guards _ends
    private readonly List<(string Partition, PartitionExit Exit)> _ends = [];

    public void Add(string partition, PartitionExit exit)
    {
        lock (_gate)
        {
            _ends.Add((partition, exit));
        }
    }

    /// <summary>Says how each guest ended.</summary>
    /// <returns>All ended well, or none was waited for.</returns>
    public bool Report(TextWriter output)
    {
        lock (_gate)
        {
            foreach (var (partition, exit) in _ends)
            {
                var value = exit.DebugExitValue is { } debug ? $", debug exit value {debug}" : "";
                output.WriteLine($"{partition}: {(exit.Clean ? "ended" : "ended badly")}: {exit.Reason}{value}");
            }

            return _ends.TrueForAll(static e => e.Exit.Clean);
        }
    }
}
