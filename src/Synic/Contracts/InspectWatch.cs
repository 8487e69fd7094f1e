namespace Synic.Contracts;

/// <summary>One record of a watched tree: all of it, what changed, what was lost, or a sign of life.</summary>
public sealed record InspectWatchRecord
{
    /// <summary>
    /// <c>tree</c>: all of it. <c>changes</c>: what is different since the record before. <c>dropped</c>: the reader was
    /// too slow, a new <c>tree</c> follows. <c>heartbeat</c> (only as lines): nothing has changed.
    /// </summary>
    public required string Record { get; init; }

    /// <summary>One more than in the record before, unless records are missing.</summary>
    public required long Generation { get; init; }

    public DateTimeOffset? AsOf { get; init; }

    /// <summary>False: branches are missing, named by <see cref="Incomplete"/>; what was known about them may be old.</summary>
    public bool? Complete { get; init; }

    public IReadOnlyList<InspectMissing>? Incomplete { get; init; }

    /// <summary>Of a <c>tree</c>: where it is.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// Of a <c>tree</c> that is not the first: forget what was known. <c>resumed</c>, <c>dropped</c>, or <c>recovered</c>
    /// when branches answer again that were missing.
    /// </summary>
    public string? Restarted { get; init; }

    /// <summary>Of a <c>tree</c>.</summary>
    public InspectedNode? Node { get; init; }

    /// <summary>Of <c>changes</c>.</summary>
    public IReadOnlyList<InspectedChange>? Changes { get; init; }

    /// <summary>Of <c>changes</c>: counters that move, and once, with 0, those that no longer do.</summary>
    public IReadOnlyList<InspectedRate>? Rates { get; init; }

    /// <summary>Of <c>dropped</c>: records that the reader did not get.</summary>
    public long? Dropped { get; init; }
}

/// <summary>A field, or a directory without any, that differs between two moments.</summary>
/// <param name="Path">From the root.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Before">Null when it was not there.</param>
/// <param name="After">Null when it is not there any more.</param>
public sealed record InspectedChange(string Path, string Kind, InspectedNode? Before, InspectedNode? After);

/// <summary>How fast a counter grew.</summary>
/// <param name="Path">From the root.</param>
/// <param name="PerSecond">Over the time since the sample before.</param>
/// <param name="Reset">It began anew meanwhile: the rate is of what was counted since.</param>
public sealed record InspectedRate(string Path, double PerSecond, bool Reset);
