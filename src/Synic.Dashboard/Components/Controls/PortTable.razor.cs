using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using MudBlazor;
using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.Dashboard.Client;
using Synic.Dashboard.Components.Frame;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The live ports of one partition. Of many thousand, only the rows on the screen are asked for, rendered and sent.</summary>
public sealed partial class PortTable
{
    private const string FilteredOut = "All filtered out";
    private const string SortName = "sort";
    private const string ColumnsName = "columns";

    /// <summary>Before the browser has said how many rows it shows.</summary>
    private const int FirstRows = 60;

    private static readonly List<(string, string)> s_columnTitles = [.. PortColumn.All.Select(static c => (c.Id, c.IsStatus ? $"{c.Title} ({c.Id})" : c.Title))];

    private readonly RateHistories<PortKey> _histories = new();
    private readonly PortRows _frozenRows = new();
    private IPortView _view = null!;
    private PortLinks _links = null!;
    private FilterBox<IPortFilterRow>? _box;
    private Virtualize<PortSummary>? _virtualize;
    private PortWindow? _window;
    private IReadOnlyList<PortSummary>? _frozen; // every port, as it was when the page was paused
    private DateTimeOffset _frozenAt;
    private string _filter = "";
    private PortSort _sort;
    private IReadOnlyList<PortColumn> _columns = PortColumn.Default;
    private (int Start, int Count) _range = (0, FirstRows);
    private bool _held;

    [Inject]
    public required PageState State { get; init; }

    [Inject]
    public required ViewerNumbers Numbers { get; init; }

    [Inject]
    public required ViewerFiles Files { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    protected override bool IsPausable => true;

    private int Matching => _frozen is null ? _window?.Matching ?? 0 : _frozenRows.Rows.Count;

    private int Total => _frozen?.Count ?? _window?.Total ?? 0;

    private bool IsOrderChanged => _frozen is null && _window?.OrderChanged == true;

    private DateTimeOffset? ShownAsOf => _frozen is null ? _window?.AsOf : _frozenAt;

    private string CountText => Matching == Total ? Format.Plural(Total, "port") : $"{Format.Count(Matching)} of {Format.Plural(Total, "port")}";

    protected override Task OnInitializedAsync()
    {
        _view = Client.OpenPorts(Partition);
        _links = new PortLinks(Partition);
        ReadAddress();
        State.Changed += OnAddressChanged;
        Numbers.Changed += Refresh;
        Pause.Changed += OnPauseToggled;
        return base.OnInitializedAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Numbers.LoadAsync();
            await FreezeOrThawAsync(); // the address may say paused
        }
    }

    protected override async IAsyncEnumerable<PortWindow> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var window in PollAsync(c => _view.ReadAsync(Query(), c), cancellation))
        {
            yield return window;
            if (window.State is null)
            {
                yield break;
            }
        }
    }

    protected override void OnSnapshot(PortWindow snapshot)
    {
        SampleRates(snapshot);
        Put(snapshot);
    }

    // Rates are collected while paused too: the pause is for the eye, and resuming finds a line without a gap.
    protected override int CountChanges(PortWindow latest, int waiting)
    {
        SampleRates(latest);
        return latest.Changes;
    }

    protected override void OnDispose()
    {
        State.Changed -= OnAddressChanged;
        Numbers.Changed -= Refresh;
        Pause.Changed -= OnPauseToggled;
    }

    private PortQuery Query() => new() { Filter = _filter, Sort = _sort.ToString(), Start = _range.Start, Count = _range.Count, Hold = _held };

    private void SampleRates(PortWindow window)
    {
        if (_histories.BeginRound(window.AsOf))
        {
            foreach (var port in window.Rows)
            {
                _histories.Add(PortKey.Of(port), port.CallsPerSecond ?? 0);
            }
        }
    }

    private void Put(PortWindow window)
    {
        _window = window;
        _ = _virtualize?.RefreshDataAsync(); // ends at once: the rows are in the window
    }

    private async ValueTask<ItemsProviderResult<PortSummary>> RowsAsync(ItemsProviderRequest request)
    {
        var count = Math.Min(request.Count, PortQuery.MaxCount);
        if (_frozen is not null)
        {
            var from = Math.Min(request.StartIndex, _frozenRows.Rows.Count);
            return new(_frozenRows.Rows.GetRange(from, Math.Min(count, _frozenRows.Rows.Count - from)), _frozenRows.Rows.Count);
        }

        _range = (request.StartIndex, count);
        if (_window is null || !Covers(_window, request.StartIndex, count))
        {
            _window = await _view.ReadAsync(Query(), request.CancellationToken);
        }

        return new(_window.Rows.Skip(request.StartIndex - _window.Start).Take(count), _window.Matching);
    }

    private static bool Covers(PortWindow window, int start, int count) =>
        start >= window.Start && Math.Min(start + count, window.Matching) <= window.Start + window.Rows.Count;

    private void ReadAddress()
    {
        _sort = PortSort.Parse(State[SortName]);
        _columns = PortColumn.Parse(State[ColumnsName]);
        _filter = WithoutMistakes(PortFilters.Table.Parse(State["filter"]));
    }

    // A wrong term has no effect here; whoever reads rows would refuse it.
    private static string WithoutMistakes(RowFilter<IPortFilterRow> filter) => filter.Errors.Count == 0
        ? filter.Expression.ToString()
        : string.Join(' ', filter.Expression.Terms.Where(static t => PortFilters.Table.Compile(FilterExpression.Of([t])).Errors.Count == 0));

    private void OnAddressChanged() => _ = InvokeAsync(() =>
    {
        ReadAddress();
        return ArrangeAsync();
    });

    private Task FilterAsync(RowFilter<IPortFilterRow> filter)
    {
        var text = WithoutMistakes(filter);
        if (text == _filter)
        {
            return Task.CompletedTask;
        }

        _filter = text;
        return ArrangeAsync();
    }

    private Task ClearFilter() => _box!.ClearAsync();

    private Task SortAsync(PortColumn column)
    {
        _sort = _sort.Click(column.Id);
        State.Set(SortName, _sort == PortSort.Default ? null : _sort.ToString(), back: true);
        return ArrangeAsync();
    }

    private void ChooseColumns(IReadOnlyList<string> ids)
    {
        _columns = PortColumn.Parse(string.Join(',', ids));
        State.Set(ColumnsName, PortColumn.Format(_columns), back: true);
    }

    /// <summary>Anew, because the viewer wants it otherwise: rows do not stay for that.</summary>
    private async Task ArrangeAsync()
    {
        if (Snapshot is null)
        {
            return; // the first answer is on its way
        }

        if (_frozen is not null)
        {
            _frozenRows.Update(_frozen, PortFilter.Parse(_filter).At(_frozenAt), _sort, hold: false);
            await (_virtualize?.RefreshDataAsync() ?? Task.CompletedTask);
            StateHasChanged();
            return;
        }

        var held = _held;
        _held = false;
        await TakeNowAsync(() => _view.ReadAsync(Query(), CancellationToken.None));
        _held = held;
    }

    private void Hold() => _held = true;

    private Task LetGoAsync()
    {
        _held = false;
        return IsOrderChanged ? ArrangeAsync() : Task.CompletedTask;
    }

    private void OnPauseToggled() => _ = InvokeAsync(FreezeOrThawAsync);

    private async Task FreezeOrThawAsync()
    {
        if (Pause.IsOn == (_frozen is not null) || Snapshot is null)
        {
            return;
        }

        if (!Pause.IsOn)
        {
            _frozen = null;
            await ArrangeAsync();
            return;
        }

        await TryAsync(async () =>
        {
            var frozen = await _view.FreezeAsync(CancellationToken.None);
            (_frozen, _frozenAt) = (frozen, Time.GetUtcNow());
            await ArrangeAsync();
        });
    }

    private Task<bool> ExportAsync(bool csv) => TryAsync(async () =>
    {
        var rows = _frozen is null ? await _view.ReadAllAsync(Query(), CancellationToken.None) : _frozenRows.Rows;
        var asOf = _frozen is null ? Time.GetUtcNow() : _frozenAt;
        var name = $"{Partition}-ports-{asOf.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture)}";
        await (csv
            ? Files.SaveAsync(name + ".csv", "text/csv;charset=utf-8", PortExport.Csv(rows))
            : Files.SaveAsync(name + ".json", "application/json", PortExport.Json(rows, asOf)));
    });

    private (string Icon, string Title, string? Text)? Empty() => this switch
    {
        { DeniedReason: { } reason } => (Icons.Material.Filled.Lock, "No right to see this", reason),
        { _window: null, LostReason: { } reason } => (Icons.Material.Filled.SensorsOff, "Not connected", reason),
        { _window: null } => (Icons.Material.Filled.MoreHoriz, "Asking the daemon", null),
        { _window.State: null } => (Icons.Material.Filled.SearchOff, $"No partition named {Partition}", "It may have been removed."),
        { Total: 0, _window.State: "failed" } => (Icons.Material.Filled.ErrorOutline, "Backend down", $"Its ports went with it: {_window!.StateReason}."),
        { Total: 0 } => (Icons.Material.Outlined.SettingsInputComponent, "No ports",
            "Nothing has registered a port in this partition: every post and signal is answered with invalid_connection_id."),
        { Matching: 0 } => (Icons.Material.Filled.FilterAltOff, FilteredOut, $"None of {Format.Plural(Total, "port")} matches the filter."),
        _ => null,
    };

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    private string? AriaSort(PortColumn column) => column.Id != _sort.Column ? null : _sort.Descending ? "descending" : "ascending";

    private string Arrow(PortColumn column) => AriaSort(column) switch
    {
        "ascending" => "▲",
        "descending" => "▼",
        _ => "",
    };
}
