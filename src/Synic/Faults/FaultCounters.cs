using Synic.Ports;

namespace Synic.Faults;

/// <summary>What all rules of a partition did so far, also those that are gone: it never falls.</summary>
public sealed class FaultCounters
{
    private static readonly int s_actions = Enum.GetValues<FaultEffectKind>().Length;
    private readonly long[] _injected = new long[Enum.GetValues<FaultOperation>().Length * s_actions];
    private readonly long[] _skipped = new long[Enum.GetValues<FaultOutcome>().Length];

    public long Injected(FaultOperation operation, FaultEffectKind action) =>
        Volatile.Read(ref _injected[((int)operation * s_actions) + (int)action]);

    /// <summary>Zero for <see cref="FaultOutcome.Injected"/>.</summary>
    public long Skipped(FaultOutcome reason) => Volatile.Read(ref _skipped[(int)reason]);

    internal void CountInjected(FaultOperation operation, FaultEffectKind action) =>
        Interlocked.Increment(ref _injected[((int)operation * s_actions) + (int)action]);

    internal void CountSkipped(FaultOutcome reason) => Interlocked.Increment(ref _skipped[(int)reason]);
}
