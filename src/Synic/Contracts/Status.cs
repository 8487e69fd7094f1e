namespace Synic.Contracts;

/// <summary>What the daemon itself costs, what it is, and how near its limits it is.</summary>
public sealed record DaemonStatus
{
    public required string Version { get; init; }

    /// <summary>Of the source; empty when the build did not say.</summary>
    public required string Revision { get; init; }

    /// <example>".NET 10.0.0"</example>
    public required string Runtime { get; init; }

    /// <example>"Debian GNU/Linux 13, X64"</example>
    public required string System { get; init; }

    public required int Processors { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The daemon was started with <c>--lab</c>.</summary>
    public required bool Lab { get; init; }

    /// <summary>Where it listens.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Of all threads since it started, VPs included.</summary>
    public required double CpuSeconds { get; init; }

    public required long WorkingSetBytes { get; init; }

    /// <summary>Managed objects, as of the last collection.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>The managed heap with what is free in it.</summary>
    public required long CommittedBytes { get; init; }

    public required long AllocatedBytes { get; init; }

    /// <summary>Since it started.</summary>
    public required double GcPauseSeconds { get; init; }

    /// <summary>By generation, from 0.</summary>
    public required IReadOnlyList<int> Collections { get; init; }

    /// <summary>Of the operating system.</summary>
    public required int Threads { get; init; }

    public required int PoolThreads { get; init; }

    public required long PoolQueue { get; init; }

    /// <summary>What building the last answer to /metrics took; 0: nobody asked.</summary>
    public required double LastScrapeSeconds { get; init; }

    public required ViewerStatus Viewers { get; init; }

    /// <summary>What is bounded, and how much of it is used.</summary>
    public required IReadOnlyList<LimitStatus> Limits { get; init; }

    /// <summary>Null: without lab mode there are no fault rules to stop.</summary>
    public required KillSwitchSummary? KillSwitch { get; init; }

    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>Browsers that look at the pages.</summary>
/// <param name="Open">Pages whose state is kept here.</param>
/// <param name="Connected">Of those, how many are connected now.</param>
/// <param name="BytesEach">
/// Estimated: what the managed heap has grown since nobody looked, divided by the pages; null while there are none, or no
/// collection has measured it yet.
/// </param>
public sealed record ViewerStatus(int Open, int Connected, long? BytesEach);

/// <summary>One bound of the daemon.</summary>
/// <param name="Name">snake_case.</param>
/// <param name="Partition">Null: of the daemon as a whole.</param>
/// <param name="Used">Null: it is not a store that fills.</param>
/// <param name="Limit">The most.</param>
/// <param name="Unit"><c>bytes</c>, or what is counted.</param>
/// <param name="When">What happens at the limit.</param>
public sealed record LimitStatus(string Name, string? Partition, long? Used, long Limit, string Unit, string When);
