using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>What a search found in a whole tree.</summary>
/// <param name="Text">What was looked for.</param>
internal sealed record InspectSearch(string Text)
{
    /// <summary>Found lines that are shown; more are counted.</summary>
    public const int MaxFound = 500;

    /// <summary>Levels that are searched.</summary>
    public const int Depth = 12;

    /// <summary>Names or values have the text.</summary>
    public HashSet<string> Found { get; } = new(StringComparer.Ordinal);

    /// <summary>Directories above them.</summary>
    public HashSet<string> Opened { get; } = new(StringComparer.Ordinal);

    /// <summary>Of those, what the viewer closed again.</summary>
    public HashSet<string> Closed { get; } = new(StringComparer.Ordinal);

    public int Total { get; private set; }

    /// <summary>A wide directory was searched only on its first page, or a branch did not answer.</summary>
    public bool IsPartial { get; private set; }

    public static InspectSearch In(InspectAnswer answer, string text)
    {
        var search = new InspectSearch(text) { IsPartial = !answer.Complete };
        search.Walk("", answer.Node);
        return search;
    }

    private void Walk(string path, InspectedNode node)
    {
        IsPartial |= node.NextAfter is not null;
        foreach (var (name, child) in node.Children ?? [])
        {
            var at = InspectTree.Join(path, name);
            if (Matches(at, name, child))
            {
                Total++;
                Add(at);
            }

            Walk(at, child);
        }
    }

    // A path with a slash is looked for in paths, so that a copied one is found.
    private bool Matches(string path, string name, InspectedNode node) =>
        (Text.Contains('/', StringComparison.Ordinal) ? path : name).Contains(Text, StringComparison.OrdinalIgnoreCase)
        || (node.Value is not null && InspectText.Of(node).Contains(Text, StringComparison.OrdinalIgnoreCase));

    private void Add(string path)
    {
        if (Found.Count == MaxFound)
        {
            return;
        }

        Found.Add(path);
        for (var at = InspectTree.Parent(path); at.Length > 0; at = InspectTree.Parent(at))
        {
            Opened.Add(at);
        }
    }
}
