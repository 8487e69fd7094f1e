using System.Security.Cryptography;

namespace Synic.Daemon.Api;

/// <summary>Marks a route that makes something: repeated with the same Idempotency-Key it answers again, and makes nothing.</summary>
internal sealed record IdempotentRoute;

internal static class IdempotentRoutes
{
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) => route.WithMetadata(new IdempotentRoute());
}

/// <summary>
/// What was answered to requests with an Idempotency-Key, for a day. Only what succeeded is kept, so that after a refusal
/// the same key may be tried again.
/// </summary>
internal sealed class IdempotencyKeys(TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    /// <summary>Set on an answer that is given again.</summary>
    public const string Replayed = "Idempotency-Replayed";

    public const int MaxKey = 128;
    public const int Capacity = 1024;
    private const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(24);

    private readonly Lock _gate = new(); // guards both fields
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<Entry> _ages = new();

    /// <summary>As middleware, behind authorization.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotentRoute>() is null || !request.Headers.TryGetValue(Header, out var keys))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var key = keys.ToString();
        if (key.Length is 0 or > MaxKey || key.Any(static c => c is < '!' or > '~'))
        {
            await ApiProblem.Field(Header, $"is 1 to {MaxKey} visible characters of ASCII, without blanks").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        request.EnableBuffering();
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Body, context.RequestAborted).ConfigureAwait(false));
        request.Body.Position = 0;
        var name = $"{request.Method} {request.Path}{request.QueryString}\n{key}";
        var entry = Enter(name, hash, out var first);
        if (first)
        {
            await RunAsync(context, next, entry).ConfigureAwait(false);
        }
        else if (entry.BodyHash != hash)
        {
            await new ApiProblem(
                ProblemCodes.IdempotencyMismatch, $"The key '{key}' was used for {request.Path} with another body: choose another key.")
                .ExecuteAsync(context).ConfigureAwait(false);
        }
        else if (await entry.Answer.Task.WaitAsync(context.RequestAborted).ConfigureAwait(false) is { } answer)
        {
            await answer.WriteAsync(context.Response).ConfigureAwait(false);
        }
        else
        {
            await InvokeAsync(context, next).ConfigureAwait(false); // the first try made nothing
        }
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next, Entry entry)
    {
        var body = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        Answer? kept = null;
        try
        {
            await next(context).ConfigureAwait(false);
            if (context.Response.StatusCode is >= 200 and < 300 && copy.Length <= MaxAnswer)
            {
                kept = Answer.Of(context.Response, copy.ToArray());
            }
        }
        finally
        {
            context.Response.Body = body;
            Leave(entry, kept);
        }

        copy.Position = 0;
        await copy.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private Entry Enter(string name, string bodyHash, out bool first)
    {
        lock (_gate)
        {
            while (_ages.TryPeek(out var oldest) && (_ages.Count >= Capacity || time.GetElapsedTime(oldest.Since) >= s_lifetime))
            {
                _ages.Dequeue();
                if (_entries.TryGetValue(oldest.Name, out var same) && ReferenceEquals(same, oldest))
                {
                    _entries.Remove(oldest.Name);
                }
            }

            first = !_entries.TryGetValue(name, out var entry);
            if (first)
            {
                entry = new Entry(name, bodyHash, time.GetTimestamp());
                _entries.Add(name, entry);
                _ages.Enqueue(entry);
            }

            return entry!;
        }
    }

    private void Leave(Entry entry, Answer? answer)
    {
        if (answer is null)
        {
            lock (_gate)
            {
                if (_entries.TryGetValue(entry.Name, out var same) && ReferenceEquals(same, entry))
                {
                    _entries.Remove(entry.Name);
                }
            }
        }

        entry.Answer.TrySetResult(answer);
    }

    private sealed record Entry(string Name, string BodyHash, long Since)
    {
        /// <summary>Null: nothing was made.</summary>
        public TaskCompletionSource<Answer?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Answer(int Status, string? ContentType, string? Location, string? ETag, byte[] Body)
    {
        public static Answer Of(HttpResponse response, byte[] body) => new(
            response.StatusCode, response.ContentType, response.Headers.Location, response.Headers.ETag, body);

        public Task WriteAsync(HttpResponse response)
        {
            response.StatusCode = Status;
            response.ContentType = ContentType;
            response.Headers.Location = Location;
            response.Headers.ETag = ETag;
            response.Headers[Replayed] = "true";
            return response.Body.WriteAsync(Body).AsTask();
        }
    }
}
