using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.History;

namespace Synic.Daemon.Partitions;

/// <summary>Pages of what the histories hold now: from a number on, or backwards from the newest.</summary>
internal sealed class EventList(EventHub hub, IReadOnlyList<EventHistory> histories, RowFilter<IEventFilterRow> filter, EventView view)
{
    /// <summary>The records behind a number, in order.</summary>
    /// <param name="after">The number.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="more">There are others behind them.</param>
    public List<EventRecord> After(long after, int limit, out bool more)
    {
        var reader = new EventReader(hub, histories, after, filter, view);
        var page = new List<EventRecord>();
        while (page.Count <= limit && reader.TryTake(out var record))
        {
            page.Add(record);
        }

        more = page.Count > limit;
        return more ? page[..limit] : page;
    }

    /// <summary>The last records before a number, in order.</summary>
    /// <param name="before">The number; null for the newest.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="more">There are others before them.</param>
    public List<EventRecord> Before(long? before, int limit, out bool more)
    {
        hub.Collect();
        var bound = before is { } given ? given - 1 : hub.Collector.LastSequence;
        var page = new List<EventRecord>();
        foreach (var history in histories)
        {
            AddBackwards(history, bound, limit + 1, page);
        }

        page.Sort(static (a, b) => a.Seq.CompareTo(b.Seq));
        more = page.Count > limit;
        return more ? page[^limit..] : page;
    }

    /// <summary>How many records match, over all pages.</summary>
    public int Count()
    {
        if (filter.IsAll)
        {
            return histories.Sum(static h => (int)(h.End - h.Begin));
        }

        var count = 0;
        var batch = new EventBatch();
        foreach (var history in histories)
        {
            for (var place = 0L; ; place = batch.First + batch.Count)
            {
                history.Read(place, EventBatch.Size, long.MaxValue, batch);
                if (batch.Count == 0)
                {
                    break;
                }

                foreach (ref readonly var entry in batch.Entries)
                {
                    count += filter.Matches(view.Row(history.Partition, in entry)) ? 1 : 0;
                }
            }
        }

        return count;
    }

    private void AddBackwards(EventHistory history, long bound, int most, List<EventRecord> page)
    {
        var batch = new EventBatch();
        var end = history.PlaceBehind(bound);
        var found = 0;
        while (found < most)
        {
            var begin = Math.Max(history.Begin, end - EventBatch.Size);
            history.Read(begin, (int)(end - begin), bound, batch);
            for (var i = batch.Count - 1; i >= 0 && found < most; i--)
            {
                if (filter.Matches(view.Row(history.Partition, in batch.Entries[i])))
                {
                    page.Add(view.Record(history, batch, i));
                    found++;
                }
            }

            if (batch.Count == 0)
            {
                return;
            }

            end = batch.First;
        }
    }
}
