using System.Buffers;
using System.Text.Json;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>Takes as many pages of a list as were asked for and makes one answer of them, in the API's own shape.</summary>
internal static class ListPages
{
    /// <param name="http">The daemon.</param>
    /// <param name="path">Makes the path of a page, without its limit.</param>
    /// <param name="limit">How many items; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<SynicAnswer<ListPage<T>>> TakeAsync<T>(
        SynicHttp http, Func<ApiPath> path, int? limit, CancellationToken cancellation)
    {
        var pages = new List<SynicAnswer<ListPage<T>>>();
        var left = limit ?? int.MaxValue;
        string? cursor = null;
        do
        {
            var page = await http.GetAsync<ListPage<T>>(
                path().With("limit", Math.Min(left, SynicHttp.MaxPage)).With("cursor", cursor), cancellation).ConfigureAwait(false);
            pages.Add(page);
            left -= page.Value.Items.Count;
            cursor = page.Value.Next;
        }
        while (cursor is not null && left > 0);

        return pages.Count == 1 ? pages[0] : new SynicAnswer<ListPage<T>>(Merge(pages[0].Json, pages[^1].Json, pages.Select(static p => p.Json)));
    }

    // Everything is the last page's, but the items.
    private static JsonElement Merge(JsonElement first, JsonElement last, IEnumerable<JsonElement> pages)
    {
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
