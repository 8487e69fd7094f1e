using System.Buffers;
using System.Text.Json;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>Takes as many pages of a list as were asked for and makes one answer of them, in the API's own shape.</summary>
internal static class ListPages
{
    /// <param name="http">The daemon.</param>
    /// <param name="path">Makes the path of a page, without its limit.</param>
    /// <param name="limit">How many items; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <typeparam name="T">Has the members <c>items</c> and <c>next</c>.</typeparam>
    public static async Task<SynicAnswer<T>> TakeAsync<T>(SynicHttp http, Func<ApiPath> path, int? limit, CancellationToken cancellation)
        where T : notnull
    {
        var pages = new List<JsonElement>();
        var left = limit ?? int.MaxValue;
        string? cursor = null;
        do
        {
            var page = await http.GetAsync<T>(
                path().With("limit", Math.Min(left, SynicHttp.MaxPage)).With("cursor", cursor), cancellation).ConfigureAwait(false);
            _ = page.Value; // it is such a list
            pages.Add(page.Json);
            left -= page.Json.GetProperty("items").GetArrayLength();
            cursor = page.Json.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null && left > 0);

        return new SynicAnswer<T>(pages.Count == 1 ? pages[0] : Merge(pages));
    }

    // Everything is the last page's, but the items.
    private static JsonElement Merge(List<JsonElement> pages)
    {
        var (first, last) = (pages[0], pages[^1]);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in first.EnumerateObject())
            {
                if (member.NameEquals("items"))
                {
                    writer.WriteStartArray(member.Name);
                    foreach (var item in pages.SelectMany(static p => p.GetProperty("items").EnumerateArray()))
                    {
                        item.WriteTo(writer);
                    }

                    writer.WriteEndArray();
                }
                else
                {
                    writer.WritePropertyName(member.Name);
                    (last.TryGetProperty(member.Name, out var value) ? value : member.Value).WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
