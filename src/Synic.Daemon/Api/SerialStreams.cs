namespace Synic.Daemon.Api;

/// <summary>How many connections may follow serial output at once, over all partitions.</summary>
internal sealed class SerialStreams
{
    public const int Max = 32;

    private int _open;

    /// <returns>Null when there are as many as may be; otherwise dispose it at the stream's end.</returns>
    public IDisposable? TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= Max)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _open);
        return null;
    }

    private sealed class Place(SerialStreams streams) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref streams._open);
            }
        }
    }
}
