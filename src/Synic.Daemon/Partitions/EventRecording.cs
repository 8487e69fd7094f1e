using Synic.Contracts;
using Synic.History;

namespace Synic.Daemon.Partitions;

/// <summary>A recording, while it is made and afterwards. Bounded: it ends by itself when it is full.</summary>
internal sealed class EventRecording : IEventSink
{
    public const int MaxRecords = EventHistory.Capacity;
    public const long MaxBytes = 16 << 20;
    private const int EntryBytes = 128; // about what an entry takes in memory

    private readonly Lock _gate = new(); // guards every field below
    private readonly List<(EventEntry Entry, byte[]? Payload)> _entries = [];
    private readonly int _maxRecords;
    private readonly bool _payloads;
    private RecordingHeader? _header;
    private IDisposable? _attachment;
    private long _since;
    private long _bytes;
    private long _dropped;
    private bool _full;
    private DateTimeOffset? _stoppedAt;

    public EventRecording(string id, StartRecordingRequest request, string partition)
    {
        Id = id;
        Name = request.Name;
        Partition = partition;
        _maxRecords = request.MaxRecords ?? MaxRecords;
        _payloads = request.Payload;
    }

    public string Id { get; }

    public string? Name { get; }

    public string Partition { get; }

    public bool HasPayloads => _payloads;

    /// <summary>Records from the moment on that the header describes; what the collector handed out before is left out.</summary>
    /// <param name="header">Tables and times of that moment.</param>
    /// <param name="timestamp">The same moment, by the clock of the records.</param>
    /// <param name="attachment">Ends the sink.</param>
    public void Begin(RecordingHeader header, long timestamp, IDisposable attachment)
    {
        lock (_gate)
        {
            _header = header;
            _since = timestamp;
            _attachment = attachment;
            (EventEntry Entry, byte[]? Payload)[] early = [.. _entries];
            _entries.Clear();
            foreach (var (entry, payload) in early)
            {
                Add(in entry, payload);
            }
        }
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public void Stop(DateTimeOffset now)
    {
        IDisposable? attachment;
        lock (_gate)
        {
            attachment = _attachment;
            _attachment = null;
            if (_header is not null)
            {
                _stoppedAt ??= now;
            }
        }

        attachment?.Dispose();
    }

    public void Take(in EventEntry entry, ReadOnlySpan<byte> payload)
    {
        IDisposable? full = null;
        lock (_gate)
        {
            var keep = _payloads || entry.Call.Kind is CallKind.FaultState or CallKind.KillSwitch; // these say why, there
            var bytes = keep && (entry.Call.Fields & CallFields.Bytes) != 0 ? payload.ToArray() : null;
            if (_header is null)
            {
                _entries.Add((entry, bytes)); // it begins in a moment
            }
            else
            {
                Add(in entry, bytes);
            }

            if (_full)
            {
                full = _attachment;
                _attachment = null;
            }
        }

        full?.Dispose();
    }

    public RecordingSummary Summarize()
    {
        lock (_gate)
        {
            return new RecordingSummary
            {
                Id = Id,
                Name = Name,
                Partition = Partition,
                State = State,
                StartedAt = _header!.StartedAt!.Value,
                StoppedAt = _stoppedAt,
                Records = _entries.Count,
                Bytes = _bytes,
                Dropped = _dropped,
                Payload = _payloads,
                MaxRecords = _maxRecords,
                MaxBytes = MaxBytes,
            };
        }
    }

    /// <summary>Copies the lines out, as far as they are.</summary>
    /// <param name="entries">The records.</param>
    /// <param name="end">Null while it is being recorded.</param>
    public RecordingHeader Read(out (EventEntry Entry, byte[]? Payload)[] entries, out RecordingEnd? end)
    {
        lock (_gate)
        {
            entries = [.. _entries];
            end = State == "recording" ? null : new RecordingEnd { State = State, Records = _entries.Count, Dropped = _dropped };
            return _header!;
        }
    }

    private void Add(in EventEntry entry, byte[]? payload)
    {
        if (_full || _stoppedAt is not null || entry.Call.Timestamp < _since)
        {
            return;
        }

        _entries.Add((entry, payload));
        _bytes += EntryBytes + (payload?.Length ?? 0);
        _dropped += entry.Call.Kind == CallKind.Dropped ? (long)entry.Call.Value : 0;
        _full = _entries.Count >= _maxRecords || _bytes + EntryBytes > MaxBytes;
    }

    private string State => _full ? "full" : _stoppedAt is null ? "recording" : "stopped";
}
