using System.Globalization;
using System.Text.Json;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Values of the tree as the pages write them.</summary>
internal static class InspectText
{
    private const int Longest = 400;

    public static string Of(InspectedNode? node) => node switch
    {
        null => "",
        { Kind: "dir" } => "directory",
        { Kind: "error" } => $"{Format.Words(node.Code ?? "failed")}: {node.Message}",
        { Kind: "unevaluated" } => Reason(node.Reason),
        { NotKnown: not null } or { Value: null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } } => Format.NotKnown,
        { Kind: "duration", Value: { ValueKind: JsonValueKind.Number } value } => Seconds(value.GetDouble()),
        { Format: "bytes", Value: { ValueKind: JsonValueKind.Number } value } => Bytes(value.GetDouble()),
        { Format: "count", Value: { ValueKind: JsonValueKind.Number } value } => WithUnit(value.GetDouble().ToString("N0", CultureInfo.InvariantCulture), node),
        { Kind: "bytes", Value: { ValueKind: JsonValueKind.String } value } => $"<{Hex(value.GetString()!)}>",
        { Value: { ValueKind: JsonValueKind.String } value } => WithUnit(Cut(value.GetString()!), node),
        { Value: { } value } => WithUnit(value.GetRawText(), node),
    };

    /// <summary>Why there is nothing to see, for people.</summary>
    public static string Reason(string? reason) => reason switch
    {
        "deadline" => "did not answer in time",
        "sensitivity" => "needs the right “payload”",
        "paged" => "further children are on the next page",
        "depth" => "not opened",
        _ => Format.Words(reason ?? "not evaluated"),
    };

    public static string Bytes(double bytes) => bytes switch
    {
        < 1024 => FormattableString.Invariant($"{bytes:0} B"),
        < 1024 * 1024 => FormattableString.Invariant($"{bytes / 1024:0.0} KiB"),
        < 1024.0 * 1024 * 1024 => FormattableString.Invariant($"{bytes / (1024 * 1024):0.0} MiB"),
        _ => FormattableString.Invariant($"{bytes / (1024.0 * 1024 * 1024):0.00} GiB"),
    };

    private static string Seconds(double seconds) => seconds switch
    {
        >= 60 => TimeSpan.FromSeconds(Math.Min(seconds, 1e9)).ToString("d'd 'hh':'mm':'ss", CultureInfo.InvariantCulture).Replace("0d ", "", StringComparison.Ordinal),
        >= 1 or 0 => FormattableString.Invariant($"{seconds:0.###} s"),
        >= 1e-3 => FormattableString.Invariant($"{seconds * 1e3:0.###} ms"),
        _ => FormattableString.Invariant($"{seconds * 1e6:0.###} µs"),
    };

    private static string WithUnit(string text, InspectedNode node) => node.Unit is { } unit && unit != "bytes" ? $"{text} {unit}" : text;

    private static string Cut(string text) => text.Length <= Longest ? text : text[..Longest] + "…";

    // Sent without padding.
    private static string Hex(string base64)
    {
        var bytes = new byte[base64.Length];
        var padded = base64.PadRight((base64.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var length) ? Cut(Convert.ToHexStringLower(bytes.AsSpan(0, length))) : base64;
    }
}
