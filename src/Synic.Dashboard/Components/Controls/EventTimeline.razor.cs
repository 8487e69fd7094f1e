using Microsoft.AspNetCore.Components;
using Synic.Contracts.Filters;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>What happens in a partition, as it happens, or what happened in a stretch of time. Filter and time are in the page's address.</summary>
public sealed partial class EventTimeline : IDisposable
{
    private const string FromName = "from";
    private const string ToName = "to";

    private EventRange _range = new(null, null);
    private string? _filter;

    [Inject]
    public required PageState State { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    protected override void OnInitialized()
    {
        ReadRange();
        UseFilter(new FilterState<IEventFilterRow>(EventFilters.Table, State, "events").Filter); // the first list is the filtered one already
        State.Changed += OnAddressChanged;
    }

    // A filter with a mistake in it, perhaps half typed, leaves the list as it is.
    private void UseFilter(RowFilter<IEventFilterRow> filter)
    {
        if (filter.Errors.Count == 0)
        {
            _filter = filter.IsAll ? null : string.Join(' ', filter.Expression.Terms);
        }
    }

    private void SetRange(string name, object? value)
    {
        var range = EventRange.Parse(value?.ToString(), null).From;
        State.Set(name, range is null ? null : EventRange.Text(range), back: true);
        ReadRange();
    }

    private void LastMinute()
    {
        var now = Time.GetUtcNow();
        State.Set([KeyValuePair.Create(FromName, (string?)EventRange.Text(now.AddMinutes(-1))), KeyValuePair.Create(ToName, (string?)EventRange.Text(now))], back: true);
        ReadRange();
    }

    private void Live()
    {
        State.Set([KeyValuePair.Create(FromName, (string?)null), KeyValuePair.Create(ToName, (string?)null)], back: true);
        ReadRange();
    }

    private void ReadRange() => _range = EventRange.Parse(State[FromName], State[ToName]);

    private void OnAddressChanged() => _ = InvokeAsync(() =>
    {
        ReadRange();
        StateHasChanged();
    });

    public void Dispose() => State.Changed -= OnAddressChanged;
}
