namespace Synic.Daemon.Api;

/// <summary>A recording's lines, written as they are made.</summary>
internal sealed class RecordingContent(string name, IEnumerable<string> lines) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = EventStream.LinesType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.ndjson\"";
        foreach (var line in lines)
        {
            await response.WriteAsync(line, httpContext.RequestAborted).ConfigureAwait(false);
            await response.WriteAsync("\n", httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}

/// <summary>Lines as a text, one after the other, without ever holding all of it.</summary>
internal sealed class LineReader(IEnumerator<string> lines) : TextReader
{
    public override string? ReadLine() => lines.MoveNext() ? lines.Current : null;

    public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<string?>(cancellationToken) : new(ReadLine());

    protected override void Dispose(bool disposing)
    {
        lines.Dispose();
        base.Dispose(disposing);
    }
}
