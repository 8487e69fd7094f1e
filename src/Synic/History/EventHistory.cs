namespace Synic.History;

/// <summary>The last records of one partition. The collector adds, any thread copies out; no VP ever waits for either.</summary>
public sealed class EventHistory
{
    public const int Capacity = 1 << 16;
    private const int PageSize = 1 << 10;
    private const int PayloadCapacity = 1 << 21;

    private readonly Lock _gate = new(); // guards every field below
    private readonly EventEntry[]?[] _pages = new EventEntry[Capacity / PageSize][]; // made when first written to
    private byte[] _payloads = [];
    private IEventSink[] _sinks = [];
    private long _payloadHead;
    private long _count;

    internal EventHistory(string partition, CallTap tap)
    {
        Partition = partition;
        Tap = tap;
    }

    public string Partition { get; }

    public CallTap Tap { get; }

    /// <summary>How many records were ever added: the place of the next one.</summary>
    public long End
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>The place of the oldest record that is still here; those before it were overwritten.</summary>
    public long Begin
    {
        get
        {
            lock (_gate)
            {
                return Oldest;
            }
        }
    }

    private long Oldest => Math.Max(0, _count - Capacity);

    /// <summary>The place of the first record behind a sequence number; the end when there is none.</summary>
    public long PlaceBehind(long sequence)
    {
        lock (_gate)
        {
            var low = Oldest;
            var high = _count;
            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                if (At(middle).Sequence <= sequence)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low;
        }
    }

    /// <summary>Copies records out.</summary>
    /// <param name="place">Of the first one; what is older than the oldest is skipped, see <see cref="EventBatch.First"/>.</param>
    /// <param name="most">At most so many, and at most <see cref="EventBatch.Size"/>.</param>
    /// <param name="lastSequence">None behind this one.</param>
    /// <param name="batch">Receives them.</param>
    public void Read(long place, int most, long lastSequence, EventBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_gate)
        {
            batch.First = Math.Max(place, Oldest);
            batch.Count = 0;
            while (batch.Count < Math.Min(most, EventBatch.Size) && batch.First + batch.Count < _count)
            {
                ref readonly var entry = ref At(batch.First + batch.Count);
                if (entry.Sequence > lastSequence)
                {
                    break;
                }

                Copy(in entry, batch);
            }
        }
    }

    /// <summary>Hands every record to a sink from now on, on the collector's thread, until the result is disposed.</summary>
    public IDisposable Attach(IEventSink sink)
    {
        lock (_gate)
        {
            _sinks = [.. _sinks, sink];
        }

        return new Attachment(this, sink);
    }

    internal void Add(in EventEntry entry, ReadOnlySpan<byte> payload)
    {
        IEventSink[] sinks;
        lock (_gate)
        {
            sinks = _sinks;
            ref var page = ref _pages[_count / PageSize % _pages.Length];
            page ??= new EventEntry[PageSize];
            ref var slot = ref page[_count % PageSize];
            slot = entry;
            if ((entry.Call.Fields & CallFields.Bytes) != 0)
            {
                slot.Call.PayloadPosition = Keep(payload);
            }

            _count++;
        }

        foreach (var sink in sinks)
        {
            sink.Take(in entry, payload);
        }
    }

    private long Keep(ReadOnlySpan<byte> payload)
    {
        if (_payloads.Length == 0)
        {
            _payloads = new byte[PayloadCapacity];
        }

        var toEnd = PayloadCapacity - (_payloadHead % PayloadCapacity);
        var position = toEnd < payload.Length ? _payloadHead + toEnd : _payloadHead;
        payload.CopyTo(_payloads.AsSpan((int)(position % PayloadCapacity)));
        _payloadHead = position + payload.Length;
        return position;
    }

    private void Copy(in EventEntry entry, EventBatch batch)
    {
        ref var copy = ref batch.Buffer[batch.Count];
        copy = entry;
        if ((entry.Call.Fields & CallFields.Bytes) != 0)
        {
            if (_payloadHead - entry.Call.PayloadPosition <= PayloadCapacity)
            {
                _payloads.AsSpan((int)(entry.Call.PayloadPosition % PayloadCapacity), entry.Call.Size)
                    .CopyTo(batch.PayloadRoom(batch.Count, entry.Call.Size));
            }
            else
            {
                copy.Call.Fields &= ~CallFields.Bytes; // others took their room
            }
        }

        batch.Count++;
    }

    private ref readonly EventEntry At(long place) => ref _pages[place / PageSize % _pages.Length]![place % PageSize];

    private void Detach(IEventSink sink)
    {
        lock (_gate)
        {
            _sinks = [.. _sinks.Where(s => s != sink)];
        }
    }

    private sealed class Attachment(EventHistory history, IEventSink sink) : IDisposable
    {
        public void Dispose() => history.Detach(sink);
    }
}

/// <summary>Sees every record of a history in order.</summary>
public interface IEventSink
{
    /// <summary>Runs on the thread that collects: must not block.</summary>
    /// <param name="entry">One record.</param>
    /// <param name="payload">Its bytes, if they are kept; gone when this returns.</param>
    void Take(in EventEntry entry, ReadOnlySpan<byte> payload);
}
