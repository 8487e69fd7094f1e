using System.Text.Json;
using System.Text.Json.Serialization;
using Synic.Contracts;

namespace Synic.Recording;

/// <summary>The lines of a recording as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, MaxDepth = 8)]
[JsonSerializable(typeof(RecordingHeader))]
[JsonSerializable(typeof(RecordingEnd))]
[JsonSerializable(typeof(EventRecord))]
internal sealed partial class RecordingJson : JsonSerializerContext;

/// <summary>Writes recordings line by line.</summary>
public static class RecordingWriter
{
    public static string Line(RecordingHeader header) => JsonSerializer.Serialize(header, RecordingJson.Default.RecordingHeader);

    public static string Line(EventRecord record) => JsonSerializer.Serialize(record, RecordingJson.Default.EventRecord);

    public static string Line(RecordingEnd end) => JsonSerializer.Serialize(end, RecordingJson.Default.RecordingEnd);
}
