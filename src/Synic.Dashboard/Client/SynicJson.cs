using System.Text.Json;
using System.Text.Json.Serialization;

namespace Synic.Dashboard.Client;

/// <summary>The API's JSON, read as a client has to: members and values that a newer daemon added do not matter.</summary>
public static class SynicJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>A record as the API would send it.</summary>
    public static JsonElement Element<T>(T value)
        where T : notnull => JsonSerializer.SerializeToElement(value, Options);

    /// <exception cref="SynicUnavailableException">It is something else.</exception>
    public static JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            throw new SynicUnavailableException("The daemon sent something that is not JSON.", e);
        }
    }

    public static T Read<T>(string text)
        where T : notnull => Read<T>(Parse(text));

    /// <exception cref="SynicUnavailableException">It is something else.</exception>
    public static T Read<T>(JsonElement json)
        where T : notnull
    {
        try
        {
            return json.Deserialize<T>(Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new SynicUnavailableException($"The answer is not what a synicd of this version sends: {e.Message}", e);
        }
    }
}
