using Synic.Hv;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>What the table of ports shows of one: who registered it, when, how it can be signalled, what it counted.</summary>
public sealed class PortRegistration
{
    private readonly SynicPortMap _map;

    internal PortRegistration(
        SynicPortMap map, Port port, string owner, DateTimeOffset since, MonitorInfo? monitor, FastPath? fastPath,
        PortStatistics baseline)
    {
        _map = map;
        Port = port;
        Owner = owner;
        Since = since;
        Monitor = monitor;
        FastPath = fastPath;
        Baseline = baseline;
    }

    public Port Port { get; }

    public ConnectionId Connection => Port.Connection;

    /// <summary>Who registered it, for people.</summary>
    public string Owner { get; }

    public DateTimeOffset Since { get; }

    /// <summary>Its monitor id, if it has one.</summary>
    public MonitorInfo? Monitor { get; }

    /// <summary>Null when the port cannot have one.</summary>
    public FastPath? FastPath { get; }

    /// <summary>The hypervisor signals the port's event by itself now; see <see cref="FastPathSignals"/>.</summary>
    public bool FastPathActive => FastPath?.Active ?? false;

    /// <summary>Signals that the hypervisor delivered past the port map; null when nobody can tell.</summary>
    public long? FastPathSignals => FastPath is null ? 0 : (Port as IFastPathCounter)?.FastPathSignals;

    /// <summary>Counters over all VPs; they stand still once the port is removed.</summary>
    public PortStatistics Statistics => _map.ReadStatistics(this);

    /// <summary>What the counters' slot held when this port got it; an earlier port counted that.</summary>
    internal PortStatistics Baseline { get; }

    /// <summary>Boxed so that it is published whole; set when the port is removed, before its slot is used again.</summary>
    internal object? Final { get; set; }
}
