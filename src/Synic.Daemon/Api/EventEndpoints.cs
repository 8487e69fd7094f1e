using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.History;

namespace Synic.Daemon.Api;

/// <summary>What of the events is asked for; the OpenAPI document describes each.</summary>
internal readonly record struct EventQuery(
    [property: FromQuery(Name = "limit")] int? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor,
    [property: FromQuery(Name = "filter")] string? Filter,
    [property: FromQuery(Name = "after")] string? After,
    [property: FromHeader(Name = EventEndpoints.LastEventId)] string? LastEventId);

/// <summary>What happened: the guests' calls, what they were sent, ports that came and went.</summary>
internal static class EventEndpoints
{
    public const string LastEventId = "Last-Event-ID";
    private static readonly string[] s_query = ["limit", "cursor", "filter", "after"];

    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        var streams = new AlsoEvents(typeof(EventRecord), Lines: true);
        routes.MapGet(Links.Root + "/events", All).WithTags("Events").WithQuery(s_query).WithMetadata(streams);
        var partition = routes.MapGroup(Links.Partitions + "/{partition}").WithTags("Events");
        partition.MapGet("/events", OfPartition).WithQuery(s_query).WithMetadata(streams);
        partition.MapGet("/ports/{connection}/history", OfPort).WithQuery(s_query).WithMetadata(streams);
    }

    /// <summary>
    /// The last events of all partitions, oldest first; `next` leads to older ones, with `after` to newer ones. With
    /// "Accept: text/event-stream" or "application/x-ndjson" what happens from now on, or from `after` on.
    /// </summary>
    internal static Results<Ok<ListPage<EventRecord>>, EventStream, ApiProblem> All(
        [AsParameters] EventQuery query, HttpContext context, EventHub hub) =>
        Answer(query, context, hub, "events", hub.Collector.Histories, only: null);

    /// <summary>As /events, of one partition.</summary>
    internal static Results<Ok<ListPage<EventRecord>>, EventStream, ApiProblem> OfPartition(
        string partition, [AsParameters] EventQuery query, HttpContext context, PartitionRegistry registry, EventHub hub) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem)
            ? Answer(query, context, hub, $"events/{partition}", [host.Events], only: null)
            : problem;

    /// <summary>As /events, of one connection id: also before it had a port, and after.</summary>
    internal static Results<Ok<ListPage<EventRecord>>, EventStream, ApiProblem> OfPort(
        string partition, string connection, [AsParameters] EventQuery query, HttpContext context, PartitionRegistry registry, EventHub hub) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem)
        && Lookup.TryConnection(connection, uint.MaxValue, out var id, out problem)
            ? Answer(query, context, hub, $"events/{partition}/{id}", [host.Events], id.ToString())
            : problem;

    private static Results<Ok<ListPage<EventRecord>>, EventStream, ApiProblem> Answer(
        EventQuery query, HttpContext context, EventHub hub, string list, IReadOnlyList<EventHistory> histories, string? only)
    {
        if (!Filters.TryParse(EventFilters.Table, query.Filter, out var filter, out var problem)
            || !TryNumber(query.After, "after", out var after, out problem)
            || !TryNumber(query.LastEventId, LastEventId, out var last, out problem)
            || !Paging.TryLimit(query.Limit, out var limit, out problem))
        {
            return problem;
        }

        if (only is not null)
        {
            filter = EventFilters.Table.Compile(FilterExpression.Of([.. filter.Expression.Terms, FilterTerm.Exactly("conn", only)]));
        }

        var view = new EventView(hub, PayloadRight.Has(context.User));
        var format = EventStream.FormatOf(context.Request);
        if (format != EventFormat.Page)
        {
            return query.Cursor is null
                ? new EventStream(hub, format, () => new EventReader(hub, histories, last ?? after, filter, view))
                : ApiProblem.Field("cursor", "is for pages; a stream goes on behind 'after'");
        }

        list = $"{list}?{query.Filter}";
        var place = after is { } given ? new EventPlace(given, Forward: true) : null;
        if (query.Cursor is not null && !Paging.TryDecode(list, query.Cursor, out place, out problem))
        {
            return problem;
        }

        var events = new EventList(hub, histories, filter, view);
        var forward = place?.Forward == true;
        bool more;
        var page = forward ? events.After(place!.Seq, limit, out more) : events.Before(place?.Seq, limit, out more);
        var next = more ? Paging.Encode(list, new EventPlace(forward ? page[^1].Seq : page[0].Seq, forward)) : null;
        return TypedResults.Ok(new ListPage<EventRecord>(page, next, events.Count(), EventView.Microseconds(hub.Time.GetUtcNow())));
    }

    private static bool TryNumber(string? text, string name, out long? number, [NotNullWhen(false)] out ApiProblem? problem)
    {
        number = null;
        problem = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            problem = ApiProblem.Field(name, "is the number of an event: its 'seq', without a sign");
            return false;
        }

        number = value;
        return true;
    }

    private sealed record EventPlace(long Seq, bool Forward);
}
