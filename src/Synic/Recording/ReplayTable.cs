using System.Globalization;
using Synic.Backends;
using Synic.Contracts;
using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Recording;

/// <summary>The port table of a recording, made again in an emulated partition with stand-ins, and changed as the records say.</summary>
internal sealed class ReplayTable(IPartition partition, RecordedAnswer answer) : IDisposable
{
    private readonly Dictionary<uint, (PortHandle Handle, long Generation)> _ports = [];

    public void Add(RecordedPort port, int line) =>
        Add(Id(port.Connection, line), port.Generation, port.Kind, port.MinimumVtl, port.Owner, port.MonitorId, line);

    /// <summary>A port came. One that the header had already is the same; one that still has its id has left unrecorded.</summary>
    public void Add(EventRecord record, int line)
    {
        var connection = Id(record.Connection, line);
        if (_ports.TryGetValue(connection.Value, out var known))
        {
            if (known.Generation >= (record.PortGeneration ?? 0))
            {
                return;
            }

            Remove(connection);
        }

        Add(connection, record.PortGeneration ?? 0, record.PortKind, record.MinimumVtl ?? 0, record.Owner, record.MonitorId, line);
    }

    public void Remove(EventRecord record, int line)
    {
        var connection = Id(record.Connection, line);
        if (_ports.TryGetValue(connection.Value, out var known) && known.Generation == (record.PortGeneration ?? 0))
        {
            Remove(connection);
        }
    }

    public void Dispose()
    {
        PortHandle.DisposeAll(_ports.Values.Select(static p => p.Handle));
        _ports.Clear();
    }

    private void Add(ConnectionId connection, long generation, string? kind, int minimumVtl, string? owner, int? monitorId, int line)
    {
        if (kind is not ("message" or "event"))
        {
            throw new RecordingFormatException(line, $"a port is of the kind message or event, not '{kind}'");
        }

        if (minimumVtl is < 0 or >= Vtl.Count)
        {
            throw new RecordingFormatException(line, string.Create(CultureInfo.InvariantCulture, $"there is no VTL {minimumVtl}"));
        }

        if (monitorId is < 0 or > byte.MaxValue)
        {
            throw new RecordingFormatException(line, string.Create(CultureInfo.InvariantCulture, $"there is no monitor id {monitorId}"));
        }

        var vtl = new Vtl((byte)minimumVtl);
        var name = string.IsNullOrEmpty(owner) ? "recorded" : owner;
        try
        {
            var handle = kind == "message"
                ? partition.Ports.AddMessagePort(connection, vtl, new StandInMessagePort(answer), name)
                : partition.Ports.AddEventPort(
                    connection, vtl, new StandInEventPort(answer), name,
                    monitorId is { } id ? new MonitorInfo(new MonitorId((byte)id), default) : null);
            _ports[connection.Value] = (handle, generation);
        }
        catch (PortRegistrationException e)
        {
            throw new RecordingFormatException(line, $"the port cannot be: {e.Message}", e);
        }
    }

    private void Remove(ConnectionId connection)
    {
        if (_ports.Remove(connection.Value, out var port))
        {
            port.Handle.Dispose();
        }
    }

    /// <summary>A connection id as the API spells it, or in decimal.</summary>
    internal static ConnectionId Id(string? text, int line)
    {
        var valid = text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return valid ? new ConnectionId(value) : throw new RecordingFormatException(line, $"'connection' is a number of 32 bits, not '{text}'");
    }
}
