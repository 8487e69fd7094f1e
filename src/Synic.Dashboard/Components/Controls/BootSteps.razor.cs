using Microsoft.AspNetCore.Components;
using MudBlazor;
using Synic.Contracts;

namespace Synic.Dashboard.Components.Controls;

/// <summary>How far the guest came on its way to a working VMBus, and where it is stuck.</summary>
public sealed partial class BootSteps
{
    /// <summary>An answer without progress is one too: there is no such partition.</summary>
    public sealed record Answer(BootProgress? Boot);

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>The guest may still get on.</summary>
    [Parameter]
    public bool Running { get; set; } = true;

    /// <summary>Nothing is shown once all is reached: the guest is known to get there.</summary>
    [Parameter]
    public bool HideWhenComplete { get; set; }

    private BootProgress? Shown =>
        Snapshot?.Boot is { Steps.Count: > 0 } boot && !(HideWhenComplete && boot.Stuck is null) ? boot : null;

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetBootAsync(Partition, c)), cancellation);

    private static string Class(BootStep step, bool missing, bool attention) =>
        step.Reached ? "boot-done" : !missing ? "boot-later" : attention ? "boot-stuck" : "boot-next";

    private static string Icon(BootStep step, bool missing, bool attention, bool running) =>
        step.Reached ? Icons.Material.Filled.CheckCircle
        : missing && !running ? Icons.Material.Filled.Cancel
        : missing && attention ? Icons.Material.Filled.HourglassBottom
        : missing ? Icons.Material.Filled.RadioButtonChecked
        : Icons.Material.Outlined.Circle;
}
