using System.Text.Json.Serialization;

namespace Synic.Contracts;

/// <summary>Keeps a partition's tree as it is now.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CreateSnapshotRequest
{
    /// <summary>For people; 1 to 64 characters.</summary>
    public string? Name { get; init; }
}

/// <summary>A partition's tree, kept as it was at one time.</summary>
public sealed record TreeSnapshot
{
    /// <summary>Counted from 1; never used again.</summary>
    public required int Id { get; init; }

    public required string? Name { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>What reading the tree took.</summary>
    public required double TookSeconds { get; init; }

    /// <summary>Fields and directories.</summary>
    public required long Nodes { get; init; }

    /// <summary>That it occupies here.</summary>
    public required long Bytes { get; init; }

    /// <summary>False: branches are missing, named by <see cref="Incomplete"/>.</summary>
    public required bool Complete { get; init; }

    /// <summary>At most 100.</summary>
    public required IReadOnlyList<InspectMissing> Incomplete { get; init; }

    /// <summary>Name to path.</summary>
    public required IReadOnlyDictionary<string, string> Links { get; init; }
}

/// <summary>What a partition keeps.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="Total">How many.</param>
/// <param name="Limit">How many it may keep.</param>
/// <param name="Bytes">That they occupy.</param>
/// <param name="BytesLimit">That they may occupy.</param>
/// <param name="AsOf">When the list was taken.</param>
public sealed record TreeSnapshotList(
    IReadOnlyList<TreeSnapshot> Items, int Total, int Limit, long Bytes, long BytesLimit, DateTimeOffset AsOf);

/// <summary>What differs between two moments of a tree.</summary>
public sealed record TreeDiff
{
    /// <summary>Id of the earlier one.</summary>
    public required string Before { get; init; }

    /// <summary>Id of the later one, or <c>now</c>.</summary>
    public required string After { get; init; }

    public required DateTimeOffset BeforeTakenAt { get; init; }

    public required DateTimeOffset AfterTakenAt { get; init; }

    /// <summary>False: branches are missing on one side, named by <see cref="Incomplete"/>; nothing is said about them.</summary>
    public required bool Complete { get; init; }

    /// <summary>At most 100 of each side.</summary>
    public required IReadOnlyList<InspectMissing> Incomplete { get; init; }

    /// <summary>Fields, and directories without any, in the order of the tree.</summary>
    public required IReadOnlyList<InspectedChange> Items { get; init; }

    /// <summary>Cursor of the next page; null on the last one. A page of a diff with <c>now</c> compares anew.</summary>
    public required string? Next { get; init; }

    /// <summary>Changes below the path that was asked for, over all pages.</summary>
    public required int Total { get; init; }
}
