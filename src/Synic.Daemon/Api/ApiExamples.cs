using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Synic.Daemon.Api;

/// <summary>Gives every operation of the OpenAPI document an example: made from the schema, with values as they look in life.</summary>
internal static class ApiExamples
{
    private const int MaxDepth = 12;

    /// <summary>From here on, what may be empty is: a tree ends, and its nodes still have all they need.</summary>
    private const int Enough = 4;

    // By the member's name, wherever it occurs; a value of another type than the schema's is not taken.
    private static readonly Dictionary<string, string> s_values = new()
    {
        ["name"] = "\"demo\"",
        ["connection"] = "[8193,\"0x2001\"]",
        ["connectionText"] = "\"0x2001\"",
        ["kind"] = "\"message\"",
        ["owner"] = "\"demo\"",
        ["handler"] = "\"echo\"",
        ["state"] = "\"running\"",
        ["backend"] = "\"kvm\"",
        ["synicMode"] = "\"user\"",
        ["dialect"] = "\"openvmm\"",
        ["fastPath"] = "\"none\"",
        ["minimumVtl"] = "0",
        ["monitorId"] = "5",
        ["generation"] = "17",
        ["vtl"] = "0",
        ["vp"] = "0",
        ["sint"] = "2",
        ["flag"] = "0",
        ["next"] = "null",
        ["total"] = "1",
        ["payload"] = "null",
        ["text"] = "\"hello\"",
        ["messageType"] = "1",
        ["value"] = "\"0x00\"",
        ["status"] = "[\"ready\",200]",
        ["version"] = "\"1.0.0\"",
        ["path"] = "\"/api/v1/partitions/demo\"",
        ["link"] = "\"/api/v1/partitions/demo/ports/0x2001\"",
        ["check"] = "\"connection_exists\"",
        ["result"] = "\"success\"",
        ["operation"] = "\"post\"",
        ["direction"] = "\"guest_to_host\"",
        ["reason"] = "\"registered by 'demo'\"",
        ["maxRecords"] = "10000",
        ["enabled"] = "true",
        ["retryAfterSeconds"] = "1",
        ["notKnown"] = "null",
        ["departed"] = "null",
        ["injectedBy"] = "null",
        ["firstFailure"] = "null",
        ["decidedBy"] = "null",
    };

    public static void Add(OpenApiDocument document)
    {
        foreach (var operation in (document.Paths ?? []).SelectMany(static p => p.Value.Operations ?? []).Select(static o => o.Value))
        {
            if (operation.RequestBody is OpenApiRequestBody { Content: { } request })
            {
                AddTo(request, brief: true);
            }

            foreach (var response in operation.Responses ?? [])
            {
                if (response.Key != "default" && response.Value is OpenApiResponse { Content: { } content })
                {
                    AddTo(content, brief: false);
                }
            }
        }
    }

    private static void AddTo(IDictionary<string, OpenApiMediaType> content, bool brief)
    {
        foreach (var (type, media) in content)
        {
            if (media.Example is null && media.Schema is { } schema)
            {
                media.Example = type == "text/csv" ? "connection,kind,owner\r\n0x2001,message,demo\r\n"
                    : type == "text/plain" ? "No such port (port_not_found, HTTP 404)"
                    : Of(schema, "", 0, brief) is { } example and not JsonObject { Count: 0 } ? example
                    : Of(schema, "", 0, brief: false); // every member may be left out, and an empty sample shows nothing
            }
        }
    }

    /// <param name="schema">Of the value.</param>
    /// <param name="name">Of the member that has it.</param>
    /// <param name="depth">How many values it is inside.</param>
    /// <param name="brief">Only members that have to be there, or have an example of their own: what a caller would send.</param>
    private static JsonNode? Of(IOpenApiSchema schema, string name, int depth, bool brief)
    {
        if (schema.Examples is [{ } own, ..])
        {
            return own.DeepClone();
        }

        if (schema.Enum is { Count: > 0 } words)
        {
            return words[0].DeepClone();
        }

        if ((schema.OneOf ?? schema.AnyOf)?.FirstOrDefault(static s => s.Type != JsonSchemaType.Null) is { } alternative)
        {
            var mayBeNull = (schema.OneOf ?? schema.AnyOf)!.Any(static s => s.Type == JsonSchemaType.Null);
            return mayBeNull && (depth >= Enough || IsNullAsked(name)) ? null : Of(alternative, name, depth, brief);
        }

        var type = schema.Type ?? JsonSchemaType.Object;
        if (s_values.TryGetValue(name, out var text) && Fitting(JsonNode.Parse(text), type, out var value))
        {
            return value;
        }

        return type switch
        {
            _ when type.HasFlag(JsonSchemaType.Array) => schema.Items is { } items && depth < Enough ? new JsonArray(Of(items, "", depth + 1, brief)) : [],
            _ when type.HasFlag(JsonSchemaType.Object) => OfObject(schema, depth, brief),
            _ when type.HasFlag(JsonSchemaType.Boolean) => true,
            _ when type.HasFlag(JsonSchemaType.Integer) => 0,
            _ when type.HasFlag(JsonSchemaType.Number) => 0.5,
            _ when schema.Format == "date-time" => "2026-01-02T03:04:05.678901+00:00",
            _ => "text",
        };
    }

    private static JsonObject OfObject(IOpenApiSchema schema, int depth, bool brief)
    {
        var result = new JsonObject();
        if (depth >= MaxDepth)
        {
            return result;
        }

        foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            // What may be left out and says null here is left out.
            var needed = schema.Required?.Contains(name) == true;
            if (brief && !needed && member.Examples is not { Count: > 0 })
            {
                continue;
            }

            var example = Of(member, name, depth + 1, brief);
            if (example is not null || needed)
            {
                result.Add(name, example);
            }
        }

        if (schema.AdditionalProperties is { } values && depth < Enough)
        {
            result.Add("insufficient_buffers", Of(values, "", depth + 1, brief));
        }

        return result;
    }

    private static bool IsNullAsked(string name) => s_values.TryGetValue(name, out var text) && text == "null";

    // Several values: for members of one name and different types.
    private static bool Fitting(JsonNode? value, JsonSchemaType type, out JsonNode? fitting)
    {
        var candidates = value is JsonArray several ? several.ToList() : [value];
        fitting = candidates.Find(c => type.HasFlag(TypeOf(c)))?.DeepClone();
        return fitting is not null || (value is null && type.HasFlag(JsonSchemaType.Null));
    }

    private static JsonSchemaType TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => JsonSchemaType.String,
        JsonValueKind.Number => JsonSchemaType.Integer,
        JsonValueKind.True or JsonValueKind.False => JsonSchemaType.Boolean,
        _ => JsonSchemaType.Null,
    };
}
