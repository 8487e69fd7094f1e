using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Synic.Contracts;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Controls;

/// <summary>What a call to a connection would get, from each VTL, with the check that fails first on top. Nothing is called.</summary>
public sealed partial class PortExplain
{
    private const string VtlName = "vtl";
    private const string VpName = "vp";
    private const string OperationName = "operation";

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>Of the port; null: there is none.</summary>
    [Parameter]
    public string? Kind { get; set; }

    [Parameter]
    public int Vps { get; set; } = 1;

    protected override bool IsPausable => true;

    private int Vtl => Number(VtlName, 2);

    private int Vp => Number(VpName, Math.Max(0, Vps - 1));

    private string Operation => State[OperationName] is "post" or "signal" ? State[OperationName]! : Kind == "event" ? "signal" : "post";

    protected override Task OnInitializedAsync()
    {
        State.Changed += OnAddressChanged;
        return base.OnInitializedAsync();
    }

    protected override IAsyncEnumerable<IReadOnlyList<ExplainReport>> WatchAsync(CancellationToken cancellation) => PollAsync(AskAsync, cancellation);

    protected override int CountChanges(IReadOnlyList<ExplainReport> latest, int waiting) => Pause.Waiting; // the port counts for both

    protected override void OnDispose() => State.Changed -= OnAddressChanged;

    private Task<IReadOnlyList<ExplainReport>> AskAsync(CancellationToken cancellation) =>
        Client.ExplainPortAsync(Partition, Id, Operation, (uint)Vp, cancellation);

    private void Choose(int vtl) => State.Set(VtlName, vtl == 0 ? null : Text(vtl), back: true);

    private Task ChooseVp(int vp)
    {
        State.Set(VpName, vp == 0 ? null : Text(vp), back: true);
        return TakeNowAsync(() => AskAsync(CancellationToken.None));
    }

    private Task ChooseOperation(string operation)
    {
        State.Set(OperationName, operation, back: true);
        return TakeNowAsync(() => AskAsync(CancellationToken.None));
    }

    private void OnAddressChanged() => _ = InvokeAsync(() => TakeNowAsync(() => AskAsync(CancellationToken.None)));

    private int Number(string name, int maximum) =>
        int.TryParse(State[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= maximum ? number : 0;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Succeeds(ExplainReport report) => report.Verdict.Result == "success";

    /// <summary>The failure that decides first; the others in the order in which they are made.</summary>
    private static IEnumerable<ExplainCheck> Ordered(ExplainReport report) =>
        report.Checks.OrderBy(c => c.Check == report.FirstFailure ? 0 : 1);

    private static string Icon(string state) => state switch
    {
        "ok" => Icons.Material.Filled.Check,
        "failed" => Icons.Material.Filled.Close,
        "unknown" => Icons.Material.Filled.QuestionMark,
        _ => Icons.Material.Filled.Remove,
    };
}
