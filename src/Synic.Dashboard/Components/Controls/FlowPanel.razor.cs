using System.Globalization;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>Where a guest's calls go, drawn and as a table; asked for once a second while it is shown.</summary>
public sealed partial class FlowPanel
{
    private const string TopName = "top";
    private const int DefaultTop = 25;
    private const int LongestName = 26;

    private static readonly int[] s_choices = [10, DefaultTop, 50, 100];

    private FlowLayout _layout = FlowLayout.Of([]);

    /// <summary>An answer without a flow is one too: there is no such partition.</summary>
    public sealed record Answer(FlowSummary? Flow);

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    protected override bool IsPausable => true;

    private PartitionLinks Links => new(Partition);

    private int Top => int.TryParse(State[TopName], NumberStyles.None, CultureInfo.InvariantCulture, out var top) && s_choices.Contains(top) ? top : DefaultTop;

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetFlowAsync(Partition, Top, c)), cancellation);

    protected override void OnSnapshot(Answer snapshot) => _layout = FlowLayout.Of(snapshot.Flow?.Edges ?? []);

    private async Task ChooseTop(int top)
    {
        State.Set(TopName, top == DefaultTop ? null : top.ToString(CultureInfo.InvariantCulture));
        Show(new Answer(await Client.GetFlowAsync(Partition, Top, CancellationToken.None)));
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Shortened(FlowBlock block) => block.Name.Length <= LongestName ? block.Name : block.Name[..(LongestName - 1)] + "…";
}
