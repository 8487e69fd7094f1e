using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Api;

/// <summary>The members of each row that a caller wants, in that order.</summary>
internal sealed class FieldSelection
{
    private readonly JsonSerializerOptions _options;

    private FieldSelection(IReadOnlyList<string> names, JsonSerializerOptions options)
    {
        Names = names;
        _options = options;
    }

    public IReadOnlyList<string> Names { get; }

    /// <param name="fields">Separated by commas; null for all.</param>
    /// <param name="options">How rows are written.</param>
    /// <param name="selection">Null: all.</param>
    /// <param name="problem">Which name is none.</param>
    public static bool TryParse<TRow>(
        string? fields, JsonSerializerOptions options, out FieldSelection? selection, [NotNullWhen(false)] out ApiProblem? problem)
    {
        selection = null;
        problem = null;
        if (fields is null)
        {
            return true;
        }

        string[] known = [.. options.GetTypeInfo(typeof(TRow)).Properties.Select(static p => p.Name)];
        string[] names = [.. fields.Split(',', StringSplitOptions.TrimEntries).Distinct()];
        if (Array.Find(names, n => !known.Contains(n)) is { } unknown)
        {
            var nearest = NearestName.Of(unknown, known);
            problem = ApiProblem.Field(
                "fields", nearest is null ? $"are {string.Join(", ", known)}; there is no '{unknown}'" : $"has no '{unknown}'; did you mean '{nearest}'?");
            return false;
        }

        selection = new FieldSelection(names, options);
        return true;
    }

    public JsonObject Select<TRow>(TRow row)
    {
        var all = JsonSerializer.SerializeToNode(row, _options)!.AsObject();
        var selected = new JsonObject();
        foreach (var name in Names)
        {
            all.TryGetPropertyValue(name, out var value);
            all.Remove(name);
            selected.Add(name, value);
        }

        return selected;
    }
}
