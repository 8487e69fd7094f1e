using Microsoft.AspNetCore.Components;
using MudBlazor;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Layout;

/// <summary>Says whether the page hears from the daemon.</summary>
public sealed partial class ConnectionText : IDisposable
{
    [Inject]
    public required ConnectionState Connection { get; init; }

    private string Text => Connection.Status switch
    {
        ConnectionStatus.Live => "Live",
        ConnectionStatus.Lost => "Daemon not reachable",
        _ => "Connecting",
    };

    private string Class => Connection.Status switch
    {
        ConnectionStatus.Live => "is-live",
        ConnectionStatus.Lost => "is-lost",
        _ => "is-waiting",
    };

    private string Icon => Connection.Status switch
    {
        ConnectionStatus.Live => Icons.Material.Filled.Sensors,
        ConnectionStatus.Lost => Icons.Material.Filled.SensorsOff,
        _ => Icons.Material.Filled.MoreHoriz,
    };

    protected override void OnInitialized() => Connection.Changed += Refresh;

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    public void Dispose() => Connection.Changed -= Refresh;
}
