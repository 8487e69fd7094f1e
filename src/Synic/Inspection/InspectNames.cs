namespace Synic.Inspection;

/// <summary>The words of the formats.</summary>
internal static class InspectNames
{
    /// <summary>In the formats that have no other place for it: how many children the caller may not see.</summary>
    public const string Hidden = "$hidden";

    /// <summary>In the formats that have no other place for it: where the next page begins.</summary>
    public const string Next = "$next";

    public static string Of(InspectKind kind) => kind switch
    {
        InspectKind.U64 => "u64",
        InspectKind.I64 => "i64",
        InspectKind.F64 => "f64",
        InspectKind.Bool => "bool",
        InspectKind.Text => "string",
        InspectKind.Bytes => "bytes",
        InspectKind.Time => "time",
        InspectKind.Duration => "duration",
        _ => "unknown",
    };

    public static string? Of(InspectFormat format) => format switch
    {
        InspectFormat.Hex => "hex",
        InspectFormat.Binary => "binary",
        InspectFormat.Count => "count",
        InspectFormat.Bytes => "bytes",
        _ => null,
    };

    public static string Of(InspectSensitivity sensitivity) => sensitivity switch
    {
        InspectSensitivity.Safe => "safe",
        InspectSensitivity.Sensitive => "sensitive",
        _ => "unspecified",
    };

    public static string Of(InspectCut reason) => reason switch
    {
        InspectCut.Depth => "depth",
        InspectCut.Deadline => "deadline",
        InspectCut.Paged => "paged",
        _ => "sensitivity",
    };
}
