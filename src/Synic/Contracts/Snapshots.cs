namespace Synic.Contracts;

/// <summary>What the overview shows: every partition at one moment.</summary>
public sealed record OverviewSnapshot
{
    public required IReadOnlyList<PartitionSummary> Partitions { get; init; }

    /// <summary>The ports that fail most now, most failures a second first; ten at most, none that does not fail.</summary>
    public required IReadOnlyList<FailingPort> TopFailing { get; init; }

    public required string DaemonVersion { get; init; }

    /// <summary>Guests may be acted on and faults injected.</summary>
    public required bool Lab { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>A port that refuses calls, and the partition it is in.</summary>
public sealed record FailingPort(string Partition, PortSummary Port);
