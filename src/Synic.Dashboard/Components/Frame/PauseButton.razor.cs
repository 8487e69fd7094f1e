using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Frame;

/// <summary>Stops the page, not the daemon, and lets it go on.</summary>
public sealed partial class PauseButton : IDisposable
{
    [Inject]
    public required ViewPause Pause { get; init; }

    protected override void OnInitialized() => Pause.Changed += Refresh;

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    public void Dispose() => Pause.Changed -= Refresh;
}
