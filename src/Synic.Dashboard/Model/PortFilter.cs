using Synic.Contracts;
using Synic.Contracts.Filters;

namespace Synic.Dashboard.Model;

/// <summary>Which ports a reader wants to see, in the filter language of the API: <c>kind:event -owner:vmbus idle:>5m echo</c>.</summary>
internal sealed class PortFilter
{
    public static readonly PortFilter All = new(PortFilters.Table.Parse(""), default);

    private readonly RowFilter<IPortFilterRow> _filter;
    private readonly PortSummaryRow _row;

    private PortFilter(RowFilter<IPortFilterRow> filter, DateTimeOffset asOf)
    {
        _filter = filter;
        _row = new PortSummaryRow(asOf);
    }

    public bool IsAll => _filter.IsAll;

    /// <summary>A term that is wrong, perhaps for being half typed, is left out.</summary>
    public static PortFilter Parse(string? text) => new(PortFilters.Table.Parse(text), default);

    /// <summary>The same filter for rows of that moment: what <c>idle:</c> and <c>age:</c> count to.</summary>
    public PortFilter At(DateTimeOffset asOf) => IsAll ? this : new PortFilter(_filter, asOf);

    public bool Matches(PortSummary port)
    {
        _row.Port = port;
        return _filter.Matches(_row);
    }
}
