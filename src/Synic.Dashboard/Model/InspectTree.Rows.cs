using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Model;

/// <content>The lines that are to be seen.</content>
internal sealed partial class InspectTree
{
    /// <summary>Null: not searching.</summary>
    public InspectSearch? Search => _search;

    /// <summary>The tree's own expansion is kept beside it, and comes back with an empty text.</summary>
    public async Task SearchAsync(string text, Func<InspectLook, Task<InspectAnswer?>> ask)
    {
        if (text.Length == 0)
        {
            _search = null;
            return;
        }

        var answer = await ask(new InspectLook { Depth = InspectSearch.Depth });
        _search = answer is null ? new InspectSearch(text) : InspectSearch.In(answer, text);
    }

    public InspectRow? Find(string? path)
    {
        if (path is null || !_directories.TryGetValue(Parent(path), out var listing))
        {
            return null;
        }

        var revealed = _revealed.TryGetValue(Parent(path), out var more) ? more.Children : [];
        var name = path[(Parent(path).Length == 0 ? 0 : Parent(path).Length + 1)..];
        return listing.Children.Concat(revealed).FirstOrDefault(c => c.Name == name) is { } child ? Row(path, child, Level(path)) : null;
    }

    public List<InspectRow> Rows()
    {
        var rows = new List<InspectRow>();
        Add(rows, "", 1, shownByParent: false);
        return rows;
    }

    private void Add(List<InspectRow> rows, string path, int level, bool shownByParent)
    {
        if (!_directories.TryGetValue(path, out var listing))
        {
            return; // on its way
        }

        if (listing.Problem is { } problem)
        {
            rows.Add(new InspectRow(InspectRowKind.Problem, path, "", level, problem));
            return;
        }

        var children = listing.Children;
        if (_revealed.TryGetValue(path, out var revealed))
        {
            var names = children.Select(static c => c.Name).ToHashSet(StringComparer.Ordinal);
            children = [.. children, .. revealed.Children.Where(c => !names.Contains(c.Name))];
        }

        var total = (int)Math.Min(int.MaxValue, listing.Total ?? children.Count);
        for (var i = 0; i < children.Count; i++)
        {
            var at = Join(path, children[i].Name);
            if (!IsShown(at, shownByParent))
            {
                continue;
            }

            var row = Row(at, children[i], level) with { Position = i + 1, SetSize = Math.Max(total, children.Count) };
            rows.Add(row);
            if (row.Open)
            {
                Add(rows, at, level + 1, shownByParent || row.Found);
            }
        }

        AddRemoved(rows, path, level, children);
        if (_search is not null)
        {
            return; // what was not found is left out anyway
        }

        if (listing.HasMore)
        {
            rows.Add(new InspectRow(InspectRowKind.More, path, "", level, null) { Count = total - children.Count });
        }

        if (listing.Hidden > 0 && revealed is null)
        {
            rows.Add(new InspectRow(InspectRowKind.Hidden, path, "", level, null) { Count = listing.Hidden });
        }

        if (children.Count == 0 && listing.Hidden == 0)
        {
            rows.Add(new InspectRow(InspectRowKind.Empty, path, "", level, null));
        }
    }

    private void AddRemoved(List<InspectRow> rows, string path, int level, IReadOnlyList<InspectedChild> children)
    {
        if (Changes is null || _search is not null)
        {
            return;
        }

        foreach (var change in Changes.Values.Where(c => c.Kind == "removed" && Parent(c.Path) == path))
        {
            var name = change.Path[(path.Length == 0 ? 0 : path.Length + 1)..];
            if (!children.Any(c => c.Name == name))
            {
                rows.Add(new InspectRow(InspectRowKind.Removed, change.Path, name, level, change.Before) { Change = change });
            }
        }
    }

    private InspectRow Row(string path, InspectedChild child, int level)
    {
        var directory = child.Node is { Kind: "dir" } or { Kind: "unevaluated", Reason: "depth" };
        var kind = directory ? InspectRowKind.Directory
            : child.Node.Kind is "error" or "unevaluated" ? InspectRowKind.Problem
            : InspectRowKind.Field;
        return new InspectRow(kind, path, child.Name, level, child.Node)
        {
            Open = directory && IsOpen(path),
            Rate = _values.Rate(path),
            Version = _values.Version(path),
            Change = Changes?.GetValueOrDefault(path),
            ChangesBelow = directory && Changes is { } changes ? changes.Keys.Count(c => c.StartsWith(path + "/", StringComparison.Ordinal)) : 0,
            Found = _search?.Found.Contains(path) == true,
        };
    }

    private bool IsShown(string path, bool shownByParent) =>
        _search is not { } search || shownByParent || search.Found.Contains(path) || search.Opened.Contains(path);

    private static int Level(string path) => path.Count(static c => c == '/') + 1;
}
