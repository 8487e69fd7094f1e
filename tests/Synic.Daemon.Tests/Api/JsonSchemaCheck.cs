using System.Text.Json;
using System.Text.Json.Nodes;

namespace Synic.Daemon.Tests.Api;

/// <summary>As much of JSON Schema as OpenAPI documents of this daemon use; a keyword it does not know fails the test.</summary>
internal sealed class JsonSchemaCheck(JsonObject document)
{
    private static readonly HashSet<string> s_notes =
        ["description", "title", "example", "examples", "format", "default", "deprecated", "pattern", "$comment"];

    private readonly List<string> _mistakes = [];

    /// <returns>What is wrong, one line each.</returns>
    public IReadOnlyList<string> Check(JsonNode? value, JsonNode schema)
    {
        _mistakes.Clear();
        Check(value, schema, "$");
        return [.. _mistakes];
    }

    private void Check(JsonNode? value, JsonNode schema, string path)
    {
        foreach (var (keyword, rule) in schema.AsObject())
        {
            switch (keyword)
            {
                case "$ref":
                    Check(value, Resolve((string)rule!), path);
                    break;
                case "type":
                    var types = rule is JsonArray several ? several.Select(static t => (string)t!).ToList() : [(string)rule!];
                    Note(types.Exists(t => Is(value, t)), path, $"is {KindOf(value)}, not {string.Join(" or ", types)}");
                    break;
                case "required":
                    foreach (var name in value is JsonObject ? rule!.AsArray().Select(static n => (string)n!) : [])
                    {
                        Note(value!.AsObject().ContainsKey(name), path, $"lacks '{name}'");
                    }

                    break;
                case "properties" when value is JsonObject members:
                    foreach (var (name, member) in rule!.AsObject())
                    {
                        if (members.TryGetPropertyValue(name, out var own))
                        {
                            Check(own, member!, $"{path}.{name}");
                        }
                    }

                    break;
                case "additionalProperties" when value is JsonObject members:
                    CheckAdditional(members, schema, rule!, path);
                    break;
                case "items" when value is JsonArray items:
                    for (var i = 0; i < items.Count; i++)
                    {
                        Check(items[i], rule!, $"{path}[{i}]");
                    }

                    break;
                case "oneOf" or "anyOf":
                    Note(rule!.AsArray().Any(s => new JsonSchemaCheck(document).Check(value, s!).Count == 0), path, $"fits no part of {keyword}");
                    break;
                case "enum":
                    Note(rule!.AsArray().Any(w => JsonNode.DeepEquals(w, value)), path, "is no word of the enum");
                    break;
                case "minimum":
                    Note(value is null || (double)value >= (double)rule!, path, "is too small");
                    break;
                case "maximum":
                    Note(value is null || (double)value <= (double)rule!, path, "is too large");
                    break;
                case "properties" or "items" or "additionalProperties":
                    break; // of another type, which 'type' complains about
                default:
                    Note(s_notes.Contains(keyword), path, $"has a schema with '{keyword}', which this check does not know");
                    break;
            }
        }
    }

    private void CheckAdditional(JsonObject members, JsonNode schema, JsonNode rule, string path)
    {
        foreach (var (name, member) in members.Where(m => schema["properties"]?[m.Key] is null))
        {
            if (rule.GetValueKind() == JsonValueKind.False)
            {
                Note(false, path, $"has '{name}', which the schema does not know");
            }
            else if (rule is JsonObject values)
            {
                Check(member, values, $"{path}.{name}");
            }
        }
    }

    private JsonNode Resolve(string reference) =>
        reference.TrimStart('#').Trim('/').Split('/').Aggregate((JsonNode)document, static (node, part) => node[part.Replace("~1", "/", StringComparison.Ordinal)]!);

    private void Note(bool holds, string path, string mistake)
    {
        if (!holds)
        {
            _mistakes.Add($"{path} {mistake}");
        }
    }

    private static bool Is(JsonNode? value, string type) => type switch
    {
        "integer" => KindOf(value) == "number" && decimal.IsInteger((decimal)value!),
        _ => KindOf(value) == type,
    };

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString()!.ToLowerInvariant(),
    };
}
