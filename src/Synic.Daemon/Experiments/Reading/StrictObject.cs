using System.Globalization;
using System.Text.Json;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>
/// Reads one JSON object member by member and notes each mistake with its path, at the end also every member that nobody
/// asked for: a misspelt one must not be a check that silently is never made.
/// </summary>
internal sealed class StrictObject
{
    private const int ShownText = 60;

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<string> _known = [];
    private readonly Mistakes _mistakes;

    public StrictObject(JsonElement json, string path, Mistakes mistakes)
    {
        Path = path;
        _mistakes = mistakes;
        if (json.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(path, $"is an object, not {Shown(json)}");
            return;
        }

        IsObject = true;
        foreach (var member in json.EnumerateObject())
        {
            _members[member.Name] = member.Value;
        }
    }

    public string Path { get; }

    /// <summary>False: nothing can be read, and that has been noted.</summary>
    public bool IsObject { get; }

    public string PathOf(string name) => $"{Path}.{name}";

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>As it was written; null when it is missing.</summary>
    public JsonElement? Value(string name)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out var value) ? value : null;
    }

    /// <returns>Null: missing, or no text.</returns>
    public string? Text(string name, bool required = false)
    {
        if (Value(name) is not { } value)
        {
            if (required && IsObject)
            {
                Mistake(name, "is missing");
            }

            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return text;
        }

        Mistake(name, $"is a text, not {Shown(value)}");
        return null;
    }

    /// <summary>A number or its text, decimal or 0x….</summary>
    public ulong? Whole(string name, ulong maximum)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Number => value.GetRawText(), _ => "" };
        var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (ulong.TryParse(hex ? text.AsSpan(2) : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= maximum)
        {
            return number;
        }

        Mistake(name, $"is a whole number from 0 to {(maximum > ushort.MaxValue ? $"0x{maximum:x}" : $"{maximum}")}, decimal or \"0x…\", not {Shown(value)}");
        return null;
    }

    public TimeSpan? Seconds(string name, double minimum, double maximum)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds >= minimum && seconds <= maximum)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        Mistake(name, string.Create(CultureInfo.InvariantCulture, $"is {minimum} to {maximum} seconds, not {Shown(value)}"));
        return null;
    }

    public string? Word(string name, params ReadOnlySpan<string> words)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && words.Contains(value.GetString()))
        {
            return value.GetString();
        }

        Mistake(name, $"is {string.Join(", ", words!)}, not {Shown(value)}");
        return null;
    }

    public StrictObject? Object(string name) => Value(name) is { } value ? new StrictObject(value, PathOf(name), _mistakes) : null;

    /// <summary>The items of a list; of a single value that one, where <paramref name="orOne"/> allows it.</summary>
    public IReadOnlyList<(JsonElement Json, string Path)> Items(string name, bool orOne = false)
    {
        if (Value(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return [.. value.EnumerateArray().Select((json, i) => (json, string.Create(CultureInfo.InvariantCulture, $"{PathOf(name)}[{i}]")))];
        }

        if (orOne)
        {
            return [(value, PathOf(name))];
        }

        Mistake(name, $"is a list, not {Shown(value)}");
        return [];
    }

    /// <summary>A list of texts, or one.</summary>
    public IReadOnlyList<(string Text, string Path)> Texts(string name)
    {
        var texts = new List<(string, string)>();
        foreach (var (json, path) in Items(name, orOne: true))
        {
            if (json.ValueKind == JsonValueKind.String && json.GetString() is { Length: > 0 } text)
            {
                texts.Add((text, path));
            }
            else
            {
                _mistakes.Add(path, $"is a text, not {Shown(json)}");
            }
        }

        return texts;
    }

    public void Mistake(string name, string what) => _mistakes.Add(PathOf(name), what);

    /// <summary>Call it last.</summary>
    public void RefuseUnknown()
    {
        foreach (var name in _members.Keys.Where(n => !_known.Contains(n)))
        {
            var nearest = NearestName.Of(name, _known);
            Mistake(name, $"is no member{(nearest is null ? "" : $"; did you mean {nearest}?")}; there are {string.Join(", ", _known.Distinct())}");
        }
    }

    /// <summary>A value as a message shows it: short.</summary>
    public static string Shown(JsonElement json)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => $"'{json.GetString()}'",
            _ => json.GetRawText(),
        };
        return text.Length <= ShownText ? text : text[..ShownText] + "…";
    }
}
