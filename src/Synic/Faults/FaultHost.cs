using Synic.Ports;

namespace Synic.Faults;

/// <summary>What the rules of a partition act on, and what they look at.</summary>
public sealed record FaultHost
{
    public required FaultPoint Point { get; init; }

    public required SynicPortMap Map { get; init; }

    public required int VpCount { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Lets go what the SynIC holds for rules that are over; whatever it held has gone on when this returns.</summary>
    public Action ReleaseHeld { get; init; } = static () => { };

    /// <summary>Why a hypercall cannot be made again; null: it can.</summary>
    public string? NoReexecute { get; init; } = "this backend cannot make a VP repeat its hypercall";

    /// <summary>For stop conditions; null: none can be asked for.</summary>
    public Func<FaultConditions>? Conditions { get; init; }

    /// <summary>Where it is written down what rules do; null: nowhere.</summary>
    public History.CallTap? Tap { get; init; }

    /// <summary>Why rules do not come back after a restart; null: they can.</summary>
    public string? NoPersist { get; init; } = "nobody keeps them";

    public int MaxRules { get; init; } = 256;
}

/// <summary>What stop conditions look at.</summary>
/// <param name="RealFailures">Refused posts and signals so far that no rule made.</param>
/// <param name="QueueLength">Messages that wait now.</param>
/// <param name="BackendUp">False: the backend gave up.</param>
public readonly record struct FaultConditions(long RealFailures, int QueueLength, bool BackendUp);
