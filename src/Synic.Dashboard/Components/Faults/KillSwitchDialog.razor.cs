using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Faults;

/// <summary>Asks once before every rule of every partition is stopped. Needs no right: whoever may look may stop it.</summary>
public sealed partial class KillSwitchDialog
{
    private string _reason = "stopped from the dashboard";
    private string? _refusal;
    private bool _busy;

    [Inject]
    public required ISynicClient Client { get; init; }

    /// <summary>Rules that act now.</summary>
    [Parameter, EditorRequired]
    public required int Armed { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    private async Task EngageAsync()
    {
        _busy = true;
        _refusal = await Refusals.OfAsync(async () =>
        {
            await Client.EngageKillSwitchAsync(string.IsNullOrWhiteSpace(_reason) ? "no reason given" : _reason, CancellationToken.None);
            await OnClosed.InvokeAsync();
        });
        _busy = false;
    }
}
