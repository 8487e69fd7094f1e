using Synic.Backends;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>A partition as the metrics read it.</summary>
internal sealed class PartitionMetrics(PartitionHost host) : IPartitionMetrics
{
    public string Name => host.Name;

    public string Backend => Names.Of(host.Partition.Backend);

    public string Dialect => host.DialectName;

    public bool BackendUp => host.Partition.State != PartitionState.Failed;

    public IEnumerable<DispatchCounters> Dispatch => host.Partition.Ports.Map.Contexts.Select(static c => c.Counters);

    public GuestDeliveryCounters Delivery => host.Partition.Synic.Counters;

    public IEnumerable<LabelledCount> Exits =>
        Enum.GetValues<ExitReason>().Select(r => new LabelledCount(Names.Of(r), host.Partition.Exits(r)));

    public IEnumerable<PortKindCounts> PortKinds => Enum.GetValues<PortKind>().Select(k =>
    {
        // Removals first: a port that comes and goes in between must not make the difference negative.
        var removed = Registrations.Removed(k);
        return new PortKindCounts(Names.Of(k), Registrations.Added(k), removed);
    });

    public IEnumerable<LabelledCount> RegistrationFailures =>
        Enum.GetValues<PortRegistrationError>().Select(e => new LabelledCount(Names.Of(e), Registrations.Refused(e)));

    public int FastPathPorts => host.Sampler.FastPathPorts;

    public MonitorCounts? Monitors
    {
        get
        {
            if (host.Partition.Monitors is not { } monitors)
            {
                return null;
            }

            var pages = Enumerable.Range(0, host.Partition.Synic.VtlCount).Select(v => monitors.Page(new Vtl((byte)v))).ToList();
            var refused = Dispatch.Sum(static d => Enumerable.Range(0, FailureStatus.Count).Sum(s => d.SignalFailures(s, SignalPath.Monitor)));
            return new MonitorCounts(
                pages.Exists(static p => p.Pages is not null),
                pages[0].Monitors.Count,
                pages.Sum(static p => p.Signalled),
                pages.Sum(static p => p.UnknownTriggers),
                pages.Sum(static p => p.OutsideWrites),
                refused);
        }
    }

    private PortRegistrationCounters Registrations => host.Partition.Ports.Map.Registrations;

    public int QueueLength(SintIndex sint) => host.WaitingMessages(sint);
}
