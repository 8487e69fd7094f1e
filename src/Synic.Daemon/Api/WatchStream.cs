using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Synic.Contracts;
using Synic.Daemon.Inspection;

namespace Synic.Daemon.Api;

/// <summary>A watched tree as server-sent events or as lines: each is an <see cref="InspectWatchRecord"/>.</summary>
/// <param name="open">Begins to watch.</param>
/// <param name="lines">One record a line, instead of events.</param>
internal sealed class WatchStream(Func<InspectWatcher> open, bool lines) : IResult, Microsoft.AspNetCore.Http.Metadata.IEndpointMetadataProvider
{
    public const string LinesType = "application/x-ndjson";

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(
        new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(InspectWatchRecord), [SerialStream.ContentType, LinesType]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = httpContext.RequestServices.GetRequiredService<StreamLimits>().TryOpen(httpContext);
        if (place is null)
        {
            await StreamLimits.Problem.ExecuteAsync(httpContext).ConfigureAwait(false);
            return;
        }

        var response = httpContext.Response;
        response.ContentType = lines ? LinesType : SerialStream.ContentType;
        response.Headers.CacheControl = "no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var time = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await response.Body.FlushAsync(end.Token).ConfigureAwait(false); // the reader knows at once that it is in
            using var watcher = open();
            await WriteAsync(response.Body, watcher, time, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader went away, or the daemon stops.
        }
    }

    private async Task WriteAsync(Stream body, InspectWatcher watcher, TimeProvider time, CancellationToken cancellation)
    {
        var generation = 0L;
        var more = watcher.Records.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            try
            {
                if (!await more.WaitAsync(s_heartbeat, time, cancellation).ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (TimeoutException)
            {
                await body.WriteAsync(Heartbeat(generation), cancellation).ConfigureAwait(false);
                await body.FlushAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            while (watcher.Records.TryRead(out var item))
            {
                generation = item.Sample.Generation;
                await body.WriteAsync(Encode(item), cancellation).ConfigureAwait(false);
            }

            await body.FlushAsync(cancellation).ConfigureAwait(false);
            more = watcher.Records.WaitToReadAsync(cancellation).AsTask();
        }
    }

    private byte[] Heartbeat(long generation) => lines
        ? [.. InspectWriter.Object(writer =>
            {
                writer.WriteString("record"u8, "heartbeat"u8);
                writer.WriteNumber("generation"u8, generation);
            }), (byte)'\n']
        : ": still here\n\n"u8.ToArray();

    // JSON has no line breaks of its own, so that a name in the tree cannot begin a field of the stream.
    private byte[] Encode(WatchItem item)
    {
        var json = InspectWriter.Object(writer => Write(writer, item));
        return lines
            ? [.. json, (byte)'\n']
            : [.. System.Text.Encoding.UTF8.GetBytes($"event: {NameOf(item.Kind)}\nid: {item.Sample.Generation}\ndata: "), .. json, .. "\n\n"u8];
    }

    private static void Write(Utf8JsonWriter writer, WatchItem item)
    {
        writer.WriteString("record"u8, NameOf(item.Kind));
        writer.WriteNumber("generation"u8, item.Sample.Generation);
        if (item.Kind == WatchRecord.Dropped)
        {
            writer.WriteNumber("dropped"u8, item.Lost);
            return;
        }

        writer.WriteString("asOf"u8, InspectWriter.Microseconds(item.Sample.Result.AsOf));
        InspectWriter.Completeness(writer, item.Sample.Result.Incomplete);
        if (item.Kind == WatchRecord.Tree)
        {
            writer.WriteString("path"u8, item.Sample.Result.Path.ToString());
            writer.WriteString("restarted"u8, item.Restarted);
            InspectWriter.Node(writer, "node", item.Sample.Result.Node);
        }
        else
        {
            InspectWriter.Changes(writer, "changes", item.Sample.Changes);
            InspectWriter.Rates(writer, item.Sample.Rates);
        }
    }

    private static string NameOf(WatchRecord record) => record switch
    {
        WatchRecord.Tree => "tree",
        WatchRecord.Changes => "changes",
        _ => "dropped",
    };
}
