using Synic.Hv;

namespace Synic.History;

/// <summary>
/// Moves what the taps wrote down into the histories, and numbers it: by time within one collection, without gaps over
/// all partitions. What a ring had no room for is announced by a record of its own.
/// </summary>
public sealed class EventCollector
{
    private readonly Lock _gate = new(); // one collection at a time; guards every field below but the last two
    private readonly List<Source> _sources = [];
    private EventHistory[] _histories = [];
    private long _sequence;

    /// <summary>In the order in which they were made.</summary>
    public IReadOnlyList<EventHistory> Histories => Volatile.Read(ref _histories);

    /// <summary>The number of the newest record; a reader that stops there sees them in order over several histories.</summary>
    public long LastSequence => Volatile.Read(ref _sequence);

    /// <summary>Makes the history of a partition.</summary>
    public EventHistory Add(string partition, CallTap tap)
    {
        var history = new EventHistory(partition, tap);
        lock (_gate)
        {
            Volatile.Write(ref _histories, [.. _histories, history]);
        }

        return history;
    }

    /// <summary>Collects what there is now.</summary>
    /// <returns>How many records it was.</returns>
    public int Collect()
    {
        lock (_gate)
        {
            FindSources();
            var collected = 0;
            while (Oldest() is { } source)
            {
                Move(source);
                collected++;
            }

            foreach (var history in _histories)
            {
                collected += AnnounceDrops(history);
                history.Tap.Prune();
            }

            return collected;
        }
    }

    private void FindSources()
    {
        _sources.Clear();
        foreach (var history in _histories)
        {
            history.Tap.Sleep(); // before the rings are looked at: what comes after may wake again
            foreach (var ring in history.Tap.Rings)
            {
                var waiting = ring.Written - ring.Taken;
                if (waiting > 0)
                {
                    _sources.Add(new Source(history, ring) { Waiting = waiting });
                }
            }
        }
    }

    private Source? Oldest()
    {
        Source? oldest = null;
        foreach (var source in _sources)
        {
            if (source.Waiting > 0 && (oldest is null || source.Ring.Peek().Timestamp < oldest.Ring.Peek().Timestamp))
            {
                oldest = source;
            }
        }

        return oldest;
    }

    private void Move(Source source)
    {
        var entry = new EventEntry { Call = source.Ring.Peek() };
        var payload = source.Ring.PeekPayload();
        if ((entry.Call.Fields & CallFields.Bytes) != 0)
        {
            entry.Call.PayloadHash = Payloads.Hash(payload);
        }

        if ((entry.Call.Fields & CallFields.Connection) != 0)
        {
            entry.Port = source.History.Tap.Ports.At(entry.Call.Connection, entry.Call.Timestamp);
        }

        if (entry.Call is { Reason: CallReason.None, InjectedBy: 0, Kind: CallKind.Post or CallKind.Signal or CallKind.MonitorTrigger })
        {
            entry.Call.Reason = ReasonOf(in entry);
        }

        Append(source.History, ref entry, payload);
        source.Ring.Advance();
        source.Waiting--;
    }

    private int AnnounceDrops(EventHistory history)
    {
        var announced = 0;
        foreach (var ring in history.Tap.Rings)
        {
            var dropped = ring.Dropped;
            if (dropped != ring.Announced)
            {
                var entry = new EventEntry
                {
                    Call = new CallRecord
                    {
                        Kind = CallKind.Dropped,
                        Reason = CallReason.RingFull,
                        Timestamp = history.Tap.Time.GetTimestamp(),
                        Vp = ring.Vp,
                        Value = (ulong)(dropped - ring.Announced),
                    },
                };
                ring.Announced = dropped;
                Append(history, ref entry, default);
                announced++;
            }
        }

        return announced;
    }

    private void Append(EventHistory history, ref EventEntry entry, ReadOnlySpan<byte> payload)
    {
        entry.Sequence = _sequence + 1;
        history.Add(in entry, payload);
        Volatile.Write(ref _sequence, entry.Sequence); // after it can be found
    }

    // What the caller was answered does not always say which check it was: dialects call a wrong kind by several names.
    private static CallReason ReasonOf(in EventEntry entry) => new HvStatus(entry.Call.Status) switch
    {
        { IsSuccess: true } => CallReason.None,
        var s when s == HvStatus.OperationDenied => CallReason.VtlTooLow,
        var s when s == HvStatus.InsufficientBuffers => CallReason.PortFull,
        var s when s == HvStatus.OperationFailed => CallReason.PortFaulted,
        var s when s == HvStatus.InvalidPortId => CallReason.WrongKind,
        var s when s == HvStatus.InvalidConnectionId =>
            entry.Port is { } port && port.IsMessage != (entry.Call.Kind == CallKind.Post) ? CallReason.WrongKind : CallReason.NoPort,
        _ => CallReason.None,
    };

    private sealed class Source(EventHistory history, CallRing ring)
    {
        public EventHistory History => history;

        public CallRing Ring => ring;

        public long Waiting { get; set; }
    }
}
