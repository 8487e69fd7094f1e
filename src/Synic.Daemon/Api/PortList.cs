using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Api;

/// <summary>What the table of ports is asked for; the OpenAPI document describes each.</summary>
internal readonly record struct PortListQuery(
    [property: FromQuery(Name = "limit")] int? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor,
    [property: FromQuery(Name = "sort")] string? Sort,
    [property: FromQuery(Name = "kind")] string? Kind,
    [property: FromQuery(Name = "owner")] string? Owner,
    [property: FromQuery(Name = "connection")] string[]? Connection);

/// <summary>Filters and sorts ports; only what a page shows, or the order needs, is read.</summary>
internal sealed class PortList
{
    private readonly PortKind? _kind;
    private readonly string? _owner;
    private readonly HashSet<ConnectionId>? _connections;
    private readonly List<PortColumn> _columns;

    private PortList(PortKind? kind, string? owner, HashSet<ConnectionId>? connections, List<PortColumn> columns)
    {
        _kind = kind;
        _owner = owner;
        _connections = connections;
        _columns = columns;
    }

    public static bool TryParse(PortListQuery query, [NotNullWhen(true)] out PortList? list, [NotNullWhen(false)] out ApiProblem? problem)
    {
        list = null;
        PortKind? kind = null;
        if (query.Kind is { } word)
        {
            kind = word switch { "message" => PortKind.Message, "event" => PortKind.Event, _ => null };
            if (kind is null)
            {
                problem = ApiProblem.Field("kind", $"is message or event, not '{word}'");
                return false;
            }
        }

        HashSet<ConnectionId>? connections = null;
        foreach (var text in query.Connection ?? [])
        {
            if (!Numbers.TryParse(text, out var id) || id > ConnectionId.MaxValue)
            {
                problem = ApiProblem.Field("connection", $"is a number of 24 bits, decimal or 0x…, not '{text}'");
                return false;
            }

            (connections ??= []).Add(new ConnectionId(id));
        }

        if (!PortColumn.TryParse(query.Sort, out var columns, out problem))
        {
            return false;
        }

        list = new PortList(kind, query.Owner, connections, columns);
        return true;
    }

    /// <summary>All ports that match, in order. Sorting reads the counters of each; natural order of none.</summary>
    public List<PortRow> Rows(PartitionHost host)
    {
        var needsCounters = _columns.Exists(static c => c.NeedsCounters);
        var rows = new List<PortRow>();
        foreach (var port in host.Partition.Ports.Map.Snapshot())
        {
            if ((_kind is null || port.Port.Kind == _kind)
                && (_owner is null || port.Owner == _owner)
                && (_connections is null || _connections.Contains(port.Connection)))
            {
                rows.Add(PortRow.Of(host, port, needsCounters));
            }
        }

        if (_columns.Count > 0)
        {
            rows.Sort(Compare);
        }

        return rows;
    }

    public int Compare(PortRow left, PortRow right)
    {
        foreach (var column in _columns)
        {
            var order = column.Compare(left.Keys, right.Keys);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Keys.Connection.CompareTo(right.Keys.Connection);
    }

    /// <summary>Names the list for its cursors.</summary>
    public string Name(string partition, PortListQuery query) =>
        $"ports/{partition}/{query.Sort}/{query.Kind}/{query.Owner}/{string.Join(',', (_connections ?? []).Order())}";
}

/// <summary>A port in a list, with what it can be sorted by.</summary>
internal readonly record struct PortRow(PortKeys Keys, PortRegistration? Port)
{
    public static PortRow Of(PartitionHost host, PortRegistration port, bool counters)
    {
        var keys = new PortKeys { Connection = port.Connection.Value, Kind = (int)port.Port.Kind, Owner = port.Owner, MinimumVtl = port.Port.MinimumVtl.Value, Since = port.Since.Ticks };
        if (counters)
        {
            var statistics = port.Statistics;
            host.Sampler.TryGet(port.Port.Generation, out var sample);
            keys = keys with
            {
                Calls = statistics.Calls + (port.FastPathSignals ?? 0),
                Bytes = statistics.Bytes,
                Failures = statistics.Failures,
                CallsPerSecond = sample.CallsPerSecond ?? 0,
                FailuresPerSecond = sample.FailuresPerSecond ?? 0,
                LastActivity = Math.Max(statistics.LastActivity, sample.FastActivity),
            };
        }

        return new PortRow(keys, port);
    }
}

/// <summary>What a port can be sorted by; travels in a cursor.</summary>
internal readonly record struct PortKeys
{
    public uint Connection { get; init; }

    public int Kind { get; init; }

    public string? Owner { get; init; }

    public int MinimumVtl { get; init; }

    public long Since { get; init; }

    public long Calls { get; init; }

    public long Bytes { get; init; }

    public long Failures { get; init; }

    public double CallsPerSecond { get; init; }

    public double FailuresPerSecond { get; init; }

    public long LastActivity { get; init; }
}
