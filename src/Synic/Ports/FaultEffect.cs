using Synic.Hv;

namespace Synic.Ports;

/// <summary>What a fault rule does to a call. The names are the label values of the metrics.</summary>
public enum FaultEffectKind : byte
{
    /// <summary>Nothing: the call goes on as it came.</summary>
    None,

    /// <summary>The port is not called, the caller gets <see cref="FaultEffect.Status"/>.</summary>
    Status,

    /// <summary>The port is called, the caller gets <see cref="FaultEffect.Status"/> all the same.</summary>
    StatusAfter,

    /// <summary>Nothing is done, the caller is told that it was.</summary>
    Drop,

    /// <summary>It happens later, by <see cref="FaultEffect.Delay"/>.</summary>
    Delay,

    /// <summary>As if the receiver had no room.</summary>
    Busy,

    /// <summary>The VP makes the hypercall again.</summary>
    Reexecute,

    /// <summary>It happens <see cref="FaultEffect.Count"/> times more.</summary>
    Duplicate,

    /// <summary>Up to <see cref="FaultEffect.Count"/> messages are kept and let go in the order of their draws.</summary>
    Reorder,

    /// <summary>Bytes are changed; see <see cref="InjectingRule.Corrupt"/>.</summary>
    Corrupt,

    /// <summary>The slot or the flag is written, no interrupt is raised.</summary>
    LoseInterrupt,

    /// <summary>The interrupt is raised, no flag is set.</summary>
    SpuriousInterrupt,

    /// <summary>It goes to <see cref="FaultEffect.Vp"/>.</summary>
    WrongVp,

    /// <summary>After this message <see cref="FaultEffect.Count"/> writes of EOM are ignored.</summary>
    KeepPending,

    /// <summary>Nothing is changed; that it happened is what was asked for.</summary>
    Verify,
}

/// <summary>A decision about one call.</summary>
public readonly record struct FaultEffect
{
    public FaultEffectKind Kind { get; init; }

    public HvStatus Status { get; init; }

    public int Count { get; init; }

    public VpIndex Vp { get; init; }

    /// <summary>In units of 100 ns; of <see cref="FaultEffectKind.Reorder"/>: when to give up waiting for more.</summary>
    public long Delay { get; init; }

    /// <summary>The number that was drawn for this decision.</summary>
    public ulong Draw { get; init; }

    /// <summary>Who decided; null for <see cref="FaultEffectKind.None"/>.</summary>
    public InjectingRule? Rule { get; init; }
}

/// <summary>A rule, to those who carry out what it decided.</summary>
public abstract class InjectingRule
{
    public abstract string Id { get; }

    /// <summary>Of the rule among those of its partition, from 1: what records carry instead of the id.</summary>
    public abstract int Number { get; }

    /// <summary>The rule has ended: whatever is held for it has to be let go now. Never becomes false again.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Holds the calling thread for as long as the effect says, or until the rule has ended.</summary>
    public abstract void Wait(in FaultEffect effect);

    /// <summary>Something held by <see cref="FaultEffectKind.Delay"/> was let go, on whichever path.</summary>
    public abstract void EndDelay();

    /// <summary>Changes bytes as the rule says; what lies outside of the payload is left out.</summary>
    /// <returns>The length afterwards, not more than it was.</returns>
    public abstract int Corrupt(Span<byte> payload);
}
