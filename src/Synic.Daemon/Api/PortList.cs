using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Synic.Contracts.Filters;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Api;

/// <summary>Filters and sorts ports; only what a page shows, or the filter and the order need, is read.</summary>
internal sealed class PortList : IComparer<PortRow>
{
    private readonly PortListQuery _query;
    private readonly PortKind? _kind;
    private readonly HashSet<ConnectionId>? _connections;
    private readonly List<PortColumn> _columns;
    private readonly RowFilter<IPortFilterRow> _filter;

    private PortList(
        PortListQuery query, PortKind? kind, HashSet<ConnectionId>? connections, List<PortColumn> columns, RowFilter<IPortFilterRow> filter)
    {
        _query = query;
        _kind = kind;
        _connections = connections;
        _columns = columns;
        _filter = filter;
    }

    private bool Gone => _query.IncludeDeparted == true;

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

        if (!PortColumn.TryParse(query.Sort, out var columns, out problem)
            || !Filters.TryParse(PortFilters.Table, query.Filter, out var filter, out problem))
        {
            return false;
        }

        list = new PortList(query, kind, connections, columns, filter);
        return true;
    }

    /// <summary>One page of the ports that match.</summary>
    /// <param name="host">Whose ports.</param>
    /// <param name="after">The last row of the page before, which may be gone by now; null for the first page.</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="total">How many match, over all pages.</param>
    /// <param name="more">There is another page.</param>
    public List<PortRow> Page(PartitionHost host, PortKeys? after, int limit, out int total, out bool more)
    {
        var natural = _columns.Count == 0; // the map's own: once the page is full, no later port gets into it
        var counters = _columns.Exists(static c => c.NeedsCounters);
        var last = after is { } keys ? new PortRow(keys, null, null) : default;
        var page = new FirstRows<PortRow>(this, limit);
        var reading = new PortReading(host);
        total = 0;
        foreach (var port in host.Partition.Ports.Map.Snapshot())
        {
            reading.Set(port);
            if (!Matches(reading))
            {
                continue;
            }

            total++;
            if (!natural || !page.IsFull)
            {
                Add(new PortRow(PortKeys.Of(reading, counters), port, null));
            }
            else
            {
                page.Skip();
            }
        }

        foreach (var port in Gone ? host.Partition.Ports.Map.Departed.Snapshot() : [])
        {
            reading.Set(port);
            if (Matches(reading))
            {
                total++;
                Add(new PortRow(PortKeys.Of(reading, counters), null, port));
            }
        }

        return page.ToList(out more);

        void Add(in PortRow row)
        {
            if (after is null || Compare(row, last) > 0)
            {
                page.Add(row);
            }
        }
    }

    /// <summary>All ports that match, in order, into a list that is used again and again.</summary>
    public void Arrange(PartitionHost host, List<PortRow> rows)
    {
        rows.Clear();
        var counters = _columns.Exists(static c => c.NeedsCounters);
        var reading = new PortReading(host);
        foreach (var port in host.Partition.Ports.Map.Snapshot())
        {
            reading.Set(port);
            if (Matches(reading))
            {
                rows.Add(new PortRow(PortKeys.Of(reading, counters), port, null));
            }
        }

        if (_columns.Count > 0)
        {
            rows.Sort(this);
        }
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

        var natural = x.Keys.Connection.CompareTo(y.Keys.Connection);
        return natural != 0 ? natural : x.Keys.Generation.CompareTo(y.Keys.Generation);
    }

    /// <summary>Names the list for its cursors.</summary>
    public string Name(string partition)
    {
        var name = $"{partition}\n{_query.Sort}\n{_query.Kind}\n{_query.Owner}\n{Gone}\n{_filter.Expression}\n{string.Join(',', (_connections ?? []).Order())}";
        return "ports/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));
    }

    private bool Matches(PortReading port) =>
        (_kind is null || port.PortKind == _kind)
        && (_query.Owner is null || port.Owner == _query.Owner)
        && (_connections is null || _connections.Contains(new ConnectionId(port.Connection)))
        && _filter.Matches(port);
}
