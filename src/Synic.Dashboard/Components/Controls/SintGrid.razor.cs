using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>Every SINT of every VP, a letter and a colour each; asked for once a second while it is shown.</summary>
public sealed partial class SintGrid
{
    private Place? _chosen;

    /// <summary>Where a SINT is; the choice stays on it while its state changes.</summary>
    private readonly record struct Place(uint Vp, int Vtl, int Sint);

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

    private void Choose(Place place) => _chosen = place == _chosen ? null : place;

    private static string Describe(Place place, SintState state) =>
        $"VP {place.Vp}, VTL {place.Vtl}, SINT {place.Sint}: {state.Words}";
}
