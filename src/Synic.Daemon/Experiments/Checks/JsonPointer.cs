using System.Globalization;
using System.Text.Json;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>
/// A place in an answer: <c>/connection/version</c> (RFC 6901). In a list also <c>[name=heartbeat]</c>, the first item
/// whose member has that value.
/// </summary>
internal sealed class JsonPointer
{
    private readonly Segment[] _segments;

    private JsonPointer(string text, Segment[] segments)
    {
        Text = text;
        _segments = segments;
    }

    public string Text { get; }

    /// <returns>Null: that is no pointer.</returns>
    public static JsonPointer? TryParse(string text)
    {
        if (text.Length > 0 && text[0] != '/')
        {
            return null;
        }

        var segments = new List<Segment>();
        foreach (var part in text.Split('/').Skip(1))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (!part.StartsWith('['))
            {
                segments.Add(new Segment(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), null));
            }
            else if (part.EndsWith(']') && equals > 1)
            {
                segments.Add(new Segment(part[1..equals], part[(equals + 1)..^1]));
            }
            else
            {
                return null;
            }
        }

        return new JsonPointer(text, [.. segments]);
    }

    /// <returns>Null: nothing is there.</returns>
    public JsonElement? Find(JsonElement json)
    {
        foreach (var segment in _segments)
        {
            if (Step(json, segment) is not { } next)
            {
                return null;
            }

            json = next;
        }

        return json;
    }

    private static JsonElement? Step(JsonElement json, Segment segment)
    {
        if (segment.Wanted is { } wanted)
        {
            if (json.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in json.EnumerateArray())
                {
                    if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(segment.Name, out var member) && member.ToString() == wanted)
                    {
                        return item;
                    }
                }
            }

            return null;
        }

        return json.ValueKind switch
        {
            JsonValueKind.Object when json.TryGetProperty(segment.Name, out var member) => member,
            JsonValueKind.Array when int.TryParse(segment.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < json.GetArrayLength() => json[index],
            _ => null,
        };
    }

    /// <param name="Name">Of a member, or an index; of the member that chooses an item.</param>
    /// <param name="Wanted">The value that chooses it.</param>
    private readonly record struct Segment(string Name, string? Wanted);
}
