using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Synic.Contracts;
using Synic.Daemon.Configuration;
using Synic.Faults;
using Synic.Ports;
using Synic.Ports.Handlers;
using Synic.Recording;

namespace Synic.Daemon.Partitions;

/// <summary>The recordings of this daemon. They are gone with it.</summary>
internal sealed class RecordingStore(EventHub hub)
{
    /// <summary>Over all partitions.</summary>
    public const int MaxRecordings = 8;

    private readonly Lock _gate = new(); // guards both
    private readonly List<EventRecording> _recordings = [];
    private int _last;

    public IReadOnlyList<EventRecording> Of(string partition)
    {
        lock (_gate)
        {
            return [.. _recordings.Where(r => r.Partition == partition)];
        }
    }

    public bool TryGet(string partition, string id, [NotNullWhen(true)] out EventRecording? recording)
    {
        lock (_gate)
        {
            recording = _recordings.Find(r => r.Partition == partition && r.Id == id);
            return recording is not null;
        }
    }

    /// <returns>Null: there are as many as may be.</returns>
    public EventRecording? Start(PartitionHost host, StartRecordingRequest request)
    {
        lock (_gate)
        {
            if (_recordings.Count >= MaxRecordings)
            {
                return null;
            }

            var recording = new EventRecording(string.Create(CultureInfo.InvariantCulture, $"r{++_last}"), request, host.Name);
            var attachment = host.Events.Attach(recording);
            var ports = Ports(host, out var timestamp);
            recording.Begin(Header(host, recording, ports, timestamp), timestamp, attachment);
            _recordings.Add(recording);
            return recording;
        }
    }

    public void Stop(EventRecording recording)
    {
        hub.Collect(); // what has happened by now belongs to it
        recording.Stop(EventView.Microseconds(hub.Time.GetUtcNow()));
    }

    public void Remove(EventRecording recording)
    {
        recording.Stop(hub.Time.GetUtcNow());
        lock (_gate)
        {
            _recordings.Remove(recording);
        }
    }

    /// <summary>The lines of a recording.</summary>
    /// <param name="recording">Which.</param>
    /// <param name="payloads">The reader may read payloads.</param>
    public IEnumerable<string> Lines(EventRecording recording, bool payloads)
    {
        hub.Collect();
        var header = recording.Read(out var entries, out var end);
        var view = new EventView(hub, payloads);
        yield return RecordingWriter.Line(header with { Payload = header.Payload && payloads });
        foreach (var (entry, payload) in entries)
        {
            yield return RecordingWriter.Line(view.Record(recording.Partition, in entry, payload is not null, payload));
        }

        if (end is not null)
        {
            yield return RecordingWriter.Line(end);
        }
    }

    // The table, and a moment at which it was just that: nothing was registered or removed between two looks at it.
    private IReadOnlyList<PortRegistration> Ports(PartitionHost host, out long timestamp)
    {
        var map = host.Partition.Ports.Map;
        while (true)
        {
            var ports = map.Snapshot();
            timestamp = hub.Time.GetTimestamp();
            if (ReferenceEquals(ports, map.Snapshot()))
            {
                return ports;
            }
        }
    }

    private RecordingHeader Header(PartitionHost host, EventRecording recording, IReadOnlyList<PortRegistration> ports, long timestamp) => new()
    {
        SchemaVersion = RecordingHeader.CurrentSchema,
        Build = new RecordingBuild(BuildInfo.Version, BuildInfo.Revision),
        Partition = host.Name,
        Backend = Names.Of(host.Partition.Backend),
        Dialect = host.DialectName,
        Vps = host.Partition.VpCount,
        StartedAt = EventView.Microseconds(hub.Since + hub.Time.GetElapsedTime(hub.SinceTimestamp, timestamp)),
        Payload = recording.HasPayloads,
        Faults =
        [
            .. (host.Faults?.List() ?? []).Select(static v => new RecordedFault(
                v.Rule.Id, $"0x{v.Rule.Seed:x}", Names.Of(v.State), FaultRuleWriter.Write(v.Rule))),
        ],
        Ports =
        [
            .. ports.Select(static p => new RecordedPort
            {
                Connection = p.Connection.ToString(),
                Kind = Names.Of(p.Port.Kind),
                MinimumVtl = p.MinimumVtl.Value,
                Owner = p.Owner,
                Generation = p.Generation,
                Handler = HandlerOf(p.Port),
                MonitorId = p.Monitor?.Id.Value,
                FastPath = p.FastPath is null ? null : p.FastPathActive ? "active" : "suspended",
            }),
        ],
    };

    private static string? HandlerOf(Port port) => port switch
    {
        EchoPort => BuiltInHandlers.Echo,
        SinkPort => BuiltInHandlers.Sink,
        FullPort => BuiltInHandlers.Full,
        CounterPort => BuiltInHandlers.Counter,
        _ => null,
    };
}
