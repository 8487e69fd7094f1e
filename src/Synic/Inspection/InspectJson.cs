using System.Text.Encodings.Web;
using System.Text.Json;

namespace Synic.Inspection;

/// <summary>The tree as JSON: typed, with everything that is known, or plain, an object per directory.</summary>
public static class InspectJson
{
    /// <summary>A browser keeps whole numbers exact up to here.</summary>
    private const long MaxExact = 1L << 53;

    /// <summary>Options for a writer that takes any tree: three levels for one of the tree, and what is around it.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        MaxDepth = (InspectRequest.MaxDepth * 3) + 1024,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // the answer is no part of a page
    };

    /// <summary>Writes a node with kinds, formats, units and sensitivity.</summary>
    public static void WriteTyped(Utf8JsonWriter writer, InspectNode node)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        switch (node)
        {
            case InspectValue value:
                WriteTyped(writer, value);
                break;
            case InspectDirectory directory:
                WriteTyped(writer, directory);
                break;
            case InspectFailure failure:
                writer.WriteString("kind"u8, "error"u8);
                writer.WriteString("code"u8, failure.Code);
                writer.WriteString("message"u8, failure.Message);
                break;
            case InspectUnevaluated unevaluated:
                writer.WriteString("kind"u8, "unevaluated"u8);
                writer.WriteString("reason"u8, InspectNames.Of(unevaluated.Reason));
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a node as OpenVMM does, but always as valid JSON with exact numbers.</summary>
    public static void WritePlain(Utf8JsonWriter writer, InspectNode node)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (node)
        {
            case InspectValue value:
                WriteScalar(writer, value.Value, value.Traits.Format);
                break;
            case InspectDirectory directory:
                writer.WriteStartObject();
                foreach (var (name, child) in directory.Children)
                {
                    writer.WritePropertyName(name);
                    WritePlain(writer, child);
                }

                WriteIfAny(writer, InspectNames.Hidden, directory.Hidden == 0 ? default(int?) : directory.Hidden);
                WriteIfAny(writer, InspectNames.Next, directory.NextAfter);
                writer.WriteEndObject();
                break;
            case InspectFailure failure:
                writer.WriteStartObject();
                writer.WriteString("$error"u8, failure.Message);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    /// <summary>Writes one value as plain JSON does: numbers as numbers while they are exact, else as strings.</summary>
    public static void WriteScalar(Utf8JsonWriter writer, InspectScalar value, InspectFormat format = InspectFormat.Default)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.Kind)
        {
            case InspectKind.None:
                writer.WriteNullValue();
                break;
            case InspectKind.Bool:
                writer.WriteBooleanValue(value.AsBool);
                break;
            case InspectKind.F64 when double.IsFinite(value.AsDouble):
                writer.WriteNumberValue(value.AsDouble);
                break;
            case InspectKind.U64 when format is not (InspectFormat.Hex or InspectFormat.Binary) && value.AsUInt64 <= MaxExact:
                writer.WriteNumberValue(value.AsUInt64);
                break;
            case InspectKind.I64 when format is not (InspectFormat.Hex or InspectFormat.Binary) && value.AsInt64 is >= -MaxExact and <= MaxExact:
                writer.WriteNumberValue(value.AsInt64);
                break;
            case InspectKind.Bytes: // without padding, as OpenVMM does
                writer.WriteStringValue(Convert.ToBase64String(value.AsBytes.Span).TrimEnd('='));
                break;
            case InspectKind.Duration when value.AsDuration.Ticks is >= -MaxExact and <= MaxExact:
                writer.WriteNumberValue(value.AsDuration.Ticks / (decimal)TimeSpan.TicksPerSecond);
                break;
            default:
                writer.WriteStringValue(InspectText.Of(value, format));
                break;
        }
    }

    private static void WriteTyped(Utf8JsonWriter writer, InspectValue value)
    {
        var traits = value.Traits;
        writer.WriteString("kind"u8, InspectNames.Of(value.Value.Kind));
        writer.WritePropertyName("value"u8);
        WriteScalar(writer, value.Value, traits.Format);
        writer.WriteString("format"u8, InspectNames.Of(traits.Format));
        writer.WriteString("unit"u8, traits.Unit ?? (value.Value.Kind == InspectKind.Duration ? "s" : null));
        writer.WriteBoolean("counter"u8, traits.Counter);
        writer.WriteString("sensitivity"u8, InspectNames.Of(traits.Sensitivity));
        writer.WriteBoolean("mutable"u8, value.Mutable);
        WriteIfAny(writer, "approximate", traits.Approximate ? true : default(bool?));
        WriteIfAny(writer, "notKnown", traits.NotKnown);
        WriteIfAny(writer, "range", traits.Range);
        WriteIfAny(writer, "effect", traits.Effect);
    }

    private static void WriteTyped(Utf8JsonWriter writer, InspectDirectory directory)
    {
        writer.WriteString("kind"u8, "dir"u8);
        WriteIfAny(writer, "generation", directory.Generation);
        WriteIfAny(writer, "total", directory.Total);
        WriteIfAny(writer, "nextAfter", directory.NextAfter);
        WriteIfAny(writer, "hidden", directory.Hidden == 0 ? default(int?) : directory.Hidden);
        writer.WriteStartArray("children"u8);
        foreach (var (name, child) in directory.Children)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, name);
            writer.WritePropertyName("node"u8);
            WriteTyped(writer, child);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter writer, string name, InspectScalar value)
    {
        if (value.Kind != InspectKind.None)
        {
            writer.WritePropertyName(name);
            WriteScalar(writer, value);
        }
    }
}
