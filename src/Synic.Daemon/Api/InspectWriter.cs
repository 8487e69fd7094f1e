using System.Buffers;
using System.Text.Json;
using Synic.Inspection;

namespace Synic.Daemon.Api;

/// <summary>Parts of answers about trees, written straight from the nodes; the records in Contracts describe them.</summary>
internal static class InspectWriter
{
    public static DateTimeOffset Microseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    public static string NameOf(InspectChangeKind kind) => kind switch
    {
        InspectChangeKind.Added => "added",
        InspectChangeKind.Removed => "removed",
        _ => "changed",
    };

    /// <summary>Writes <c>complete</c> and <c>incomplete</c>.</summary>
    public static void Completeness(Utf8JsonWriter writer, IReadOnlyList<InspectIncomplete> incomplete)
    {
        writer.WriteBoolean("complete"u8, incomplete.Count == 0);
        writer.WriteStartArray("incomplete"u8);
        foreach (var (path, reason) in incomplete)
        {
            writer.WriteStartObject();
            writer.WriteString("path"u8, path);
            writer.WriteString("reason"u8, reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void Node(Utf8JsonWriter writer, string name, InspectNode? node)
    {
        writer.WritePropertyName(name);
        if (node is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            InspectJson.WriteTyped(writer, node);
        }
    }

    public static void Changes(Utf8JsonWriter writer, string name, IEnumerable<InspectChange> changes)
    {
        writer.WriteStartArray(name);
        foreach (var change in changes)
        {
            writer.WriteStartObject();
            writer.WriteString("path"u8, change.Path);
            writer.WriteString("kind"u8, NameOf(change.Kind));
            Node(writer, "before", change.Before);
            Node(writer, "after", change.After);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void Rates(Utf8JsonWriter writer, IEnumerable<InspectRate> rates)
    {
        writer.WriteStartArray("rates"u8);
        foreach (var (path, perSecond, reset) in rates)
        {
            writer.WriteStartObject();
            writer.WriteString("path"u8, path);
            writer.WriteNumber("perSecond"u8, Math.Round(perSecond, 6));
            writer.WriteBoolean("reset"u8, reset);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static byte[] Object(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, InspectJson.WriterOptions))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>An answer that was written already.</summary>
internal sealed class JsonBytes<T>(byte[] json) : IResult, IValueHttpResult<T>, Microsoft.AspNetCore.Http.Metadata.IEndpointMetadataProvider
{
    /// <summary>Read back, for the daemon's own pages.</summary>
    public T? Value => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web);

    public static void PopulateMetadata(System.Reflection.MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
