using Synic.Hv;
using Synic.Ports;

namespace Synic.Faults;

/// <summary>A fault that somebody wants to see: when it happens, and what it is. Checked; it never changes.</summary>
public sealed record FaultRule
{
    public const int DefaultPriority = 100;

    /// <summary>Names the rule everywhere, and is part of what its decisions are drawn from.</summary>
    public required string Id { get; init; }

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Decide and count, do nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Lower first; the first rule that fires wins.</summary>
    public int Priority { get; init; } = DefaultPriority;

    public required FaultMatch Match { get; init; }

    public required FaultAction Action { get; init; }

    public FaultTrigger Trigger { get; init; } = new();

    /// <summary>Same seed, same calls: same decisions.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How long the rule lives once it is armed.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>The rule ends unless somebody renews it this often; null: not needed.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>Delays at the same time; calls beyond them pass.</summary>
    public int MaxActive { get; init; } = 16;

    public FaultStop StopWhen { get; init; } = new();

    /// <summary>May be armed beside a rule of the same priority that can mean the same calls.</summary>
    public bool AllowOverlap { get; init; }

    /// <summary>What the rule takes away may leave the guest waiting without an end.</summary>
    public bool AllowHang { get; init; }

    /// <summary>Takes the fast path off the ports that the rule means, as long as it lives.</summary>
    public bool ForceSlowPath { get; init; }

    /// <summary>Comes back after a restart, paused.</summary>
    public bool Persist { get; init; }

    /// <summary>Why; needed to arm the rule.</summary>
    public string? Reason { get; init; }

    public string? Ticket { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>What a rule like this takes from the guest does not come back when the rule ends.</summary>
    public bool MayHang => !DryRun && Action.Kind switch
    {
        FaultEffectKind.Drop or FaultEffectKind.Corrupt or FaultEffectKind.LoseInterrupt or FaultEffectKind.WrongVp => true,
        FaultEffectKind.Status => Match.Has(FaultOperation.SignalEvent), // nobody looks at a signal's status: it is lost
        _ => false,
    };
}

/// <summary>What a rule does.</summary>
public sealed record FaultAction
{
    public required FaultEffectKind Kind { get; init; }

    public HvStatus Status { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>Up to this much more, drawn for each decision.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Busy answers, copies, writes of EOM, or messages to reorder.</summary>
    public int Count { get; init; }

    /// <summary>How long messages wait to be reordered.</summary>
    public TimeSpan FlushAfter { get; init; }

    /// <summary>Where <see cref="Xor"/> starts.</summary>
    public int Offset { get; init; }

    public IReadOnlyList<byte> Xor { get; init; } = [];

    public int? TruncateTo { get; init; }

    public VpIndex Vp { get; init; }
}

/// <summary>Which of the matching calls are hit. Tested in the order of the members.</summary>
public sealed record FaultTrigger
{
    /// <summary>So many matches pass first.</summary>
    public long SkipFirst { get; init; }

    /// <summary>Exactly these matches, counted from 1; empty: not asked for. Ascending.</summary>
    public IReadOnlyList<long> Nth { get; init; } = [];

    /// <summary>Of those after <see cref="SkipFirst"/> each n-th.</summary>
    public long EveryNth { get; init; } = 1;

    /// <summary>Not sooner after the last hit.</summary>
    public TimeSpan MinSpacing { get; init; }

    /// <summary>0 never, 1 always, without drawing.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>So many hits at most; null: any number.</summary>
    public long? Times { get; init; }

    /// <summary>Only so long after arming; null: as long as the rule lives.</summary>
    public TimeSpan? Within { get; init; }
}

/// <summary>What ends a rule before its time.</summary>
public sealed record FaultStop
{
    /// <summary>The partition's failures that no rule made, per second.</summary>
    public double? RealFailuresPerSecond { get; init; }

    /// <summary>Messages for the guest that wait, over all SINTs.</summary>
    public int? QueueLength { get; init; }

    public bool BackendDown { get; init; }

    /// <summary>A hit of this rule or of another one whose action is to verify.</summary>
    public bool VerifyHit { get; init; }

    public bool IsEmpty => this is { RealFailuresPerSecond: null, QueueLength: null, BackendDown: false, VerifyHit: false };
}
