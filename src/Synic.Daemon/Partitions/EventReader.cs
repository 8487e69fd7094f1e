using System.Diagnostics.CodeAnalysis;
using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.History;

namespace Synic.Daemon.Partitions;

/// <summary>
/// Follows one or more histories in the order of the numbers. It keeps its place, no queue: who is too slow for the
/// histories' rings is told how much it missed.
/// </summary>
internal sealed class EventReader
{
    private readonly EventHub _hub;
    private readonly RowFilter<IEventFilterRow> _filter;
    private readonly EventView _view;
    private readonly Source[] _sources;
    private EventRecord? _announcement;
    private long _bound;

    /// <param name="hub">Collects.</param>
    /// <param name="histories">To follow.</param>
    /// <param name="after">Number of the last record that the reader has; null for all that were up to now.</param>
    /// <param name="filter">Which records it wants.</param>
    /// <param name="view">What it may see of them.</param>
    public EventReader(
        EventHub hub, IReadOnlyList<EventHistory> histories, long? after, RowFilter<IEventFilterRow> filter, EventView view)
    {
        _hub = hub;
        _filter = filter;
        _view = view;
        hub.Collect();
        _bound = hub.Collector.LastSequence;
        _sources = [.. histories.Select(static h => new Source(h))];
        Seen = after is { } given && given <= _bound ? given : after is null ? _bound : 0;
        foreach (var source in _sources)
        {
            source.Place = source.History.PlaceBehind(Seen);
        }

        if (after > _bound)
        {
            _announcement = _view.Dropped(null, 0, null, CallReason.OtherRun); // numbers of a daemon that has ended
        }
        else if (after is not null)
        {
            AnnounceGap();
        }
    }

    /// <summary>Number of the last record that was looked at, wanted or not.</summary>
    public long Seen { get; private set; }

    /// <summary>The next record there is now.</summary>
    public bool TryTake([NotNullWhen(true)] out EventRecord? record)
    {
        while (true)
        {
            if (_announcement is not null)
            {
                record = _announcement;
                _announcement = null;
                return true;
            }

            if (Next() is not { } source)
            {
                record = null;
                return false;
            }

            if (_announcement is not null)
            {
                continue; // found on the way there: it comes first
            }

            var index = source.Taken++;
            ref readonly var entry = ref source.Batch.Entries[index];
            Seen = entry.Sequence;
            if (_filter.Matches(_view.Row(source.History.Partition, in entry)))
            {
                record = _view.Record(source.History, source.Batch, index);
                return true;
            }
        }
    }

    private Source? Next()
    {
        var next = Oldest(_bound);
        if (next is null && _hub.Collector.LastSequence is var last && last > _bound)
        {
            _bound = last; // not behind it: the collector may be between two histories
            next = Oldest(last);
        }

        return next;
    }

    private Source? Oldest(long bound)
    {
        Source? oldest = null;
        foreach (var source in _sources)
        {
            if (Fill(source, bound) && (oldest is null || source.Sequence < oldest.Sequence))
            {
                oldest = source;
            }
        }

        return oldest;
    }

    private bool Fill(Source source, long bound)
    {
        if (source.Taken < source.Batch.Count)
        {
            return true;
        }

        var expected = source.Place;
        source.History.Read(expected, EventBatch.Size, bound, source.Batch);
        source.Taken = 0;
        if (source.Batch.Count == 0)
        {
            return false; // if some are missing, the next look behind the bound finds that
        }

        source.Place = source.Batch.First + source.Batch.Count;
        if (source.Batch.First > expected)
        {
            var missing = source.Batch.First - expected + (_announcement?.Count ?? 0);
            _announcement = _view.Dropped(source.History.Partition, source.Batch.Entries[0].Sequence - 1, missing, CallReason.Overwritten);
        }

        return true;
    }

    // What was overwritten before the reader came back. Records of other partitions lie between, so that the numbers
    // alone give only an upper limit; what the history has lost in all gives another.
    private void AnnounceGap()
    {
        var missing = 0L;
        var last = Seen;
        foreach (var source in _sources)
        {
            source.History.Read(source.Place, 1, long.MaxValue, source.Batch);
            var first = source.Batch.Count > 0 ? source.Batch.Entries[0].Sequence : _bound + 1;
            if (source.Batch.First > 0 && source.Batch.First == source.History.Begin && first > Seen + 1)
            {
                missing += Math.Min(source.Batch.First, first - Seen - 1);
                last = Math.Max(last, first - 1);
            }

            source.Batch.Clear();
        }

        if (missing > 0)
        {
            _announcement = _view.Dropped(_sources is [var one] ? one.History.Partition : null, last, missing, CallReason.Overwritten);
        }
    }

    private sealed class Source(EventHistory history)
    {
        public EventHistory History => history;

        public EventBatch Batch { get; } = new();

        public int Taken { get; set; }

        /// <summary>Of the record behind the batch.</summary>
        public long Place { get; set; }

        public long Sequence => Batch.Entries[Taken].Sequence;
    }
}
