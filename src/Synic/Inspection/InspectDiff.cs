namespace Synic.Inspection;

/// <summary>What became of a node.</summary>
public enum InspectChangeKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>One node that differs between two moments.</summary>
/// <param name="Path">From the root.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Before">Null when it was not there.</param>
/// <param name="After">Null when it is not there any more.</param>
public readonly record struct InspectChange(string Path, InspectChangeKind Kind, InspectNode? Before, InspectNode? After);

/// <summary>Compares two trees by the names in them, never by position.</summary>
/// <remarks>What one of the two does not know (not opened, on another page) is no difference.</remarks>
public static class InspectDiff
{
    /// <param name="before">The earlier tree.</param>
    /// <param name="after">The later tree, of the same path.</param>
    /// <param name="path">Where both are.</param>
    /// <returns>Fields, and directories without any, in the order of the tree.</returns>
    public static IReadOnlyList<InspectChange> Between(InspectNode before, InspectNode after, InspectPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var changes = new List<InspectChange>();
        Compare(before, after, path.ToString(), changes);
        return changes;
    }

    private static void Compare(InspectNode before, InspectNode after, string path, List<InspectChange> changes)
    {
        switch (before, after)
        {
            case (InspectUnevaluated, _) or (_, InspectUnevaluated):
                break;
            case (InspectDirectory a, InspectDirectory b):
                Compare(a, b, path, changes);
                break;
            case (InspectDirectory, _) or (_, InspectDirectory):
                All(before, path, InspectChangeKind.Removed, changes);
                All(after, path, InspectChangeKind.Added, changes);
                break;
            case (InspectValue a, InspectValue b) when a.Value == b.Value:
            case (InspectFailure c, InspectFailure d) when c.Code == d.Code && c.Message == d.Message:
                break;
            default:
                changes.Add(new InspectChange(path, InspectChangeKind.Changed, before, after));
                break;
        }
    }

    private static void Compare(InspectDirectory before, InspectDirectory after, string path, List<InspectChange> changes)
    {
        foreach (var (name, a, b) in InspectPairs.Of(before, after))
        {
            var inner = InspectPath.Join(path, name);
            if (a is null || b is null)
            {
                All(a ?? b!, inner, a is null ? InspectChangeKind.Added : InspectChangeKind.Removed, changes);
            }
            else
            {
                Compare(a, b, inner, changes);
            }
        }
    }

    private static void All(InspectNode node, string path, InspectChangeKind kind, List<InspectChange> changes)
    {
        if (node is InspectDirectory { Children: { IsEmpty: false } children })
        {
            foreach (var (name, child) in children)
            {
                All(child, InspectPath.Join(path, name), kind, changes);
            }
        }
        else
        {
            var added = kind == InspectChangeKind.Added;
            changes.Add(new InspectChange(path, kind, added ? null : node, added ? node : null));
        }
    }
}

/// <summary>The children of two directories side by side, by name.</summary>
internal static class InspectPairs
{
    public static IEnumerable<(string Name, InspectNode? Before, InspectNode? After)> Of(InspectDirectory before, InspectDirectory after)
    {
        int i = 0, j = 0;
        while (i < before.Children.Length || j < after.Children.Length)
        {
            var order = i == before.Children.Length ? 1
                : j == after.Children.Length ? -1
                : NaturalOrder.Instance.Compare(before.Children[i].Name, after.Children[j].Name);
            var name = order <= 0 ? before.Children[i].Name : after.Children[j].Name;
            var a = order <= 0 ? before.Children[i++].Node : null;
            var b = order >= 0 ? after.Children[j++].Node : null;
            if (a is not null && b is not null || (Shows(before, name) && Shows(after, name)))
            {
                yield return (name, a, b);
            }
        }
    }

    /// <summary>The name would be on this page if it existed.</summary>
    private static bool Shows(InspectDirectory directory, string name) =>
        directory.NextAfter is not { } next || NaturalOrder.Instance.Compare(name, next) <= 0;
}
