using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Faults;

/// <summary>Sets of rules that the daemon brings along: what each would arm, and, with a reason, arming one.</summary>
public sealed partial class ScenarioDialog
{
    private IReadOnlyList<ScenarioSummary>? _scenarios;
    private ScenarioSummary? _chosen;
    private FaultImportResult? _checked;
    private string _reason = "";
    private string? _refusal;
    private bool _busy;

    [Inject]
    public required ISynicClient Client { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    [Parameter]
    public EventCallback OnStarted { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    protected override async Task OnInitializedAsync() =>
        _refusal = await Refusals.OfAsync(async () => _scenarios = await Client.GetScenariosAsync(CancellationToken.None));

    private async Task ChooseAsync(ScenarioSummary scenario)
    {
        (_chosen, _checked) = (scenario, null);
        if (_reason.Length == 0 || _reason.StartsWith("scenario ", StringComparison.Ordinal))
        {
            _reason = $"scenario {scenario.Name}";
        }

        FaultImportResult? found = null;
        var refusal = await Refusals.OfAsync(async () =>
            found = await Client.StartScenarioAsync(Partition, scenario.Name, null, dryRun: true, CancellationToken.None));
        if (_chosen == scenario)
        {
            (_checked, _refusal) = (found, refusal);
        }
    }

    private async Task StartAsync()
    {
        _busy = true;
        _refusal = await Refusals.OfAsync(async () =>
        {
            await Client.StartScenarioAsync(Partition, _chosen!.Name, _reason, dryRun: false, CancellationToken.None);
            await OnStarted.InvokeAsync();
        });
        _busy = false;
    }
}
