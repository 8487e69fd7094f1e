using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Synic.Dashboard.Components.Faults;

/// <summary>A question that has to be answered before anything else; who shows it takes it away again.</summary>
public sealed partial class ModalDialog
{
    private ElementReference _element;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Of the heading; one page may have several.</summary>
    [Parameter]
    public string TitleId { get; set; } = "modal-title";

    [Parameter]
    public string? Class { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The safe one has <c>autofocus</c>.</summary>
    [Parameter]
    public RenderFragment? Buttons { get; set; }

    /// <summary>Closed without an answer.</summary>
    [Parameter]
    public EventCallback OnClosed { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            try
            {
                await Js.InvokeVoidAsync("synic.showModal", _element);
            }
            catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
            {
                // The viewer is gone, and so is the question.
            }
        }
    }
}
