namespace Synic.Emulation;

/// <summary>A reference clock from the host's time alone: for partitions without a TSC of their own.</summary>
/// <param name="time">Fake in tests.</param>
public sealed class StopwatchReferenceClock(TimeProvider time) : IReferenceClock
{
    private readonly long _start = time.GetTimestamp();

    // A TimeSpan tick is 100 ns, the unit of the reference time.
    public ulong Now => (ulong)Math.Max(0, time.GetElapsedTime(_start).Ticks);

    public ulong TscFrequency => 0;

    public bool TryGetTscPage(out ulong scale, out long offset)
    {
        scale = 0;
        offset = 0;
        return false;
    }
}
