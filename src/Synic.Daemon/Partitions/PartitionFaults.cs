using Synic.Backends;
using Synic.Diagnostics;
using Synic.Faults;
using Synic.History;
using Synic.Hv;

namespace Synic.Daemon.Partitions;

/// <summary>
/// The fault rules of one partition. They outlive its machines: after a reboot an armed rule acts in the new machine,
/// from the first port that is registered there, with its counters and its end as they were.
/// </summary>
internal sealed class PartitionFaults(FaultKillSwitch killSwitch, CallTap tap, TimeProvider time, FaultStateFile? state = null) : IDisposable
{
    private IDisposable? _keeping;

    /// <summary>Null before the first machine.</summary>
    public FaultRules? Rules { get; private set; }

    /// <summary>Lets the rules act in this machine, and in no other any more.</summary>
    public void Attach(PartitionMachine machine)
    {
        var partition = machine.Partition;
        var host = new FaultHost
        {
            Point = partition.Faults,
            Map = partition.Ports.Map,
            VpCount = partition.VpCount,
            Time = time,
            Tap = tap,
            NoPersist = state is null ? "nobody keeps them" : state.WhyNot,
            ReleaseHeld = partition.Synic.ReleaseHeld,
            Conditions = () => new FaultConditions(RealFailures(partition), Waiting(partition), partition.State != PartitionState.Failed),
        };
        if (Rules is { } rules)
        {
            rules.MoveTo(host);
        }
        else
        {
            Rules = new FaultRules(host, killSwitch);
        }
    }

    /// <summary>Brings back what was kept of a run before; none of it acts.</summary>
    /// <exception cref="Configuration.SettingsException">It cannot be read.</exception>
    public void Restore(string partition) => _keeping = state?.Attach(partition, Rules!);

    public void Dispose()
    {
        _keeping?.Dispose(); // first: that the rules end with the daemon is not to be kept
        Rules?.Dispose();
    }

    private static long RealFailures(IPartition partition)
    {
        var sum = 0L;
        foreach (var counters in partition.Ports.Map.Contexts.Select(static c => c.Counters))
        {
            for (var status = 0; status < FailureStatus.Count; status++)
            {
                sum += counters.PostFailures(status) + counters.SignalFailures(status, SignalPath.Hypercall)
                    + counters.SignalFailures(status, SignalPath.Monitor);
            }
        }

        return sum;
    }

    private static int Waiting(IPartition partition)
    {
        var waiting = 0;
        for (byte vtl = 0; vtl < partition.Synic.VtlCount; vtl++)
        {
            for (uint vp = 0; vp < partition.VpCount; vp++)
            {
                for (byte sint = 0; sint < SintIndex.Count; sint++)
                {
                    waiting += partition.Synic.QueueLength(new Vtl(vtl), new VpIndex(vp), new SintIndex(sint));
                }
            }
        }

        return waiting;
    }
}
