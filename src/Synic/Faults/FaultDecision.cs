using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>What came out of one decision. The names are the label values of the metrics.</summary>
public enum FaultOutcome : byte
{
    /// <summary>The fault happened.</summary>
    Injected,

    /// <summary>It would have happened.</summary>
    DryRun,

    /// <summary>Skipped first, or not the n-th.</summary>
    NotNth,

    /// <summary>Too soon after the last hit.</summary>
    Spacing,

    /// <summary>The draw said no.</summary>
    Probability,

    /// <summary>All hits were used up a moment ago; no decision any more.</summary>
    Budget,

    /// <summary>As many delays run as may.</summary>
    Overflow,

    /// <summary>The kill switch was faster; no decision any more.</summary>
    KillSwitch,
}

/// <summary>One decision of a rule, with all that it takes to make it again.</summary>
/// <param name="Number">Which match of the rule it was, from 1.</param>
/// <param name="Timestamp">Ticks of the partition's <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="Operation">What was about to happen.</param>
/// <param name="Connection">Host-bound calls and registrations.</param>
/// <param name="Vtl">The caller's or the target's.</param>
/// <param name="Vp">The caller or the target.</param>
/// <param name="Sint">Guest-bound calls.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Draw">The number behind it, also where none was needed.</param>
public readonly record struct FaultDecision(
    long Number, long Timestamp, FaultOperation Operation, ConnectionId Connection, Vtl Vtl, VpIndex Vp, SintIndex Sint,
    FaultOutcome Outcome, ulong Draw);

/// <summary>The last decisions of a rule; its run's lock guards it.</summary>
internal sealed class DecisionLog
{
    public const int Capacity = 1024;

    private readonly FaultDecision[] _ring = new FaultDecision[Capacity];
    private long _count;

    public void Add(in FaultDecision decision) => _ring[_count++ % Capacity] = decision;

    public void Clear() => _count = 0;

    /// <summary>Those that are still known, by number.</summary>
    /// <param name="after">Only later ones.</param>
    /// <param name="limit">At most so many.</param>
    public FaultDecision[] Read(long after, int limit)
    {
        var first = Math.Max(Math.Max(after, 0), _count - Capacity);
        var read = new FaultDecision[(int)Math.Clamp(_count - first, 0, limit)];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = _ring[(first + i) % Capacity];
        }

        return read;
    }
}
