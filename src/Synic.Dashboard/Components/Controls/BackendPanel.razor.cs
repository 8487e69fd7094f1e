using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Synic.Contracts;

namespace Synic.Dashboard.Components.Controls;

/// <summary>What the backend can do and why, and why the others were not taken.</summary>
public sealed partial class BackendPanel
{
    /// <summary>An answer without a backend is one too: there is no such partition.</summary>
    public sealed record Answer(BackendSummary? Backend);

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    protected override IAsyncEnumerable<Answer> WatchAsync(CancellationToken cancellation) =>
        PollAsync(async c => new Answer(await Client.GetBackendAsync(Partition, c)), cancellation);

    private static RenderFragment Verdict(bool good, string yes, string no) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", good ? "verdict-yes" : "verdict-no");
        builder.OpenComponent<MudIcon>(2);
        builder.AddComponentParameter(3, nameof(MudIcon.Icon), good ? Icons.Material.Filled.Check : Icons.Material.Filled.Close);
        builder.AddComponentParameter(4, nameof(MudIcon.Size), Size.Small);
        builder.CloseComponent();
        builder.AddContent(5, good ? yes : no);
        builder.CloseElement();
    };

    private static string Share(long count, BackendSummary backend) =>
        ((double)count / Math.Max(1, backend.Exits.Values.Sum())).ToString("P1", CultureInfo.InvariantCulture);
}
