using System.Globalization;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Model;

/// <summary>A stretch of time in the page's address; without one the events are live.</summary>
/// <param name="From">Null: from the oldest that is kept.</param>
/// <param name="To">Null: to the newest.</param>
internal sealed record EventRange(DateTimeOffset? From, DateTimeOffset? To)
{
    private const int MaxPages = 70; // more than a history has

    public bool IsLive => From is null && To is null;

    public static EventRange Parse(string? from, string? to) => new(Time(from), Time(to));

    /// <summary>As a browser's input for a date and a time takes it; UTC, as everywhere on the pages.</summary>
    public static string Text(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) ?? "";

    public bool Has(DateTimeOffset time) => (From is null || time >= From) && (To is null || time <= To);

    /// <summary>Reads backwards until the beginning, or until there are as many as are shown.</summary>
    /// <returns>Null: no such partition.</returns>
    public async Task<EventTail?> ReadAsync(Func<EventQuestion, Task<ListPage<EventRecord>?>> ask, string? filter, DateTimeOffset now)
    {
        var rows = new List<EventRecord>();
        var question = new EventQuestion(filter);
        var taken = 0L;
        for (var pages = 0; pages < MaxPages; pages++)
        {
            if (await ask(question) is not { } page)
            {
                return null;
            }

            foreach (var record in page.Items.Reverse().Where(r => Has(r.Time)))
            {
                taken++;
                if (rows.Count < EventTail.Capacity)
                {
                    rows.Add(record);
                }
            }

            if (page.Next is null || page.Items is not [var oldest, ..] || oldest.Time < From)
            {
                break;
            }

            question = question with { Cursor = page.Next };
        }

        return new EventTail(rows, taken, rows.Where(static e => e.Kind == EventTail.DroppedKind).Sum(static e => e.Count ?? 0), now);
    }

    private static DateTimeOffset? Time(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
