using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Frame;

/// <summary>Says that the page stands still, since when, and how much it does not show.</summary>
public sealed partial class PauseNotice : IDisposable
{
    /// <summary>What is shown at a pause may be as old as the longest refresh time.</summary>
    private static readonly TimeSpan s_reloaded = TimeSpan.FromSeconds(2);

    [Inject]
    public required ViewPause Pause { get; init; }

    /// <summary>When what is shown was taken.</summary>
    [Parameter]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>What is counted while it waits.</summary>
    [Parameter]
    public string Noun { get; set; } = "change";

    protected override void OnInitialized() => Pause.Changed += Refresh;

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    public void Dispose() => Pause.Changed -= Refresh;
}
