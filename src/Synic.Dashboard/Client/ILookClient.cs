namespace Synic.Dashboard.Client;

/// <summary>The whole state and the past: inspect tree, snapshots, events, recordings, the daemon's own cost.</summary>
/// <remarks>Members fail as those of <see cref="ISynicClient"/> do.</remarks>
public interface ILookClient;
