using Synic.Backends;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>A partition as the metrics read it: over all reboots of its guest.</summary>
internal sealed class PartitionMetrics(PartitionHost host) : IPartitionMetrics
{
    public string Name => host.Name;

    public string Backend => Names.Of(host.Partition.Backend);

    public string Dialect => host.DialectName;

    public bool BackendUp => host.State != PartitionState.Failed;

    public long Reboots => host.Reboots;

    public IEnumerable<DispatchCounters> Dispatch
    {
        get
        {
            var machine = host.Machine;
            var now = machine.Partition.Ports.Map.Contexts.Select(static c => c.Counters);
            return machine.Reboots == 0 ? now : now.Prepend(machine.Earlier.Dispatch);
        }
    }

    public GuestDeliveryCounters Delivery
    {
        get
        {
            var machine = host.Machine;
            if (machine.Reboots == 0)
            {
                return machine.Partition.Synic.Counters;
            }

            var sum = new GuestDeliveryCounters();
            sum.Add(machine.Earlier.Delivery);
            sum.Add(machine.Partition.Synic.Counters);
            return sum;
        }
    }

    public IEnumerable<LabelledCount> Exits
    {
        get
        {
            var machine = host.Machine;
            return Enum.GetValues<ExitReason>()
                .Select(r => new LabelledCount(Names.Of(r), machine.Earlier.Exits(r) + machine.Partition.Exits(r)));
        }
    }

    public IEnumerable<PortKindCounts> PortKinds
    {
        get
        {
            var machine = host.Machine;
            var now = machine.Partition.Ports.Map.Registrations;
            return Enum.GetValues<PortKind>().Select(k =>
            {
                // Removals first: a port that comes and goes in between must not make the difference negative.
                var removed = machine.Earlier.Removed(k) + now.Removed(k);
                return new PortKindCounts(Names.Of(k), machine.Earlier.Added(k) + now.Added(k), removed);
            });
        }
    }

    public IEnumerable<LabelledCount> RegistrationFailures
    {
        get
        {
            var machine = host.Machine;
            return Enum.GetValues<PortRegistrationError>().Select(e =>
                new LabelledCount(Names.Of(e), machine.Earlier.Refused(e) + machine.Partition.Ports.Map.Registrations.Refused(e)));
        }
    }

    public int FastPathPorts => host.Sampler.FastPathPorts;

    public MonitorCounts? Monitors
    {
        get
        {
            var machine = host.Machine;
            var partition = machine.Partition;
            if (partition.Monitors is not { } monitors)
            {
                return null;
            }

            var pages = Enumerable.Range(0, partition.Synic.VtlCount).Select(v => monitors.Page(new Vtl((byte)v))).ToList();
            var refused = partition.Ports.Map.Contexts.Select(static c => c.Counters).Prepend(machine.Earlier.Dispatch)
                .Sum(static d => Enumerable.Range(0, FailureStatus.Count).Sum(s => d.SignalFailures(s, SignalPath.Monitor)));
            return new MonitorCounts(
                pages.Exists(static p => p.Pages is not null),
                pages[0].Monitors.Count,
                machine.Earlier.MonitorsSignalled + pages.Sum(static p => p.Signalled),
                machine.Earlier.MonitorsUnknown + pages.Sum(static p => p.UnknownTriggers),
                machine.Earlier.MonitorsOutside + pages.Sum(static p => p.OutsideWrites),
                refused);
        }
    }

    public int QueueLength(SintIndex sint) => host.WaitingMessages(sint);
}
