namespace Synic.Daemon.Partitions;

/// <summary>Lets a guest reboot as often as it likes, but not in a loop.</summary>
internal sealed class RebootLimit(TimeProvider time)
{
    /// <summary>Reboots within <see cref="Window"/>; one more is a loop.</summary>
    public const int Most = 5;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<long> _recent = new(Most);

    /// <summary>Counts a reboot.</summary>
    /// <returns>False when it is one too many.</returns>
    public bool TryAcquire()
    {
        var now = time.GetTimestamp();
        while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) > Window)
        {
            _recent.Dequeue();
        }

        if (_recent.Count == Most)
        {
            return false;
        }

        _recent.Enqueue(now);
        return true;
    }
}
