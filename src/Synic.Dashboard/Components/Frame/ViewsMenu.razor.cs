using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Frame;

/// <summary>Views of this kind of page by name: open, save, remove, and their links.</summary>
public sealed partial class ViewsMenu
{
    private SavedViews _views = null!;
    private string _name = "";
    private string? _mistake;

    [Inject]
    public required ViewerStore Store { get; init; }

    [Inject]
    public required PageState State { get; init; }

    /// <summary>Of page, such as "ports".</summary>
    [Parameter, EditorRequired]
    public required string Kind { get; set; }

    private string Path => State.Path;

    protected override void OnInitialized() => _views = new SavedViews(Store, Kind);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _views.LoadAsync();
            if (_views.All.Count > 0)
            {
                StateHasChanged();
            }
        }
    }

    private async Task SaveAsync()
    {
        _mistake = await _views.SaveAsync(_name, State.Query);
        _name = _mistake is null ? "" : _name;
    }

    private Task RemoveAsync(string name) => _views.RemoveAsync(name);
}
