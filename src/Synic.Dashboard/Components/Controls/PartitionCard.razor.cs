using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>One partition on the overview.</summary>
public sealed partial class PartitionCard
{
    [Parameter, EditorRequired]
    public required PartitionSummary Partition { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset AsOf { get; set; }

    [Parameter, EditorRequired]
    public required RateHistory Posts { get; set; }

    [Parameter, EditorRequired]
    public required RateHistory Signals { get; set; }

    [Parameter, EditorRequired]
    public required RateHistory Failures { get; set; }

    private string Link => $"/partitions/{Uri.EscapeDataString(Partition.Name)}";
}
