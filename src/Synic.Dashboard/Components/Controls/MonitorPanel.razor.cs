using System.Globalization;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The monitor ids of each VTL, a letter and a colour each; asked for once a second while it is shown.</summary>
public sealed partial class MonitorPanel
{
    /// <summary>Bits of a trigger group.</summary>
    internal const int Columns = 32;

    private const string ChosenName = "monitor";
    private readonly MonitorActivity _activity = new();
    private Place? _chosen;

    public sealed record Answer(IReadOnlyList<MonitorPageSummary> Pages, DateTimeOffset AsOf);

    private readonly record struct Place(int Vtl, int Id)
    {
        // A channel's link names an id of VTL 0: VMBus has no monitors elsewhere.
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Vtl == 0 ? "" : $"{Vtl}.")}{Id}");

        /// <returns>Null: the text is no place.</returns>
        public static Place? Read(string? text)
        {
            var parts = text?.Split('.') ?? [];
            return parts.Length is 1 or 2
                && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && int.TryParse(parts.Length == 2 ? parts[0] : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var vtl)
                    ? new Place(vtl, id) : null;
        }
    }

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    private PartitionLinks Links => new(Partition);

    private (int Vtl, MonitorCell Cell)? Chosen =>
        _chosen is { } place
        && Snapshot?.Pages.FirstOrDefault(p => p.Vtl == place.Vtl) is { } page
        && page.Cells.FirstOrDefault(c => c.Id == place.Id) is { } cell
            ? (place.Vtl, cell)
            : null;

    protected override void OnInitialized()
    {
        _chosen = Place.Read(State[ChosenName]);
        State.Changed += OnAddressChanged;
    }

    protected override void OnClosing() => State.Changed -= OnAddressChanged;

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetMonitorPagesAsync(Partition, c), Time.GetUtcNow()), cancellation);

    protected override void OnSnapshot(Answer snapshot) => _activity.Take(snapshot.Pages, snapshot.AsOf);

    private void OnAddressChanged() => _ = InvokeAsync(() =>
    {
        _chosen = Place.Read(State[ChosenName]);
        StateHasChanged();
    });

    private void Choose(Place place)
    {
        _chosen = place == _chosen ? null : place;
        State.Set(ChosenName, _chosen?.ToString());
    }

    private MonitorState StateOf(int vtl, MonitorCell cell) =>
        MonitorState.Of(cell, Snapshot is { } answer && _activity.IsRecent(vtl, cell.Id, answer.AsOf));

    // One stop for the Tab key in each grid; the script moves it with the arrow keys.
    private bool IsStop(Place place, MonitorPageSummary page) =>
        _chosen is { } chosen && chosen.Vtl == page.Vtl && page.Cells.Any(c => c.Id == chosen.Id)
            ? place == chosen
            : place.Id == page.Cells[0].Id;

    private static string Describe(Place place, MonitorCell cell, MonitorState state) => cell.Connection is { } connection
        ? $"VTL {place.Vtl}, id {place.Id}: {state.Words}, connection {connection}, {Format.Count(cell.Triggers)} triggers"
        : $"VTL {place.Vtl}, id {place.Id}: {state.Words}";
}
