using System.Globalization;
using System.Text.Json;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Rates of counters and changes of values, from one reading to the next, matched by path.</summary>
internal sealed class InspectValues
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public void Take(string path, InspectedNode node, DateTimeOffset asOf)
    {
        var text = node.Value?.GetRawText() ?? "";
        if (!_entries.TryGetValue(path, out var before))
        {
            _entries[path] = new Entry(text, Number(node), asOf, null, 0);
            return;
        }

        var seconds = (asOf - before.AsOf).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        var number = Number(node);
        InspectRate? rate = node.Counter == true && number is { } now && before.Number is { } then
            ? new InspectRate((now >= then ? now - then : now) / seconds, now < then)
            : null;
        _entries[path] = new Entry(text, number, asOf, rate, text == before.Text ? before.Version : before.Version + 1);
    }

    public InspectRate? Rate(string path) => _entries.TryGetValue(path, out var entry) ? entry.Rate : null;

    public int Version(string path) => _entries.TryGetValue(path, out var entry) ? entry.Version : 0;

    /// <summary>Forgets what is not shown any more: opened again it begins anew.</summary>
    public void Keep(IReadOnlySet<string> directories)
    {
        foreach (var path in _entries.Keys.Where(p => !directories.Contains(InspectTree.Parent(p))).ToList())
        {
            _entries.Remove(path);
        }
    }

    private static double? Number(InspectedNode node) => node.Value switch
    {
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        { ValueKind: JsonValueKind.String } value when double.TryParse(
            value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) => large,
        _ => null,
    };

    private readonly record struct Entry(string Text, double? Number, DateTimeOffset AsOf, InspectRate? Rate, int Version);
}
