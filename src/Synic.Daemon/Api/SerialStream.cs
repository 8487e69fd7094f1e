using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Synic.Contracts;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Api;

/// <summary>Serial output as server-sent events: each is a <see cref="SerialChunk"/>, its id the place to go on from.</summary>
internal sealed class SerialStream(SerialRing ring, long position) : IResult
{
    public const string ContentType = "text/event-stream";

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = httpContext.RequestServices.GetRequiredService<StreamLimits>().TryOpen(httpContext);
        if (place is null)
        {
            await StreamLimits.Problem.ExecuteAsync(httpContext).ConfigureAwait(false);
            return;
        }

        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await response.Body.FlushAsync(end.Token).ConfigureAwait(false); // the reader knows at once that it is in
            await WriteAsync(httpContext, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader went away, or the daemon stops.
        }
    }

    private async Task WriteAsync(HttpContext context, CancellationToken cancellation)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var next = position;
        while (true)
        {
            var ended = ring.Ended;
            while (ring.TryTake(ref next, out var chunk))
            {
                // JSON has no line breaks of its own, so that a guest cannot begin a field of the stream.
                var data = JsonSerializer.Serialize(chunk, options);
                await context.Response.WriteAsync($"id: {next}\ndata: {data}\n\n", cancellation).ConfigureAwait(false);
            }

            if (ended)
            {
                return;
            }

            await context.Response.Body.FlushAsync(cancellation).ConfigureAwait(false);
            if (!await ring.WaitAsync(next, s_heartbeat, cancellation).ConfigureAwait(false))
            {
                await context.Response.WriteAsync(": still here\n\n", cancellation).ConfigureAwait(false);
            }
        }
    }
}
