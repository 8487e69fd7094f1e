namespace Synic.Daemon.Api;

/// <summary>How many streams may be open at once, by caller: whoever has the token, or an address without it.</summary>
internal sealed class StreamLimits
{
    public const int MaxPerCaller = 32;

    /// <summary>Over all callers.</summary>
    public const int Max = 256;

    private readonly Lock _lock = new(); // guards the fields below
    private readonly Dictionary<string, int> _open = [];
    private int _total;

    /// <summary>Over all callers.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    public static ApiProblem Problem { get; } = new(
        ProblemCodes.TooManyStreams, $"{MaxPerCaller} streams of this caller are open already, or {Max} of all; close one of them.");

    /// <returns>Null when there are as many as may be; otherwise dispose it at the stream's end.</returns>
    public IDisposable? TryOpen(HttpContext context)
    {
        var caller = context.User.Identity is { IsAuthenticated: true, Name: var name } ? $"token {name}" : $"address {context.Connection.RemoteIpAddress}";
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(caller);
            if (open >= MaxPerCaller || _total >= Max)
            {
                return null;
            }

            _open[caller] = open + 1;
            _total++;
        }

        return new Place(this, caller);
    }

    private void Close(string caller)
    {
        lock (_lock)
        {
            _total--;
            if (--_open[caller] == 0)
            {
                _open.Remove(caller);
            }
        }
    }

    private sealed class Place(StreamLimits limits, string caller) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                limits.Close(caller);
            }
        }
    }
}
