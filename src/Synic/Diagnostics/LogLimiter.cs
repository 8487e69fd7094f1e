namespace Synic.Diagnostics;

/// <summary>Lets one log line through per interval, so that a guest fills a log only so fast.</summary>
/// <param name="interval">At most one line in this time.</param>
/// <param name="time">Its clock.</param>
public sealed class LogLimiter(TimeSpan interval, TimeProvider time)
{
    private const long Never = long.MinValue;

    private long _interval = interval.Ticks;
    private long _last = Never;
    private int _suppressed;

    /// <summary>At most one line in this time.</summary>
    public TimeSpan Interval
    {
        get => new(Volatile.Read(ref _interval));
        set => Volatile.Write(ref _interval, value.Ticks);
    }

    /// <summary>Refused since the last line.</summary>
    public int Suppressed => Volatile.Read(ref _suppressed);

    /// <summary>Asks for a line.</summary>
    /// <param name="suppressed">How many were refused since the last one.</param>
    public bool TryAcquire(out int suppressed)
    {
        suppressed = 0;
        var now = time.GetTimestamp();
        var last = Volatile.Read(ref _last);
        if ((last != Never && time.GetElapsedTime(last, now) < Interval) || Interlocked.CompareExchange(ref _last, now, last) != last)
        {
            Interlocked.Increment(ref _suppressed);
            return false;
        }

        suppressed = Interlocked.Exchange(ref _suppressed, 0);
        return true;
    }
}
