using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>The order of the port table: a column by the API's name, which may be a status, and from which end.</summary>
internal readonly record struct PortSort(string Column, bool Descending)
{
    public const string Kind = "kind";
    public const string Connection = "connection";
    public const string MinimumVtl = "minimumVtl";
    public const string Owner = "owner";
    public const string Calls = "calls";
    public const string Rate = "callsPerSecond";
    public const string Bytes = "bytes";
    public const string Failures = "failures";
    public const string FailureRate = "failuresPerSecond";
    public const string Activity = "lastActivity";
    public const string FastPath = "fastPath";
    public const string MonitorId = "monitorId";
    public const string Since = "since";
    public const string Generation = "generation";

    private static readonly string[] s_columns =
    [
        Kind, Connection, MinimumVtl, Owner, Calls, Rate, Bytes, Failures, FailureRate, Activity, FastPath, MonitorId, Since, Generation,
        .. PortColumn.Statuses,
    ];

    /// <summary>By connection: the one order that live numbers do not disturb.</summary>
    public static PortSort Default => new(Connection, false);

    /// <summary><c>-calls</c> is the most calls first.</summary>
    public static PortSort Parse(string? text) => text switch
    {
        ['-', .. var column] when s_columns.Contains(column) => new(column, true),
        { } column when s_columns.Contains(column) => new(column, false),
        _ => Default, // it comes from an address
    };

    public override string ToString() => Descending ? "-" + Column : Column;

    /// <summary>A click on a head: first click gives the interesting end of that column, the next turns it round.</summary>
    public PortSort Click(string column) => column == Column
        ? this with { Descending = !Descending }
        : new(column, column is not (Kind or Connection or MinimumVtl or Owner or FastPath));

    public int Compare(PortSummary a, PortSummary b)
    {
        var order = CompareColumn(a, b);
        order = Descending ? -order : order;
        if (order == 0)
        {
            order = a.Connection.CompareTo(b.Connection);
        }

        return order != 0 ? order : a.Generation.CompareTo(b.Generation);
    }

    private int CompareColumn(PortSummary a, PortSummary b) => Column switch
    {
        Connection => a.Connection.CompareTo(b.Connection),
        Kind => string.CompareOrdinal(a.Kind, b.Kind),
        MinimumVtl => a.MinimumVtl.CompareTo(b.MinimumVtl),
        Owner => string.CompareOrdinal(a.Owner, b.Owner),
        Calls => Nullable.Compare(a.Calls, b.Calls),
        Rate => Nullable.Compare(a.CallsPerSecond, b.CallsPerSecond),
        Bytes => Nullable.Compare(a.Bytes, b.Bytes),
        Failures => Nullable.Compare(a.Failures, b.Failures),
        FailureRate => Nullable.Compare(a.FailuresPerSecond, b.FailuresPerSecond),
        MonitorId => Nullable.Compare(a.MonitorId, b.MonitorId),
        Generation => a.Generation.CompareTo(b.Generation),
        Activity => Nullable.Compare(a.LastActivity, b.LastActivity),
        FastPath => string.CompareOrdinal(a.FastPath, b.FastPath),
        Since => a.Since.CompareTo(b.Since),
        _ => a.FailuresByStatus.GetValueOrDefault(Column).CompareTo(b.FailuresByStatus.GetValueOrDefault(Column)),
    };
}
