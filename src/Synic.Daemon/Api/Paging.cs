using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Synic.Daemon.Api;

/// <summary>Pages of a list. A cursor says where the last page ended, and which list it is good for.</summary>
internal static class Paging
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;
    private const int MaxCursor = 2048;

    // Short: what is as by default need not travel.
    private static readonly JsonSerializerOptions s_options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    public static bool TryLimit(int? limit, out int count, [NotNullWhen(false)] out ApiProblem? problem)
    {
        count = limit ?? DefaultLimit;
        problem = count is >= 1 and <= MaxLimit ? null : ApiProblem.Field("limit", $"is 1 to {MaxLimit}, not {count}");
        return problem is null;
    }

    /// <param name="list">Names the list with its filters and order.</param>
    /// <param name="last">The last item's place in it.</param>
    public static string Encode<TKey>(string list, TKey last) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Cursor<TKey>(list, last), s_options));

    public static bool TryDecode<TKey>(
        string list, string cursor, [NotNullWhen(true)] out TKey? last, [NotNullWhen(false)] out ApiProblem? problem)
    {
        last = default;
        problem = null;
        try
        {
            var decoded = cursor.Length <= MaxCursor
                ? JsonSerializer.Deserialize<Cursor<TKey>>(Base64Url.DecodeFromChars(cursor), s_options)
                : null;
            if (decoded is { Last: { } key } && decoded.List == list)
            {
                last = key;
                return true;
            }
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Told below, like a cursor of another list.
        }

        problem = new ApiProblem(ProblemCodes.InvalidCursor, "The cursor is not one of this list with these filters and this order: ask again without it.");
        return false;
    }

    private sealed record Cursor<TKey>(string List, TKey Last);
}
