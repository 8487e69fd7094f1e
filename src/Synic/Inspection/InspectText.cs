using System.Globalization;
using System.Text.Encodings.Web;

namespace Synic.Inspection;

/// <summary>The tree as text: a line per field with its whole path, so that <c>grep</c> and <c>diff</c> find it.</summary>
public static class InspectText
{
    /// <param name="writer">Takes the lines; they end with a line feed on every system.</param>
    /// <param name="node">What to write.</param>
    /// <param name="path">Where it is.</param>
    public static void Write(TextWriter writer, InspectNode node, InspectPath path)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(path);
        Write(writer, node, string.Join('/', path.Segments.Select(Escape)));
    }

    /// <summary>What stands behind the path.</summary>
    public static string Of(InspectNode node) => node switch
    {
        InspectValue { Value.Kind: InspectKind.None } value => $"not known ({Escape(value.Traits.NotKnown ?? "no reason")})",
        InspectValue { Value: { Kind: InspectKind.Text } text } => $"\"{Escape(text.AsString)}\"",
        InspectValue value => Of(value.Value, value.Traits.Format),
        InspectDirectory { Children.IsEmpty: true } => "{}",
        InspectDirectory => "{…}",
        InspectFailure failure => $"error ({failure.Code}: {Escape(failure.Message)})",
        _ => "_",
    };

    /// <summary>One value.</summary>
    internal static string Of(InspectScalar value, InspectFormat format) => value.Kind switch
    {
        InspectKind.U64 when format == InspectFormat.Hex => $"0x{value.AsUInt64:x}",
        InspectKind.U64 when format == InspectFormat.Binary => $"0b{value.AsUInt64:b}",
        InspectKind.U64 => value.AsUInt64.ToString(CultureInfo.InvariantCulture),
        InspectKind.I64 when format == InspectFormat.Hex => $"0x{value.AsInt64:x}",
        InspectKind.I64 when format == InspectFormat.Binary => $"0b{value.AsInt64:b}",
        InspectKind.I64 => value.AsInt64.ToString(CultureInfo.InvariantCulture),
        InspectKind.F64 => value.AsDouble.ToString("R", CultureInfo.InvariantCulture),
        InspectKind.Bool => value.AsBool ? "true" : "false",
        InspectKind.Text => value.AsString,
        InspectKind.Bytes => $"<{Convert.ToHexStringLower(value.AsBytes.Span)}>",
        InspectKind.Time => value.AsTime.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        InspectKind.Duration => (value.AsDuration.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    private static void Write(TextWriter writer, InspectNode node, string path)
    {
        if (node is not InspectDirectory directory)
        {
            Line(writer, path, Of(node));
            return;
        }

        if (directory.Children.IsEmpty && directory.Hidden == 0 && path.Length != 0)
        {
            Line(writer, path, Of(node));
        }

        foreach (var (name, child) in directory.Children)
        {
            Write(writer, child, InspectPath.Join(path, Escape(name)));
        }

        if (directory.Hidden != 0)
        {
            Line(writer, InspectPath.Join(path, InspectNames.Hidden), directory.Hidden.ToString(CultureInfo.InvariantCulture));
        }

        if (directory.NextAfter is { } next)
        {
            Line(writer, InspectPath.Join(path, InspectNames.Next), $"\"{Escape(next)}\"");
        }
    }

    private static void Line(TextWriter writer, string path, string text)
    {
        if (path.Length != 0)
        {
            writer.Write(path);
            writer.Write(": ");
        }

        writer.Write(text);
        writer.Write('\n');
    }

    private static string Escape(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}
