using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>The whole state and the past: inspect tree, snapshots, events, recordings, the daemon's own cost.</summary>
/// <remarks>
/// Members fail as those of <see cref="ISynicClient"/> do. What the daemon refuses, such as a value that a field does not take
/// or a filter that is spelt wrong, is a <see cref="SynicProblemException"/> with the daemon's own words.
/// </remarks>
public interface ILookClient
{
    /// <summary>What the daemon is, and what this viewer may do.</summary>
    Task<ApiIndex> GetIndexAsync(CancellationToken cancellation);

    /// <returns>Null: no such partition or snapshot, or nothing at the path.</returns>
    Task<InspectAnswer?> InspectAsync(string partition, InspectLook look, CancellationToken cancellation);

    /// <summary>Gives a field of the tree a new value.</summary>
    Task<InspectUpdateAnswer> ChangeAsync(string partition, string path, string value, CancellationToken cancellation);

    /// <returns>Null: no such partition.</returns>
    Task<TreeSnapshotList?> GetSnapshotsAsync(string partition, CancellationToken cancellation);

    /// <summary>Keeps the partition's tree as it is now.</summary>
    Task<TreeSnapshot> TakeSnapshotAsync(string partition, string? name, CancellationToken cancellation);

    Task DeleteSnapshotAsync(string partition, int snapshot, CancellationToken cancellation);

    /// <returns>Null: one of the snapshots is gone.</returns>
    Task<TreeDiff?> GetDiffAsync(string partition, SnapshotPair pair, CancellationToken cancellation);

    /// <summary>The last events, oldest first; <c>next</c> leads to older ones, with <see cref="EventQuestion.After"/> to newer ones.</summary>
    /// <returns>Null: no such partition.</returns>
    Task<ListPage<EventRecord>?> GetEventsAsync(string partition, EventQuestion question, CancellationToken cancellation);

    /// <summary>
    /// What happens from now on, or behind <see cref="EventQuestion.After"/>: at least one part a second, at most four, empty
    /// when nothing happened. Records that the reader was too slow for are told of by a record <c>dropped</c>. Ends at once
    /// when there is no such partition.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<EventRecord>> WatchEventsAsync(string partition, EventQuestion question, CancellationToken cancellation);

    /// <returns>Null: no such partition.</returns>
    Task<IReadOnlyList<RecordingSummary>?> GetRecordingsAsync(string partition, CancellationToken cancellation);

    Task<RecordingSummary> StartRecordingAsync(string partition, StartRecordingRequest request, CancellationToken cancellation);

    Task<RecordingSummary> StopRecordingAsync(string partition, string recording, CancellationToken cancellation);

    Task DeleteRecordingAsync(string partition, string recording, CancellationToken cancellation);

    /// <summary>Makes the recorded calls again in a partition of their own.</summary>
    /// <param name="partition">Of the recording.</param>
    /// <param name="recording">Its id.</param>
    /// <param name="dialect">Null: the recorded one.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<ReplayReport> ReplayAsync(string partition, string recording, string? dialect, CancellationToken cancellation);

    /// <summary>What the daemon costs, and its limits.</summary>
    Task<DaemonStatus> GetStatusAsync(CancellationToken cancellation);
}

/// <summary>Which part of a tree.</summary>
public sealed record InspectLook
{
    /// <summary>The root is empty.</summary>
    public string Path { get; init; } = "";

    /// <summary>Levels to open below the path's own.</summary>
    public int Depth { get; init; }

    /// <summary>Of the path's own directory: the last name of the page before.</summary>
    public string? After { get; init; }

    /// <summary>Children on one page.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>With what needs the right <c>payload</c>; that somebody looked is written down.</summary>
    public bool Sensitive { get; init; }

    /// <summary>As it was in this snapshot; null: as it is.</summary>
    public int? Snapshot { get; init; }
}

/// <summary>Which differences.</summary>
/// <param name="Before">Id of a snapshot.</param>
/// <param name="After">Null: now.</param>
/// <param name="Path">Below it.</param>
/// <param name="Cursor">Of the page before.</param>
/// <param name="Limit">On one page.</param>
public sealed record SnapshotPair(int Before, int? After, string? Path = null, string? Cursor = null, int Limit = 1000);

/// <summary>Which events.</summary>
/// <param name="Filter">In the filter language.</param>
/// <param name="After">Behind this number.</param>
/// <param name="Cursor">Of the page before.</param>
/// <param name="Limit">On one page.</param>
public sealed record EventQuestion(string? Filter = null, long? After = null, string? Cursor = null, int Limit = 1000);
