using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>One directory of a tree, as it was read.</summary>
/// <param name="Children">In natural order, as far as they were asked for.</param>
/// <param name="Problem">A failure, or why it was not evaluated; null: it is a directory.</param>
/// <param name="Total">Children in all; null: those.</param>
/// <param name="Hidden">Children that the viewer may not see.</param>
/// <param name="HasMore">There are others behind them.</param>
/// <param name="AsOf">When.</param>
internal sealed record InspectListing(
    IReadOnlyList<InspectedChild> Children, InspectedNode? Problem, long? Total, int Hidden, bool HasMore, DateTimeOffset AsOf)
{
    /// <summary>It is not there any more.</summary>
    public static InspectListing Gone(DateTimeOffset now) =>
        new([], new InspectedNode { Kind = "error", Code = "path_not_found", Message = "it is not there any more" }, null, 0, false, now);

    public static InspectListing Of(InspectAnswer answer, IReadOnlyList<InspectedChild> before)
    {
        var node = answer.Node;
        return node.Kind == "dir"
            ? new([.. before, .. node.Children ?? []], null, node.Total, node.Hidden ?? 0, node.NextAfter is not null, answer.AsOf)
            : new([], node, null, 0, false, answer.AsOf);
    }
}

/// <summary>All directories that are open, read together.</summary>
internal sealed record InspectReading(IReadOnlyDictionary<string, InspectListing> Directories, DateTimeOffset AsOf)
{
    /// <summary>There is no such partition.</summary>
    public bool IsGone => Directories.TryGetValue("", out var root) && root.Problem is { Kind: "error", Code: "path_not_found" };
}
