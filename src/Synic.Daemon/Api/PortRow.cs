using Synic.Contracts;
using Synic.Daemon.Partitions;
using Synic.Ports;

namespace Synic.Daemon.Api;

/// <summary>A port in a list, with what it can be sorted by. One of the two is not null, but in a cursor.</summary>
internal readonly record struct PortRow(PortKeys Keys, PortRegistration? Port, DepartedPort? Gone)
{
    public PortSummary Summarize(PartitionHost host) => Port is not null ? host.Summarize(Port) : host.Summarize(Gone!);
}

/// <summary>What a port can be sorted by; travels in a cursor.</summary>
internal readonly record struct PortKeys
{
    public uint Connection { get; init; }

    public long Generation { get; init; }

    public int Kind { get; init; }

    public string? Owner { get; init; }

    public int MinimumVtl { get; init; }

    public int MonitorId { get; init; }

    public int FastPath { get; init; }

    public long Since { get; init; }

    public long Calls { get; init; }

    public long Bytes { get; init; }

    public long Failures { get; init; }

    public long Denied { get; init; }

    public long Busy { get; init; }

    public long WrongKind { get; init; }

    public long Faulted { get; init; }

    public double CallsPerSecond { get; init; }

    public double FailuresPerSecond { get; init; }

    public long LastActivity { get; init; }

    /// <param name="port">To be read.</param>
    /// <param name="counters">The order needs them.</param>
    public static PortKeys Of(PortReading port, bool counters)
    {
        var keys = new PortKeys
        {
            Connection = port.Connection,
            Generation = port.Generation,
            Kind = (int)port.PortKind,
            Owner = port.Owner,
            MinimumVtl = port.MinimumVtl,
            MonitorId = port.MonitorId ?? -1,
            FastPath = port.FastPath switch { "active" => 2, "suspended" => 1, _ => 0 },
            Since = port.Since.Ticks,
        };
        if (!counters)
        {
            return keys;
        }

        var statistics = port.Statistics;
        return keys with
        {
            Calls = port.Calls ?? statistics.Calls,
            Bytes = statistics.Bytes,
            Failures = statistics.Failures,
            Denied = statistics.Denied,
            Busy = statistics.Busy,
            WrongKind = statistics.WrongKind,
            Faulted = statistics.Faulted,
            CallsPerSecond = port.CallsPerSecond ?? 0,
            FailuresPerSecond = port.FailuresPerSecond ?? 0,
            LastActivity = port.LastActivity,
        };
    }
}
