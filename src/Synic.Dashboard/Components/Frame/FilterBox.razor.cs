using Microsoft.AspNetCore.Components;
using Synic.Contracts.Filters;
using Synic.Dashboard.Frame;

namespace Synic.Dashboard.Components.Frame;

/// <summary>
/// A filter over any kind of rows: the text in the shared language, its first mistake with the nearest key, and a chip for
/// each term that can be switched off without deleting it. It lives in the page's address.
/// </summary>
/// <remarks>Cells offer "only this" and "not this" with <c>data-term</c>, inside an element with <c>data-filter</c> = <see cref="Id"/>.</remarks>
public sealed partial class FilterBox<TRow> : IDisposable
{
    private FilterState<TRow> _state = null!;

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required FilterTable<TRow> Table { get; set; }

    /// <summary>For screen readers: "Filter ports".</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Of the input; one page may have several.</summary>
    [Parameter]
    public string Id { get; set; } = "filter";

    /// <summary>Of the parameter in the address.</summary>
    [Parameter]
    public string Name { get; set; } = "filter";

    [Parameter]
    public string? Placeholder { get; set; }

    /// <summary>Told at the beginning and whenever it is another filter, also by the back button.</summary>
    [Parameter]
    public EventCallback<RowFilter<TRow>> OnFilter { get; set; }

    /// <summary>Stands on the line of the input: a count, buttons.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    private string ErrorId => Id + "-error";

    /// <summary>Everything matches again.</summary>
    public Task ClearAsync() => ChangeAsync(_state.Clear);

    /// <summary>One more condition, such as <see cref="FilterTerm.Exactly"/>.</summary>
    public Task AddAsync(FilterTerm term) => ChangeAsync(() => _state.Add(term));

    protected override Task OnInitializedAsync()
    {
        _state = new FilterState<TRow>(Table, State, Name);
        State.Changed += OnAddressChanged;
        return OnFilter.InvokeAsync(_state.Filter);
    }

    private Task WriteAsync(string? text) => ChangeAsync(() => _state.Write(text));

    private Task ChangeAsync(Action change)
    {
        change();
        StateHasChanged();
        return OnFilter.InvokeAsync(_state.Filter);
    }

    private void OnAddressChanged() => _ = InvokeAsync(() => ChangeAsync(static () => { }));

    // Most messages name the place themselves.
    private static string Message(FilterError error) =>
        error.Message.Contains("position", StringComparison.Ordinal) ? error.Message : $"Position {error.Position + 1}: {error.Message}";

    public void Dispose() => State.Changed -= OnAddressChanged;
}
