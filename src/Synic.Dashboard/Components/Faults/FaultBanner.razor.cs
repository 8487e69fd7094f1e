using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Faults;

/// <summary>On every page: which rules act, and the switch that stops them. Without an armed rule nothing is seen of it.</summary>
public sealed partial class FaultBanner
{
    private const int MaxNamed = 3;

    private bool _asking;
    private bool _releasing;
    private string? _refusal;

    [Inject]
    public required ViewerFaults Faults { get; init; }

    private string? Stale => LostReason is null ? null : "stale";

    /// <summary>Not even a viewer who stopped the page may miss what it says.</summary>
    protected override bool IsPaced => false;

    protected override IAsyncEnumerable<FaultsSnapshot> WatchAsync(CancellationToken cancellation) => Client.WatchFaultsAsync(cancellation);

    protected override void OnSnapshot(FaultsSnapshot snapshot)
    {
        _releasing &= snapshot.KillSwitch.Engaged;
        _asking &= !snapshot.KillSwitch.Engaged;
        Faults.Take(snapshot);
    }

    private static string LinkTo(ArmedFault armed) => new PartitionLinks(armed.Partition).Fault(armed.Fault.Id);

    private static string EngagedBy(FaultsSnapshot now) =>
        (now.KillSwitch.By ?? "nobody") + (now.KillSwitch.Since is { } since ? $" {Format.Ago(since, now.AsOf)}" : "");

    private void Close() => (_asking, _releasing, _refusal) = (false, false, null);

    private async Task ReleaseAsync()
    {
        _refusal = await Refusals.OfAsync(() => Client.ReleaseKillSwitchAsync(CancellationToken.None));
        _releasing = _refusal is not null;
    }
}
