namespace Synic.Contracts;

/// <summary>What every page says about faults: which rules act now, and the switch that stops them.</summary>
public sealed record FaultsSnapshot
{
    /// <summary>The daemon was started with <c>--lab</c>; without it there are no rules.</summary>
    public required bool Lab { get; init; }

    /// <summary>This viewer may make, arm and release.</summary>
    public required bool MayInject { get; init; }

    public required KillSwitchSummary KillSwitch { get; init; }

    /// <summary>Over all partitions.</summary>
    public required IReadOnlyList<ArmedFault> Armed { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>A rule that acts, and the partition it is in.</summary>
public sealed record ArmedFault(string Partition, FaultSummary Fault);
