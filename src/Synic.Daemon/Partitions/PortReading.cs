using Synic.Contracts.Filters;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>
/// A port, there or gone, while a list is made: counters are read when the filter or the order asks for them, and then
/// once. One object serves all ports of a list.
/// </summary>
internal sealed class PortReading(PartitionHost host) : IPortFilterRow
{
    private readonly DateTimeOffset _now = host.Now;
    private PortRegistration? _port;
    private DepartedPort? _gone;
    private PortStatistics _statistics;
    private PortSample _sample;
    private long? _fastSignals;
    private bool _counted;

    public uint Connection => _port?.Connection.Value ?? _gone!.Connection.Value;

    public string ConnectionText => $"0x{Connection:x}";

    public string Kind => PortKind == PortKind.Message ? "message" : "event";

    public PortKind PortKind => _port?.Port.Kind ?? _gone!.Kind;

    public int MinimumVtl => _port?.MinimumVtl.Value ?? _gone!.MinimumVtl.Value;

    public string Owner => _port?.Owner ?? _gone!.Owner;

    public DateTimeOffset Since => _port?.Since ?? _gone!.Since;

    public long Generation => _port?.Generation ?? _gone!.Generation;

    public string FastPath => _port?.FastPath is null ? "none" : _port.FastPathActive ? "active" : "suspended";

    public int? MonitorId => _port is null ? _gone!.Monitor?.Value : _port.Monitor?.Id.Value;

    public PortStatistics Statistics => Count()._statistics;

    /// <summary>Null when the fast path cannot be counted.</summary>
    public long? Calls => Count()._statistics.Calls + _fastSignals;

    public long? Failures => Statistics.Failures;

    public double? CallsPerSecond => Count()._fastSignals is null ? null : _sample.CallsPerSecond;

    public double? FailuresPerSecond => Count()._sample.FailuresPerSecond;

    /// <summary>Ticks of the time provider; 0 for none or not known.</summary>
    public long LastActivity => Count()._fastSignals is null ? 0 : Math.Max(_statistics.LastActivity, _sample.FastActivity);

    public long? Injected => 0; // nothing injects yet

    public TimeSpan? Idle => Count()._fastSignals is null ? null : _now - (host.TimeOf(LastActivity) ?? Since);

    public TimeSpan Age => (_gone?.Until ?? _now) - Since;

    public void Set(PortRegistration port)
    {
        (_port, _gone) = (port, null);
        _counted = false;
    }

    public void Set(DepartedPort port)
    {
        (_port, _gone) = (null, port);
        _counted = false;
    }

    /// <summary>The same names as in <see cref="PortStatistics.FailuresByStatus"/>, without a list for each port.</summary>
    public bool Refused(string status) => status switch
    {
        "invalid_connection_id" => Statistics.WrongKind > 0,
        "operation_denied" => Statistics.Denied > 0,
        "insufficient_buffers" => Statistics.Busy > 0,
        "operation_failed" => Statistics.Faulted > 0,
        _ => false,
    };

    private PortReading Count()
    {
        if (_counted)
        {
            return this;
        }

        _counted = true;
        _sample = default;
        if (_port is { } port)
        {
            _statistics = port.Statistics;
            _fastSignals = port.FastPathSignals;
            host.Sampler.TryGet(port.Generation, out _sample);
        }
        else
        {
            _statistics = _gone!.Statistics;
            _fastSignals = _gone.FastPathSignals;
        }

        return this;
    }
}
