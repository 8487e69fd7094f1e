using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Faults;

/// <summary>The fault rules of a partition: what they are, what they did, and, with the right for it, the means to change them.</summary>
public sealed partial class FaultsPanel
{
    private const string RuleName = "rule";

    private Editing? _editing;
    private FaultSummary? _arming;
    private FaultSummary? _deleting;
    private Dialog _dialog;
    private bool _killing;
    private string? _refusal;

    public sealed record Answer(IReadOnlyList<FaultSummary> Rules, DateTimeOffset AsOf);

    private enum Dialog
    {
        None,
        Scenarios,
        Import,
        Export,
    }

    /// <param name="Rule">Null: a new one.</param>
    /// <param name="Start">What a new one begins with; null: the usual.</param>
    private sealed record Editing(FaultSummary? Rule, FaultRuleSpec? Start);

    [Inject]
    public required PageState State { get; init; }

    [Inject]
    public required ViewerFaults Faults { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    private bool MayInject => Faults.MayInject;

    private bool Killed => Faults.Latest is { KillSwitch.Engaged: true };

    private string? ChosenId => State[RuleName];

    private FaultSummary? Chosen => Snapshot?.Rules.FirstOrDefault(r => r.Id == ChosenId);

    protected override void OnInitialized()
    {
        State.Changed += Refresh;
        Faults.Changed += Refresh;
    }

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) => PollAsync(AskAsync, cancellation);

    private async Task<Answer> AskAsync(CancellationToken cancellation) =>
        new(await Client.GetFaultsAsync(Partition, cancellation) ?? [], Time.GetUtcNow());

    private void Refresh() => _ = InvokeAsync(StateHasChanged);

    private string LinkOf(FaultSummary fault) => State.Link(RuleName, fault.Id == ChosenId ? null : fault.Id);

    private void Choose(string? id) => State.Set(RuleName, id, back: true);

    private void New() => _editing = new Editing(null, null);

    private void StopEditing() => _editing = null;

    private static FaultRuleSpec CopyOf(FaultSummary fault) => fault.Rule with { Id = null, Arm = false };

    private Task SavedAsync(FaultSummary saved)
    {
        StopEditing();
        Choose(saved.Id);
        return AgainAsync();
    }

    private void CloseDialog() => _dialog = Dialog.None;

    private Task DialogDoneAsync()
    {
        CloseDialog();
        return AgainAsync();
    }

    private Task ArmedAsync()
    {
        _arming = null;
        return AgainAsync();
    }

    private Task DeleteAsync()
    {
        var fault = _deleting!;
        _deleting = null;
        return ActAsync(async c =>
        {
            await Client.DeleteFaultAsync(Partition, fault.Id, fault.Version, c);
            Choose(null);
        });
    }

    private async Task ActAsync(Func<CancellationToken, Task> action)
    {
        _refusal = await Refusals.OfAsync(() => action(CancellationToken.None));
        await AgainAsync();
    }

    // What was done shows at once, not with the next poll.
    private async Task AgainAsync() => _refusal ??= await Refusals.OfAsync(async () => Show(await AskAsync(CancellationToken.None)));

    protected override void OnClosing()
    {
        State.Changed -= Refresh;
        Faults.Changed -= Refresh;
    }
}
