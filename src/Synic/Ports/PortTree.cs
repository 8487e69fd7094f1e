using System.Globalization;
using Synic.Hv;
using Synic.Inspection;

namespace Synic.Ports;

/// <summary>Shows the port map: what OpenVMM calls <c>synic_ports</c>, with its field names, and who has what and how it fares.</summary>
public sealed class PortTree : IInspectable
{
    private readonly SynicPortMap _map;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _since; // this and the next: one pair of readings, so that a past time reads the same each time
    private readonly long _sinceTimestamp;

    public PortTree(SynicPortMap map, TimeProvider? time = null)
    {
        _map = map;
        _time = time ?? TimeProvider.System;
        _since = _time.GetUtcNow();
        _sinceTimestamp = _time.GetTimestamp();
    }

    /// <summary>Takes a port's fast path away or gives it back; null: nobody may.</summary>
    public Action<PortRegistration, bool>? SetFastPath { get; init; }

    /// <summary>When a port's fast path was last seen to have signalled, in ticks of the clock; 0 for never, or when nobody looks.</summary>
    public Func<PortRegistration, long> FastActivity { get; init; } = static _ => 0;

    public void Inspect(InspectResponse node)
    {
        node.Directory("ports", PortsOf(node.OpenVmmKeys));
        node.Child("departed", ShowDeparted);
    }

    internal DateTimeOffset? TimeOf(long timestamp)
    {
        if (timestamp == 0)
        {
            return null;
        }

        var time = _since + _time.GetElapsedTime(_sinceTimestamp, timestamp);
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private InspectTable<PortRegistration> PortsOf(bool inDecimal)
    {
        var generation = Changes();
        var ports = _map.Snapshot();
        return new InspectTable<PortRegistration>(
            ports,
            inDecimal
                ? static port => port.Connection.Value.ToString(CultureInfo.InvariantCulture)
                : static port => port.Connection.ToString(),
            key => TryParse(key, out var connection) ? IndexOf(ports, connection) : -1,
            port => new PortNode(this, port))
        {
            Generation = generation,
        };
    }

    private void ShowDeparted(InspectResponse node)
    {
        foreach (var port in _map.Departed.Snapshot())
        {
            node.Child(port.Generation.ToString(CultureInfo.InvariantCulture), new DepartedPortNode(port));
        }
    }

    private long Changes() =>
        _map.Registrations.Added(PortKind.Message) + _map.Registrations.Added(PortKind.Event)
        + _map.Registrations.Removed(PortKind.Message) + _map.Registrations.Removed(PortKind.Event);

    private static bool TryParse(string key, out ConnectionId connection)
    {
        var parsed = key.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(key.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        connection = new ConnectionId(value);
        return parsed;
    }

    private static int IndexOf(IReadOnlyList<PortRegistration> ports, ConnectionId connection)
    {
        var (low, high) = (0, ports.Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var order = ports[middle].Connection.CompareTo(connection);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
