using Microsoft.AspNetCore.Components;

namespace Synic.Dashboard.Components.Controls;

/// <summary>Says why there is nothing to see here, and what to do about it.</summary>
public sealed partial class EmptyState
{
    [Parameter, EditorRequired]
    public required string Icon { get; set; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }
}
