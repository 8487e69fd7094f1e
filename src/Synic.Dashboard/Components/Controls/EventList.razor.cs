using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Frame;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>Events under one filter: those that are kept, and, without an end, those that come.</summary>
public sealed partial class EventList
{
    private const string EventName = "event";

    /// <summary>What was before, at the beginning.</summary>
    private const int First = 500;

    private long? _chosen;
    private EventRecord? _kept;
    private string? _message;

    public sealed record Answer
    {
        internal Answer(EventTail tail) => (Tail, Rows) = (tail, [.. tail.Rows]);

        internal EventTail Tail { get; }

        internal List<EventRecord> Rows { get; }
    }

    [Inject]
    public required PageState State { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>Without mistakes; null: everything.</summary>
    [Parameter]
    public string? Filter { get; set; }

    [Parameter]
    public DateTimeOffset? From { get; set; }

    [Parameter]
    public DateTimeOffset? To { get; set; }

    protected override bool IsPausable => true;

    private EventRange Range => new(From, To);

    // It stays in view when newer events have pushed it out.
    private EventRecord? Chosen => _chosen is { } seq ? Snapshot?.Rows.Find(e => e.Seq == seq) ?? _kept : null;

    private string Between => (From, To) switch
    {
        ({ } from, { } to) => $"from {Format.Clock(from)} to {Format.Clock(to)}",
        ({ } from, null) => $"since {Format.Clock(from)}",
        (null, { } to) => $"until {Format.Clock(to)}",
        _ => "",
    };

    protected override void OnInitialized() =>
        _chosen = long.TryParse(State[EventName], NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;

    protected override async IAsyncEnumerable<Answer> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!Range.IsLive)
        {
            if (await TryAsync(() => Range.ReadAsync(q => Client.GetEventsAsync(Partition, q, cancellation), Filter, Time.GetUtcNow())) is { } past)
            {
                yield return new Answer(past);
            }

            yield break;
        }

        var page = await TryAsync(() => Client.GetEventsAsync(Partition, new EventQuestion(Filter, Limit: First), cancellation));
        if (page is null)
        {
            yield break;
        }

        var tail = EventTail.Empty(page.AsOf).With(page.Items, page.AsOf);
        yield return new Answer(tail);
        var after = page.Items is [.., var last] ? last.Seq : (long?)null;
        await foreach (var batch in Client.WatchEventsAsync(Partition, new EventQuestion(Filter, after), cancellation))
        {
            tail = tail.With(batch, Time.GetUtcNow());
            yield return new Answer(tail);
        }
    }

    protected override int CountChanges(Answer latest, int waiting) => (int)Math.Min(int.MaxValue, latest.Tail.Taken - (Snapshot?.Tail.Taken ?? 0));

    // What the daemon refuses is told; the list stays as it is.
    private async Task<T?> TryAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (SynicProblemException e)
        {
            _message = e.Message;
            return null;
        }
    }

    private void Choose(EventRecord item)
    {
        _chosen = item.Seq == _chosen ? null : item.Seq;
        _kept = item;
        State.Set(EventName, _chosen?.ToString(CultureInfo.InvariantCulture));
    }

    private string RowClass(EventRecord item) =>
        $"event-row{(EventText.IsInjected(item) ? " event-injected" : "")}{(item.Seq == _chosen ? " inspect-chosen" : "")}{(item.Kind == EventTail.DroppedKind ? " event-dropped" : "")}";

    private static string? StatusClass(EventRecord item) => EventText.IsInjected(item) ? "injected"
        : EventText.IsDeferral(item) ? "attention"
        : EventText.IsFailure(item) ? "failing"
        : "quiet";
}
