using System.Text.Json;
using System.Text.Json.Nodes;

namespace Synic.Daemon.Api;

/// <summary>Changes some members of a document, as RFC 7396 says: null takes one away.</summary>
internal static class MergePatch
{
    /// <exception cref="BadHttpRequestException">The body is no JSON object.</exception>
    public static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        try
        {
            return await request.ReadFromJsonAsync<JsonObject>(request.HttpContext.RequestAborted).ConfigureAwait(false)
                ?? throw new BadHttpRequestException("a JSON body is needed");
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("the body is no JSON object", StatusCodes.Status400BadRequest, e);
        }
    }

    /// <exception cref="BadHttpRequestException">It has members that the document does not have.</exception>
    public static T Apply<T>(T document, JsonObject patch, JsonSerializerOptions options)
    {
        var merged = JsonSerializer.SerializeToNode(document, options)!.AsObject();
        try
        {
            Merge(merged, patch);
            return merged.Deserialize<T>(options)!;
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // the latter: a member twice
        {
            throw new BadHttpRequestException("the body cannot be merged", StatusCodes.Status400BadRequest, e as JsonException ?? new JsonException(e.Message, e));
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject members)
            {
                if (target[name] is not JsonObject inner)
                {
                    target[name] = inner = [];
                }

                Merge(inner, members);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
