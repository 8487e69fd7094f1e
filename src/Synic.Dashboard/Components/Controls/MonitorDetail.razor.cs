using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>One monitor id: what it stands for, and when it was seen to be triggered.</summary>
public sealed partial class MonitorDetail
{
    [Parameter, EditorRequired]
    public required int Vtl { get; set; }

    [Parameter, EditorRequired]
    public required MonitorCell Cell { get; set; }

    [Parameter, EditorRequired]
    public required PartitionLinks Links { get; set; }

    [Parameter, EditorRequired]
    public required DateTimeOffset Now { get; set; }

    /// <summary>Null: not since the page was opened.</summary>
    [Parameter]
    public DateTimeOffset? Last { get; set; }

    // As the cell in the grid, which has worked it out from the same two times.
    private MonitorState State => MonitorState.Of(Cell, Now - Last < MonitorActivity.Recent);
}
