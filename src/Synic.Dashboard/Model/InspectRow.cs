using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>What a line of the tree is.</summary>
public enum InspectRowKind
{
    Field,
    Directory,

    /// <summary>It failed, or could not be evaluated.</summary>
    Problem,

    /// <summary>The directory goes on.</summary>
    More,

    /// <summary>The directory has children that the viewer may not see.</summary>
    Hidden,

    /// <summary>The directory has no children.</summary>
    Empty,

    /// <summary>Was in the snapshot, and is not there now.</summary>
    Removed,
}

/// <summary>One line of the tree.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">From the root; of a line about a directory that directory's.</param>
/// <param name="Name">The last part of it.</param>
/// <param name="Level">From 1.</param>
/// <param name="Node">What was read.</param>
public sealed record InspectRow(InspectRowKind Kind, string Path, string Name, int Level, InspectedNode? Node)
{
    public bool Open { get; init; }

    /// <summary>From 1, among its siblings.</summary>
    public int Position { get; init; } = 1;

    public int SetSize { get; init; } = 1;

    /// <summary>Of a counter; null: not known yet.</summary>
    public InspectRate? Rate { get; init; }

    /// <summary>Counts the changes of the value while it was looked at.</summary>
    public int Version { get; init; }

    /// <summary>Against a snapshot: what is different; of a directory how many things below it are.</summary>
    public InspectedChange? Change { get; init; }

    public int ChangesBelow { get; init; }

    /// <summary>Of <see cref="InspectRowKind.More"/> and <see cref="InspectRowKind.Hidden"/>.</summary>
    public long Count { get; init; }

    /// <summary>The search found this line, and not only what is below it.</summary>
    public bool Found { get; init; }

    public bool CanOpen => Kind == InspectRowKind.Directory || (Kind == InspectRowKind.Problem && Open);

    /// <summary>For identity on the page.</summary>
    public string Key => $"{(int)Kind} {Path}";

    public bool IsNode => Kind is InspectRowKind.Field or InspectRowKind.Directory or InspectRowKind.Problem or InspectRowKind.Removed;
}

/// <summary>How fast a counter grows.</summary>
/// <param name="PerSecond">Since the reading before.</param>
/// <param name="Reset">It began anew meanwhile.</param>
public readonly record struct InspectRate(double PerSecond, bool Reset);
