using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Synic.Contracts;
using Synic.Daemon.Partitions;
using Synic.History;

namespace Synic.Daemon.Api;

/// <summary>How a stream of events is written.</summary>
internal enum EventFormat
{
    /// <summary>One page of JSON: no stream.</summary>
    Page,

    /// <summary>Server-sent events; the id of each is its number.</summary>
    ServerSent,

    /// <summary>A JSON document in each line.</summary>
    Lines,
}

/// <summary>Events as they happen, until the reader goes away or the daemon stops.</summary>
internal sealed class EventStream(EventHub hub, EventFormat format, Func<EventReader> open) : IResult
{
    public const string ServerSentType = "text/event-stream";
    public const string LinesType = "application/x-ndjson";

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);
    private static readonly string s_dropped = CallLabels.Of(CallKind.Dropped);

    /// <summary>What a request accepts first of what there is.</summary>
    public static EventFormat FormatOf(HttpRequest request)
    {
        foreach (var accepted in request.GetTypedHeaders().Accept)
        {
            if (accepted.MediaType == ServerSentType)
            {
                return EventFormat.ServerSent;
            }

            if (accepted.MediaType == LinesType)
            {
                return EventFormat.Lines;
            }
        }

        return EventFormat.Page;
    }

    /// <summary>A reader at the stream's beginning, for the daemon's own pages.</summary>
    public EventReader Open() => open();

    /// <summary>Counts what a reader was too slow for.</summary>
    public static void CountLost(EventHub hub, EventRecord record)
    {
        if (record.Kind == s_dropped && record.Reason == CallLabels.Of(CallReason.Overwritten))
        {
            hub.CountLost(record.Count ?? 0);
        }
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = httpContext.RequestServices.GetRequiredService<StreamLimits>().TryOpen(httpContext);
        if (place is null)
        {
            await StreamLimits.Problem.ExecuteAsync(httpContext).ConfigureAwait(false);
            return;
        }

        using var watched = hub.OpenStream();
        var response = httpContext.Response;
        response.ContentType = format == EventFormat.ServerSent ? ServerSentType : LinesType;
        response.Headers.CacheControl = "no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            var reader = open(); // its place is taken before the reader of the stream knows that it is in
            await response.Body.FlushAsync(end.Token).ConfigureAwait(false);
            await WriteAsync(httpContext, reader, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader went away, or the daemon stops.
        }
    }

    private async Task WriteAsync(HttpContext context, EventReader reader, CancellationToken cancellation)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        while (true)
        {
            while (reader.TryTake(out var record))
            {
                CountLost(hub, record);

                // JSON has no line breaks of its own, so that nobody's text can begin a field of the stream.
                var data = JsonSerializer.Serialize(record, options);
                var text = format == EventFormat.ServerSent ? $"id: {record.Seq}\ndata: {data}\n\n" : data + "\n";
                await context.Response.WriteAsync(text, cancellation).ConfigureAwait(false);
            }

            await context.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
            if (!await hub.WaitAsync(reader.Seen, s_heartbeat, cancellation).ConfigureAwait(false))
            {
                await context.Response.WriteAsync(Heartbeat(reader.Seen), cancellation).ConfigureAwait(false);
            }
        }
    }

    private string Heartbeat(long seen) =>
        format == EventFormat.ServerSent ? ": still here\n\n" : $$"""{"kind":"heartbeat","seq":{{seen}}}""" + "\n";
}
