using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>A snapshot in a list of choices.</summary>
internal static class SnapshotName
{
    public static string Of(TreeSnapshot snapshot) =>
        $"#{snapshot.Id} {Format.Clock(snapshot.TakenAt)}{(snapshot.Name is { } name ? $" · {name}" : "")}";
}
