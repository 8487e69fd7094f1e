using System.Globalization;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>Every SINT of every VP, a letter and a colour each; asked for once a second while it is shown.</summary>
public sealed partial class SintGrid
{
    private const string ChosenName = "sint";

    /// <summary>In a row: as many as a VP has in one VTL.</summary>
    internal const int Columns = 16;

    private Place? _chosen;

    /// <summary>Where a SINT is; the choice stays on it while its state changes.</summary>
    private readonly record struct Place(uint Vp, int Vtl, int Sint)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Vp}.{Vtl}.{Sint}");

        /// <returns>Null: the text is no place; whether there is such a SINT is another question.</returns>
        public static Place? Read(string? text) =>
            text?.Split('.') is [var vp, var vtl, var sint]
            && uint.TryParse(vp, NumberStyles.None, CultureInfo.InvariantCulture, out var v)
            && int.TryParse(vtl, NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            && int.TryParse(sint, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new Place(v, level, index) : null;
    }

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    private (VpSummary Vp, SynicSummary Synic, SintSummary Sint)? Chosen
    {
        get
        {
            if (_chosen is { } place
                && Snapshot?.FirstOrDefault(v => v.Vp == place.Vp) is { } vp
                && vp.Synics.FirstOrDefault(s => s.Vtl == place.Vtl) is { } synic
                && synic.Sints.FirstOrDefault(s => s.Sint == place.Sint) is { } sint)
            {
                return (vp, synic, sint);
            }

            return null;
        }
    }

    protected override IAsyncEnumerable<IReadOnlyList<VpSummary>> WatchAsync(CancellationToken cancellation) =>
        PollAsync(c => Client.GetVpsAsync(Partition, c), cancellation);

    protected override void OnInitialized()
    {
        _chosen = Place.Read(State[ChosenName]);
        State.Changed += OnAddressChanged;
    }

    protected override void OnClosing() => State.Changed -= OnAddressChanged;

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

    // One stop for the Tab key; the script moves it with the arrow keys.
    private bool IsStop(Place place) => place == (Chosen is null ? First : _chosen);

    private Place? First => Snapshot is [{ Synics: [{ Sints: [var sint, ..] } synic, ..] } vp, ..] ? new Place(vp.Vp, synic.Vtl, sint.Sint) : null;

    private static string Describe(Place place, SintState state) =>
        $"VP {place.Vp}, VTL {place.Vtl}, SINT {place.Sint}: {state.Words}";
}
