using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Model;

/// <summary>A tree as one viewer has it open: which directories, what was found, what is different from a snapshot.</summary>
internal sealed partial class InspectTree
{
    /// <summary>Children that a wide directory shows, and shows more each time it is asked.</summary>
    public const int PageSize = 200;

    /// <summary>Levels that <c>*</c> opens.</summary>
    public const int OpenLevels = 2;

    /// <summary>Directories that one viewer has open at most: each is read again and again.</summary>
    public const int MaxOpen = 250;

    private const int MaxAddress = 1800;
    private const char Separator = ',';

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _pages = new(StringComparer.Ordinal);
    private readonly InspectValues _values = new();
    private readonly Dictionary<string, InspectListing> _revealed = new(StringComparer.Ordinal);
    private Dictionary<string, InspectListing> _directories = new(StringComparer.Ordinal);
    private InspectSearch? _search;

    public string? Selected { get; set; }

    /// <summary>Differences from a snapshot by path; null: not compared.</summary>
    public IReadOnlyDictionary<string, InspectedChange>? Changes { get; set; }

    /// <summary>The open directories as the address has them; those above an open one are open too.</summary>
    public string Address
    {
        get
        {
            var outermost = _open.Where(p => !_open.Any(o => o.Length > p.Length && o[p.Length] == '/' && o.StartsWith(p, StringComparison.Ordinal)))
                .Where(static p => !p.Contains(Separator, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            var text = "";
            foreach (var path in outermost.TakeWhile(p => text.Length + p.Length < MaxAddress))
            {
                text += text.Length == 0 ? path : Separator + path;
            }

            return text;
        }

        set
        {
            _open.Clear();
            foreach (var path in value.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Take(MaxOpen))
            {
                for (var at = path; at.Length > 0 && _open.Count < MaxOpen; at = Parent(at))
                {
                    _open.Add(at);
                }
            }
        }
    }

    public static string Parent(string path) => path.LastIndexOf('/') is >= 0 and var at ? path[..at] : "";

    public static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}/{name}";

    public bool IsOpen(string path) => path.Length == 0 || (_search is { } search && search.Opened.Contains(path) ? !search.Closed.Contains(path) : _open.Contains(path));

    /// <returns>It is open now, and has to be read.</returns>
    public bool Toggle(string path)
    {
        var open = !IsOpen(path);
        if (_search is { } search && search.Opened.Contains(path))
        {
            _ = open ? search.Closed.Remove(path) : search.Closed.Add(path);
        }
        else if (!open)
        {
            _open.Remove(path);
        }
        else if (_open.Count < MaxOpen)
        {
            _open.Add(path);
        }

        return open;
    }

    public void CloseAll() => _open.Clear();

    /// <summary>Shows more children of a wide directory.</summary>
    public void ShowMore(string path) => _pages[path] = Pages(path) + 1;

    /// <summary>Opens every directory to two levels below a path.</summary>
    public async Task OpenAllAsync(string path, Func<InspectLook, Task<InspectAnswer?>> ask)
    {
        var answer = await ask(new InspectLook { Path = path, Depth = OpenLevels, Limit = PageSize });
        if (answer is { Node.Kind: "dir" })
        {
            if (path.Length > 0)
            {
                _open.Add(path);
            }

            Open(path, answer.Node, OpenLevels);
        }
    }

    /// <summary>Reads what is open and can be seen.</summary>
    public async Task<InspectReading> ReadAsync(Func<InspectLook, Task<InspectAnswer?>> ask, DateTimeOffset now)
    {
        var paths = Visible();
        var listings = await Task.WhenAll(paths.Select(p => ReadAsync(p, ask, now)));
        return new InspectReading(paths.Zip(listings).ToDictionary(static p => p.First, static p => p.Second, StringComparer.Ordinal), listings[0].AsOf);
    }

    /// <summary>Reads one directory, and those open below it that come up with it.</summary>
    public async Task LoadAsync(string path, Func<InspectLook, Task<InspectAnswer?>> ask, DateTimeOffset now)
    {
        _directories[path] = await ReadAsync(path, ask, now);
        foreach (var child in _directories[path].Children.Select(c => Join(path, c.Name)).Where(IsOpen).ToList())
        {
            await LoadAsync(child, ask, now);
        }
    }

    public void Take(InspectReading reading)
    {
        // Opened while the reading was on its way: keep what was loaded for it.
        var directories = new Dictionary<string, InspectListing>(reading.Directories, StringComparer.Ordinal);
        foreach (var (path, listing) in _directories)
        {
            if (IsOpen(path))
            {
                directories.TryAdd(path, listing);
            }
        }

        _directories = directories;
        foreach (var (path, listing) in reading.Directories)
        {
            foreach (var (name, node) in listing.Children)
            {
                if (node.Value is not null)
                {
                    _values.Take(Join(path, name), node, listing.AsOf);
                }
            }
        }

        _values.Keep(_directories.Keys.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>With what needs a right: once, because it is written down that somebody looked.</summary>
    public async Task RevealAsync(string path, Func<InspectLook, Task<InspectAnswer?>> ask)
    {
        if (await ask(new InspectLook { Path = path, Sensitive = true }) is { } answer)
        {
            _revealed[path] = InspectListing.Of(answer, []);
        }
    }

    private void Open(string path, InspectedNode node, int levels)
    {
        foreach (var (name, child) in node.Children ?? [])
        {
            if (child is { Kind: "dir" } && levels > 0 && _open.Count < MaxOpen)
            {
                var below = Join(path, name);
                _open.Add(below);
                Open(below, child, levels - 1);
            }
        }
    }

    private int Pages(string path) => _pages.GetValueOrDefault(path, 1);

    private List<string> Visible()
    {
        var paths = _open.Concat(_search?.Opened ?? []).Distinct(StringComparer.Ordinal)
            .Where(p => p.Length > 0 && IsOpen(p) && IsShownAbove(p)).Take(MaxOpen).ToList();
        paths.Insert(0, "");
        return paths;
    }

    private bool IsShownAbove(string path)
    {
        for (var at = Parent(path); at.Length > 0; at = Parent(at))
        {
            if (!IsOpen(at))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<InspectListing> ReadAsync(string path, Func<InspectLook, Task<InspectAnswer?>> ask, DateTimeOffset now)
    {
        var wanted = Pages(path) * PageSize;
        IReadOnlyList<InspectedChild> children = [];
        string? after = null;
        while (true)
        {
            var answer = await ask(new InspectLook { Path = path, After = after, Limit = Math.Min(1000, wanted - children.Count) });
            if (answer is null)
            {
                return InspectListing.Gone(now);
            }

            var listing = InspectListing.Of(answer, children);
            if (!listing.HasMore || listing.Children.Count >= wanted)
            {
                return listing;
            }

            (children, after) = (listing.Children, answer.Node.NextAfter);
        }
    }
}
