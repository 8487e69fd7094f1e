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
internal sealed class PortList : IComparer<PortRow>
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

    /// <summary>One page of the ports that match. Sorting reads the counters of each; natural order of none.</summary>
    /// <param name="host">Whose ports.</param>
    /// <param name="after">The last row of the page before, which may be gone by now; null for the first page.</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="total">How many match, over all pages.</param>
    /// <param name="more">There is another page.</param>
    public List<PortRow> Page(PartitionHost host, PortRow? after, int limit, out int total, out bool more)
    {
        var needsCounters = _columns.Exists(static c => c.NeedsCounters);
        var rows = new List<PortRow>();
        total = 0;
        foreach (var port in host.Partition.Ports.Map.Snapshot())
        {
            if ((_kind is null || port.Port.Kind == _kind)
                && (_owner is null || port.Owner == _owner)
                && (_connections is null || _connections.Contains(port.Connection)))
            {
                total++;
                var row = PortRow.Of(host, port, needsCounters);
                if (after is not { } last || Compare(row, last) > 0)
                {
                    rows.Add(row);
                }
            }
        }

        // Natural order is the map's own. Otherwise LINQ sorts only as far as the page reaches.
        var page = (_columns.Count == 0 ? rows : rows.Order(this).AsEnumerable()).Take(limit).ToList();
        more = page.Count < rows.Count;
        return page;
    }

    public int Compare(PortRow x, PortRow y)
    {
        foreach (var column in _columns)
        {
            var order = column.Compare(x.Keys, y.Keys);
            if (order != 0)
            {
                return order;
            }
        }

        return x.Keys.Connection.CompareTo(y.Keys.Connection);
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
