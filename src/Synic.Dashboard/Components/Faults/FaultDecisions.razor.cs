using System.Globalization;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;

namespace Synic.Dashboard.Components.Faults;

/// <summary>What a rule decided, newest first: enough to make the same run again.</summary>
public sealed partial class FaultDecisions
{
    private const int Page = 100;

    private string _outcome = "";
    private int _most = Page;

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>Its id.</summary>
    [Parameter, EditorRequired]
    public required string Fault { get; set; }

    private IEnumerable<FaultDecisionSummary> Shown => (Snapshot ?? []).Where(d => _outcome.Length == 0 || d.Outcome == _outcome).Reverse();

    private string Hits => string.Join(
        ", ", (Snapshot ?? []).Where(static d => d.Outcome == "injected").Select(static d => d.Number.ToString(CultureInfo.InvariantCulture)));

    protected override IAsyncEnumerable<IReadOnlyList<FaultDecisionSummary>> WatchAsync(CancellationToken cancellation) =>
        PollAsync(c => Client.GetFaultDecisionsAsync(Partition, Fault, c), cancellation);
}
