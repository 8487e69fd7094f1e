using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The live ports of one partition. Filter, sort and pause are in the page's address.</summary>
public sealed partial class PortTable
{
    private readonly PortRows _rows = new();
    private readonly RateHistories<PortKey> _histories = new();
    private PortTableQuery _query = new("", PortSort.Default, false);
    private PortFilter _filter = PortFilter.All;
    private string? _filterError;
    private PortTableSnapshot? _seen;
    private PortTableSnapshot _shown = new(null, [], default);
    private IReadOnlyList<StatusText> _statuses = [];
    private IReadOnlyList<PortColumn> _columns = PortColumn.All([]);
    private bool _held;
    private int _waiting;

    [Inject]
    public required NavigationManager Navigation { get; init; }

    /// <summary>The newest there is; a paused table keeps an older one.</summary>
    [Parameter, EditorRequired]
    public required PortTableSnapshot Latest { get; set; }

    private bool IsPaused => _query.Paused;

    private string CountText => _filter.IsAll
        ? Format.Plural(_shown.Ports.Count, "port")
        : $"{Format.Count(_rows.Rows.Count)} of {Format.Plural(_shown.Ports.Count, "port")}";

    protected override void OnInitialized()
    {
        // Read once: from here on the table writes it, and what comes back late must not undo what was typed since.
        _query = PortTableQuery.Parse(Navigation.Uri);
        ApplyFilter();
    }

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(Latest, _seen))
        {
            return;
        }

        var first = _seen is null;
        _seen = Latest;
        SampleRates();
        if (IsPaused && !first)
        {
            _waiting++;
            return;
        }

        Show(Latest);
    }

    // Rates are collected while paused too: the pause is for the eye, and resuming finds a line without a gap.
    private void SampleRates()
    {
        if (_histories.BeginRound(Latest.AsOf))
        {
            foreach (var port in Latest.Ports)
            {
                _histories.Add(PortKey.Of(port), port.CallsPerSecond ?? 0);
            }
        }
    }

    private void Show(PortTableSnapshot snapshot)
    {
        _shown = snapshot;
        _waiting = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var port in snapshot.Ports)
        {
            names.UnionWith(port.FailuresByStatus.Keys);
        }

        if (!names.SetEquals(_statuses.Select(s => s.Name)))
        {
            _statuses = [.. StatusText.Sorted(names)];
            _columns = PortColumn.All(_statuses);
        }

        Arrange(_held);
    }

    private void Arrange(bool hold) => _rows.Update(_shown.Ports, _filter.At(_shown.AsOf), _query.Sort, hold);

    private void ClearFilter() => SetFilter("");

    private void SetFilter(string? text)
    {
        _query = _query with { Filter = text ?? "" };
        ApplyFilter();
        Arrange(hold: false);
        KeepInAddress();
    }

    private void ApplyFilter() => _filter = PortFilter.Parse(_query.Filter, out _filterError);

    private void SortBy(PortColumn column)
    {
        _query = _query with { Sort = _query.Sort.Click(column.Sort) };
        Arrange(hold: false);
        KeepInAddress();
    }

    private void SortNow() => Arrange(hold: false);

    private void TogglePause()
    {
        _query = _query with { Paused = !IsPaused };
        if (!IsPaused)
        {
            Show(Latest);
        }

        KeepInAddress();
    }

    private void Hold() => _held = true;

    private void LetGo()
    {
        _held = false;
        Arrange(hold: false);
    }

    private void KeepInAddress() =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(_query.ToParameters()), replace: true);

    private string? AriaSort(PortColumn column) => column.Sort != _query.Sort.Column
        ? null
        : _query.Sort.Descending ? "descending" : "ascending";

    private string Arrow(PortColumn column) => AriaSort(column) switch
    {
        "ascending" => "▲",
        "descending" => "▼",
        _ => "",
    };
}
