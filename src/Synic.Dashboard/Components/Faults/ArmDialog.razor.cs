using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Faults;

/// <summary>Says what arming a rule would mean, and asks why; not to arm it is what Enter does.</summary>
public sealed partial class ArmDialog : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private FaultPreview? _preview;
    private string _reason = "";
    private string? _refusal;
    private bool _busy;

    [Inject]
    public required ISynicClient Client { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>As it was looked at: if it has changed since, it is not armed.</summary>
    [Parameter, EditorRequired]
    public required FaultSummary Fault { get; set; }

    [Parameter]
    public EventCallback OnArmed { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _reason = Fault.Rule.Reason ?? "";
        _refusal = await Refusals.OfAsync(async () => _preview = await Client.PreviewFaultAsync(Partition, Fault.Rule, _closing.Token));
    }

    private async Task ArmAsync()
    {
        _busy = true;
        _refusal = await Refusals.OfAsync(async () =>
        {
            await Client.ArmFaultAsync(Partition, Fault.Id, _reason, Fault.Version, CancellationToken.None);
            await OnArmed.InvokeAsync();
        });
        _busy = false;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
