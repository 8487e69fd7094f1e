using System.Diagnostics.CodeAnalysis;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>The ports that went last, so that a late call's mystery can be explained; a bounded ring.</summary>
public sealed class DepartedPorts
{
    public const int Capacity = 256;

    private readonly Lock _gate = new(); // guards both fields
    private readonly DepartedPort?[] _ring = new DepartedPort?[Capacity];
    private long _total;

    /// <summary>All that ever went, also those that nobody remembers.</summary>
    public long Total
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    /// <summary>The last ones, newest first.</summary>
    public IReadOnlyList<DepartedPort> Snapshot()
    {
        lock (_gate)
        {
            var count = (int)Math.Min(_total, Capacity);
            var ports = new DepartedPort[count];
            for (var i = 0; i < count; i++)
            {
                ports[i] = _ring[(_total - 1 - i) % Capacity]!;
            }

            return ports;
        }
    }

    public bool TryGet(long generation, [NotNullWhen(true)] out DepartedPort? port)
    {
        port = Snapshot().FirstOrDefault(p => p.Generation == generation);
        return port is not null;
    }

    /// <summary>The last port that had the connection id.</summary>
    public bool TryGetLast(ConnectionId connection, [NotNullWhen(true)] out DepartedPort? port)
    {
        port = Snapshot().FirstOrDefault(p => p.Connection == connection);
        return port is not null;
    }

    internal void Add(PortRegistration registration, DateTimeOffset until, PortDeparture reason)
    {
        var port = new DepartedPort(registration, until, reason);
        lock (_gate)
        {
            _ring[_total++ % Capacity] = port;
        }
    }
}

/// <summary>How a port came to go.</summary>
public enum PortDeparture
{
    /// <summary>Its owner disposed of it.</summary>
    Disposed,

    /// <summary>Its owner disposed of it with others at once, as a VMBus does when the guest resets it.</summary>
    DisposedTogether,
}

/// <summary>What is left of a port: all that its row said, and what it counted.</summary>
public sealed class DepartedPort
{
    private readonly RareCounters? _counters; // not the registration, which holds on to the port and all behind it

    internal DepartedPort(PortRegistration registration, DateTimeOffset until, PortDeparture reason)
    {
        Connection = registration.Connection;
        Kind = registration.Port.Kind;
        MinimumVtl = registration.MinimumVtl;
        Owner = registration.Owner;
        Generation = registration.Generation;
        Since = registration.Since;
        Until = until;
        Monitor = registration.Monitor?.Id;
        Reason = reason;
        FastPathSignals = registration.FastPathSignals;
        _counters = registration.RareOrNone; // final: see ContextSet.Release
    }

    public ConnectionId Connection { get; }

    public PortKind Kind { get; }

    public Vtl MinimumVtl { get; }

    public string Owner { get; }

    /// <summary>As in the registration.</summary>
    public long Generation { get; }

    public DateTimeOffset Since { get; }

    /// <summary>When its ids became free.</summary>
    public DateTimeOffset Until { get; }

    public MonitorId? Monitor { get; }

    public PortDeparture Reason { get; }

    /// <summary>Signals past the port map; null when nobody could tell.</summary>
    public long? FastPathSignals { get; }

    /// <summary>The counters at the end. A port that was removed by its own callback counts until that returns.</summary>
    public PortStatistics Statistics => _counters?.Read() ?? default;
}
