namespace Synic.Emulation;

/// <summary>The partition's reference time (TLFS "Partition Reference Counter"): 100 ns units since it was made, monotonic.</summary>
public interface IReferenceClock
{
    ulong Now { get; }

    /// <summary>Counts per second of the guest's TSC; 0 when there is none to speak of.</summary>
    ulong TscFrequency { get; }

    /// <summary>
    /// How a guest computes the time by itself: ((tsc * scale) >> 64) + offset, exactly as <see cref="Now"/> does.
    /// </summary>
    /// <returns>False when the TSC gives no such promise; the reference TSC page then stays invalid (sequence 0).</returns>
    bool TryGetTscPage(out ulong scale, out long offset);
}
