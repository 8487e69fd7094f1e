using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Synic.Dashboard.Frame;

/// <summary>What of a page is in its address: a link, a reload and the back button show the same view again.</summary>
/// <remarks>One for each viewer. The parts of a page share it, each with its own names; what is as by default is left out.</remarks>
public sealed class PageState : IDisposable
{
    private const int MaxPending = 32;

    private readonly NavigationManager _navigation;
    private readonly List<string> _pending = []; // written here, and not confirmed by the browser yet
    private Dictionary<string, string> _values = [];
    private string _path = "";

    public PageState(NavigationManager navigation)
    {
        _navigation = navigation;
        Read(navigation.Uri);
        _navigation.LocationChanged += OnLocationChanged;
    }

    /// <summary>Somebody else changed the address: the back button, or a link to another view.</summary>
    public event Action? Changed;

    /// <summary>Without the query.</summary>
    public string Path => new Uri(_path).AbsolutePath;

    /// <summary>With the question mark; empty when there is nothing in it. Without a pause: a link to this view goes on.</summary>
    public string Query => QueryHelpers.AddQueryString("", _values.Where(static v => v.Key != ViewPause.Name).Select(static v => KeyValuePair.Create(v.Key, (string?)v.Value)));

    /// <summary>Null when it is not in the address.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <param name="name">Of the parameter.</param>
    /// <param name="value">Null or empty: take it out.</param>
    /// <param name="back">The back button leads to how it was before; not for what is typed.</param>
    public void Set(string name, string? value, bool back = false) => Set([KeyValuePair.Create(name, value)], back);

    /// <summary>Several at once, as one step of the back button.</summary>
    public void Set(IEnumerable<KeyValuePair<string, string?>> values, bool back = false)
    {
        var before = Address(_values);
        foreach (var (name, value) in values)
        {
            Put(_values, name, value);
        }

        var after = Address(_values);
        if (after == before)
        {
            return;
        }

        if (_pending.Count == MaxPending)
        {
            _pending.RemoveAt(0);
        }

        _pending.Add(after);
        _navigation.NavigateTo(after, replace: !back);
    }

    /// <summary>The address of this view with one thing changed, for a link.</summary>
    public string Link(string name, string? value)
    {
        var values = new Dictionary<string, string>(_values);
        Put(values, name, value);
        return Address(values);
    }

    public void Dispose() => _navigation.LocationChanged -= OnLocationChanged;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        // The browser confirms late: what came of an older address must not undo what was typed since.
        if (_pending.IndexOf(e.Location) is >= 0 and var at)
        {
            _pending.RemoveRange(0, at + 1);
            return;
        }

        _pending.Clear();
        Read(e.Location);
        Changed?.Invoke();
    }

    private void Read(string location)
    {
        var uri = new Uri(location);
        _path = uri.GetLeftPart(UriPartial.Path);
        _values = QueryHelpers.ParseQuery(uri.Query)
            .Where(static v => !string.IsNullOrEmpty(v.Value))
            .ToDictionary(static v => v.Key, static v => v.Value[0]!);
    }

    private string Address(Dictionary<string, string> values) =>
        QueryHelpers.AddQueryString(_path, values.Select(static v => KeyValuePair.Create(v.Key, (string?)v.Value)));

    private static void Put(Dictionary<string, string> values, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            values.Remove(name);
        }
        else
        {
            values[name] = value;
        }
    }
}
