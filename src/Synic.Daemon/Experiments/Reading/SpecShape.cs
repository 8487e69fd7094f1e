using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Turns JSON into a record of the API; the serializer would stop at the first mistake, this notes all of them.</summary>
internal static class SpecShape
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <returns>Null: it has mistakes, which were noted.</returns>
    public static T? Read<T>(JsonElement json, string path, Mistakes mistakes)
        where T : class
    {
        var before = mistakes.Count;
        Check(json, s_json.GetTypeInfo(typeof(T)), path, mistakes);
        if (mistakes.Count > before)
        {
            return null;
        }

        try
        {
            return json.Deserialize<T>(s_json);
        }
        catch (JsonException e)
        {
            mistakes.Add(path, $"cannot be read: {e.Message}");
            return null;
        }
    }

    private static void Check(JsonElement json, JsonTypeInfo type, string path, Mistakes mistakes)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(path, $"is an object, not {StrictObject.Shown(json)}");
            return;
        }

        foreach (var member in json.EnumerateObject())
        {
            var known = type.Properties.FirstOrDefault(p => p.Name == member.Name);
            if (known is null)
            {
                var names = type.Properties.Select(static p => p.Name);
                var nearest = NearestName.Of(member.Name, names);
                mistakes.Add($"{path}.{member.Name}", $"is no member{(nearest is null ? "" : $"; did you mean {nearest}?")}; there are {string.Join(", ", names)}");
            }
            else
            {
                CheckMember(member.Value, type, known, $"{path}.{member.Name}", mistakes);
            }
        }
    }

    private static void CheckMember(JsonElement value, JsonTypeInfo type, JsonPropertyInfo member, string path, Mistakes mistakes)
    {
        if (member.CustomConverter is null && s_json.GetTypeInfo(member.PropertyType) is { Kind: JsonTypeInfoKind.Object } inner)
        {
            if (value.ValueKind != JsonValueKind.Null)
            {
                Check(value, inner, path, mistakes);
            }

            return;
        }

        try
        {
            new JsonObject { [member.Name] = value.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(value.GetRawText()) }.Deserialize(type);
        }
        catch (JsonException)
        {
            mistakes.Add(path, $"is {Wanted(member)}, not {StrictObject.Shown(value)}");
        }
    }

    private static string Wanted(JsonPropertyInfo member)
    {
        var type = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
        return member.CustomConverter is not null && type == typeof(string) ? "a number or a text such as \"0x2001\""
            : type == typeof(string) ? "a text"
            : type == typeof(bool) ? "true or false"
            : type == typeof(double) ? "a number"
            : type.IsPrimitive ? type == typeof(long) ? "a whole number" : "a whole number of 32 bits"
            : typeof(IEnumerable).IsAssignableFrom(type) && s_json.GetTypeInfo(type).Kind == JsonTypeInfoKind.Dictionary ? "an object of texts"
            : "a list";
    }
}
