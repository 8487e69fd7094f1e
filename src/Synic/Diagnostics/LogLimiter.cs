namespace Synic.Diagnostics;

/// <summary>Lets one log line through per interval, so that a guest fills a log only so fast.</summary>
/// <param name="interval">At most one line in this time.</param>
/// <param name="time">Its clock.</param>
public sealed class LogLimiter(TimeSpan interval, TimeProvider time)
{
    private long _next = long.MinValue;
    private int _suppressed;

    /// <summary>Asks for a line.</summary>
    /// <param name="suppressed">How many were refused since the last one.</param>
    public bool TryAcquire(out int suppressed)
    {
        suppressed = 0;
        var now = time.GetTimestamp();
        var next = Volatile.Read(ref _next);
        if (now < next
            || Interlocked.CompareExchange(ref _next, now + (long)(interval.TotalSeconds * time.TimestampFrequency), next) != next)
        {
            Interlocked.Increment(ref _suppressed);
            return false;
        }

        suppressed = Interlocked.Exchange(ref _suppressed, 0);
        return true;
    }
}
