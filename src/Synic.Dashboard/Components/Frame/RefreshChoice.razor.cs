using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Frame;

/// <summary>How often the viewer's pages show something new; the browser remembers it.</summary>
public sealed partial class RefreshChoice : IDisposable
{
    [Inject]
    public required ViewerPace Pace { get; init; }

    protected override void OnInitialized() => Pace.Changed += Refresh;

    protected override Task OnAfterRenderAsync(bool firstRender) => firstRender ? Pace.LoadAsync() : Task.CompletedTask;

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    public void Dispose() => Pace.Changed -= Refresh;
}
