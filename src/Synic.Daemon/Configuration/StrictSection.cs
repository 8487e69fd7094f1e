using System.Globalization;

namespace Synic.Daemon.Configuration;

/// <summary>
/// Reads one section key by key, notes every mistake with the key's full name, and at the end every key that nobody
/// asked for: a misspelt key must not be a setting that silently has no effect.
/// </summary>
internal sealed class StrictSection(IConfigurationSection section, List<string> mistakes)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public string Path => section.Path;

    public bool Has(string key) => section.GetSection(key).Exists();

    public string? Text(string key)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (child.Value is null && child.GetChildren().Any())
        {
            Mistake(key, "is a single value, not a list or an object");
        }

        return child.Value;
    }

    public bool Flag(string key, bool otherwise = false)
    {
        var text = Text(key);
        if (text is null)
        {
            return otherwise;
        }

        if (!bool.TryParse(text, out var value))
        {
            Mistake(key, $"is true or false, not '{text}'");
        }

        return value;
    }

    public int Number(string key, int minimum, int maximum, int otherwise)
    {
        var text = Text(key);
        if (text is null)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        Mistake(key, $"is a whole number from {minimum} to {maximum}, not '{text}'");
        return otherwise;
    }

    /// <summary>One of a few words; the answer is its index.</summary>
    public int Word(string key, int otherwise, params ReadOnlySpan<string> words)
    {
        var text = Text(key);
        if (text is null)
        {
            return otherwise;
        }

        for (var i = 0; i < words.Length; i++)
        {
            if (string.Equals(words[i], text, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        Mistake(key, $"is {string.Join(", ", words!)}, not '{text}'");
        return otherwise;
    }

    /// <summary>A list, or one value, or several separated by <c>;</c>.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        return child.Value is { } single
            ? single.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. child.GetChildren().Select(static c => c.Value ?? "")];
    }

    /// <summary>A list, or one value, which is taken whole.</summary>
    public IReadOnlyList<string> Values(string key)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        var items = child.GetChildren().ToList();
        if ((child.Value is not null && items.Count > 0) || items.Exists(static i => i.GetChildren().Any()))
        {
            Mistake(key, "is one value or a list of values");
            return [];
        }

        return child.Value is { } single ? [single] : [.. items.Select(static i => i.Value ?? "")];
    }

    public IEnumerable<StrictSection> Sections(string key)
    {
        _known.Add(key);
        return section.GetSection(key).GetChildren().Select(c => new StrictSection(c, mistakes));
    }

    public StrictSection Section(string key)
    {
        _known.Add(key);
        return new StrictSection(section.GetSection(key), mistakes);
    }

    public void Mistake(string key, string what) => mistakes.Add($"{section.Path}:{key} {what}");

    /// <summary>Call it last.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var child in section.GetChildren().Where(c => !_known.Contains(c.Key)))
        {
            Mistake(child.Key, $"is no setting; there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }
    }
}
