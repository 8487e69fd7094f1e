using Synic.Hv;

namespace Synic.Diagnostics;

/// <summary>What the metrics read of one partition: numbers that somebody counts anyway.</summary>
/// <remarks>Read on the scrape's thread. Nothing here may wait for a VP or walk all ports.</remarks>
public interface IPartitionMetrics
{
    /// <summary>The value of the label <c>partition</c>.</summary>
    string Name { get; }

    string Backend { get; }

    string Dialect { get; }

    bool BackendUp { get; }

    /// <summary>How often the guest rebooted. All other counts go on over a reboot.</summary>
    long Reboots { get; }

    /// <summary>One for each VP, and those lent to threads that act as the guest.</summary>
    IEnumerable<DispatchCounters> Dispatch { get; }

    GuestDeliveryCounters Delivery { get; }

    /// <summary>All reasons, zeros included.</summary>
    IEnumerable<LabelledCount> Exits { get; }

    /// <summary>Both kinds of port.</summary>
    IEnumerable<PortKindCounts> PortKinds { get; }

    /// <summary>All reasons, zeros included.</summary>
    IEnumerable<LabelledCount> RegistrationFailures { get; }

    int FastPathPorts { get; }

    /// <summary>Messages that wait for a SINT, over all VPs and VTLs.</summary>
    int QueueLength(SintIndex sint);

    /// <summary>Null when the partition has no monitor pages.</summary>
    MonitorCounts? Monitors { get; }
}

/// <param name="Label">The label's value.</param>
/// <param name="Count">So far.</param>
public readonly record struct LabelledCount(string Label, long Count);

/// <param name="Kind"><c>message</c> or <c>event</c>.</param>
/// <param name="Added">Registrations so far.</param>
/// <param name="Removed">Removals so far; the difference is registered now.</param>
public readonly record struct PortKindCounts(string Kind, long Added, long Removed);

/// <param name="Enabled">A VTL has its pages.</param>
/// <param name="Ids">Ids that are bound.</param>
/// <param name="Signalled">Triggers that signalled a port's connection.</param>
/// <param name="UnknownId">Triggers of an id that no port has.</param>
/// <param name="OutsideArea">Writes behind the trigger groups.</param>
/// <param name="Refused">Triggers whose signal the port map refused.</param>
public readonly record struct MonitorCounts(
    bool Enabled, int Ids, long Signalled, long UnknownId, long OutsideArea, long Refused);

/// <summary>The partitions now.</summary>
public interface IPartitionMetricsSource
{
    IEnumerable<IPartitionMetrics> Partitions { get; }
}
