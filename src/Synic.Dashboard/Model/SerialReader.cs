using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Fills a terminal from a stream of chunks, for as long as its owner says.</summary>
internal sealed class SerialReader : IAsyncDisposable
{
    /// <summary>What is taken in one go, in characters; a guest that writes faster is caught up with later.</summary>
    private const int MostAtOnce = 256 * 1024;

    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<SerialChunk> _chunks;
    private Task<bool> _next;

    public SerialReader(Func<CancellationToken, IAsyncEnumerable<SerialChunk>> watch, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _chunks = watch(_stop.Token).GetAsyncEnumerator(_stop.Token);
        _next = _chunks.MoveNextAsync().AsTask();
    }

    public TerminalBuffer Text { get; } = new();

    /// <summary>More may come.</summary>
    public bool Open { get; private set; } = true;

    /// <summary>There is something to take; the end of the token is the end of the stream.</summary>
    public Task WaitAsync() => Task.WhenAny(_next);

    /// <summary>There is something to take, or <paramref name="end"/> has come.</summary>
    public Task WaitAsync(Task end) => Task.WhenAny(_next, end);

    /// <summary>Takes what is there, and what comes before <paramref name="end"/>.</summary>
    /// <returns>Something was taken, if only the end of the stream.</returns>
    public async Task<bool> TakeAsync(Task end)
    {
        var left = MostAtOnce;
        while (Open && left > 0)
        {
            await WaitAsync(end);
            if (!_next.IsCompleted)
            {
                break;
            }

            Open = await _next;
            left--;
            if (Open)
            {
                var chunk = _chunks.Current;
                Text.Append(chunk);
                left -= chunk.Text.Length;
                _next = _chunks.MoveNextAsync().AsTask();
            }
        }

        return left < MostAtOnce;
    }

    public async ValueTask DisposeAsync()
    {
        // An enumerator may not be disposed of while it is asked for its next item.
        await _stop.CancelAsync();
        await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _chunks.DisposeAsync();
        _stop.Dispose();
    }
}
