using System.Text.Json;

namespace Synic.Dashboard.Frame;

/// <summary>Views of one kind of page that a viewer gave names to: what their address says. The browser keeps them.</summary>
/// <param name="store">The browser.</param>
/// <param name="kind">Of page; its views fit any partition.</param>
public sealed class SavedViews(ViewerStore store, string kind)
{
    public const int MaxViews = 50;
    public const int MaxName = 60;

    private SortedDictionary<string, string> _views = new(StringComparer.OrdinalIgnoreCase);

    private string Key => "views." + kind;

    /// <summary>Name to the query of its address, with the question mark; by name.</summary>
    public IReadOnlyDictionary<string, string> All => _views;

    public async Task LoadAsync()
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Dictionary<string, string>>(await store.ReadAsync(Key) ?? "{}") ?? [];
            _views = new(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, query) in kept.Where(static v => IsView(v.Key, v.Value)).Take(MaxViews))
            {
                _views[name] = query;
            }
        }
        catch (JsonException)
        {
            // Something else wrote there; saving a view writes over it.
        }
    }

    /// <summary>Takes the place of one of the same name.</summary>
    /// <returns>What is wrong with the name; null: it is saved.</returns>
    public async Task<string?> SaveAsync(string name, string query)
    {
        name = name.Trim();
        if (name.Length is 0 or > MaxName)
        {
            return $"A view needs a name of 1 to {MaxName} characters.";
        }

        if (_views.Count == MaxViews && !_views.ContainsKey(name))
        {
            return $"There are {MaxViews} views already: remove one first.";
        }

        _views[name] = query.Length == 0 ? "?" : query;
        await store.WriteAsync(Key, JsonSerializer.Serialize(_views));
        return null;
    }

    public async Task RemoveAsync(string name)
    {
        if (_views.Remove(name))
        {
            await store.WriteAsync(Key, JsonSerializer.Serialize(_views));
        }
    }

    // It becomes a link of this page: nothing that leads elsewhere.
    private static bool IsView(string name, string? query) => name.Length is > 0 and <= MaxName && query is ['?', ..] and { Length: <= 8192 };
}
