using Synic.Hv;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>What the table of ports shows of one: who registered it, when, how it can be signalled, what it counted.</summary>
public sealed class PortRegistration
{
    private readonly SynicPortMap _map;
    private RareCounters? _rare; // made by the first event that it counts, which most ports never see

    internal PortRegistration(
        SynicPortMap map, Port port, ConnectionId connection, Vtl minimumVtl, long generation, string owner,
        DateTimeOffset since, MonitorInfo? monitor, FastPath? fastPath)
    {
        _map = map;
        Port = port;
        Connection = connection;
        MinimumVtl = minimumVtl;
        Generation = generation;
        Access = PortAccess.Create(port.Kind, minimumVtl, generation);
        Owner = owner;
        Since = since;
        Monitor = monitor;
        FastPath = fastPath;
    }

    public Port Port { get; }

    public ConnectionId Connection { get; }

    /// <summary>Callers of a lower VTL are denied.</summary>
    public Vtl MinimumVtl { get; }

    /// <summary>Unique for each registration in this process, and never used again.</summary>
    public long Generation { get; }

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

    /// <summary>Counters over all VPs; they stand still once the port is removed and its last callback has ended.</summary>
    public PortStatistics Statistics => _map.ReadStatistics(this);

    /// <summary>See <see cref="PortAccess"/>: also what marks its callbacks. No other registration has the same.</summary>
    internal ulong Access { get; }

    /// <summary>The contexts' entries are another port's now, or nobody's; what they held is in <see cref="Rare"/>.</summary>
    internal bool Released { get; set; }

    /// <summary>What the contexts' entries do not count, to count there.</summary>
    internal RareCounters Rare
    {
        get
        {
            if (Volatile.Read(in _rare) is { } rare)
            {
                return rare;
            }

            var made = new RareCounters();
            return Interlocked.CompareExchange(ref _rare, made, null) ?? made;
        }
    }

    /// <summary>The same to read; null while there was nothing to count.</summary>
    internal RareCounters? RareOrNone => Volatile.Read(in _rare);

    internal void LogFault(Exception exception) => _map.LogFault(this, exception);
}
