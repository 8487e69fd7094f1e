using System.Globalization;

namespace Synic.Inspection;

/// <summary>The tree as lines for people and for <c>diff</c>.</summary>
public static class InspectText
{
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
        InspectKind.Duration => (value.AsDuration.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.0000000", CultureInfo.InvariantCulture),
        _ => "?",
    };
}
