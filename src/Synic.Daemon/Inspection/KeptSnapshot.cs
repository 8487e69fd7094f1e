using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>A partition's tree at one time.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Name">For people.</param>
/// <param name="TakenAt">When the tree had been read.</param>
/// <param name="Took">What reading it took.</param>
/// <param name="Incomplete">What it lacks.</param>
/// <param name="Archive">All of it.</param>
internal sealed record KeptSnapshot(
    int Id, string? Name, DateTimeOffset TakenAt, TimeSpan Took, IReadOnlyList<InspectIncomplete> Incomplete, InspectArchive Archive);

/// <summary>A tree that was read now, for a comparison.</summary>
internal sealed record TreeReading(InspectNode Node, DateTimeOffset TakenAt, IReadOnlyList<InspectIncomplete> Incomplete);
