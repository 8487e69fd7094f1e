namespace Synic.Contracts;

/// <summary>A partition at a glance.</summary>
public sealed record PartitionSummary
{
    public required string Name { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>ended</c>, <c>failed</c>, <c>stopped</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is in that state, when it is not running; when it is, how the guest rebooted last.</summary>
    public string? StateReason { get; init; }

    /// <summary><c>kvm</c>, <c>whp</c>, <c>emulated</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>Who keeps the SynIC's state: <c>user</c>, <c>kernel</c>, <c>emulated</c>.</summary>
    public required string SynicMode { get; init; }

    /// <summary>Which of the diverging status conventions hypercalls follow.</summary>
    public required string Dialect { get; init; }

    public required GuestSummary Guest { get; init; }

    public required int Vps { get; init; }

    public required int MemoryMiB { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>How often the guest rebooted since then. Counters and rates go on; ports are new.</summary>
    public int Reboots { get; init; }

    public required int Ports { get; init; }

    public required int GuestPorts { get; init; }

    public required TrafficSummary Traffic { get; init; }

    /// <summary>What a caller may do here: <c>create_port</c>, <c>act_as_guest</c>, … Empty for a partition that can only be watched.</summary>
    public required IReadOnlyList<string> Actions { get; init; }
}

/// <summary>What runs in a partition.</summary>
/// <param name="Kind"><c>demo</c>, <c>none</c>, <c>multiboot</c>, …</param>
/// <param name="Simulated">No guest code runs: the daemon makes the calls itself.</param>
/// <param name="Description">For people.</param>
public sealed record GuestSummary(string Kind, bool Simulated, string Description);

/// <summary>Posts and signals of a whole partition, departed ports included.</summary>
public sealed record TrafficSummary
{
    public required long Posts { get; init; }

    public required long PostFailures { get; init; }

    public required long Signals { get; init; }

    public required long SignalFailures { get; init; }

    public required double PostsPerSecond { get; init; }

    public required double SignalsPerSecond { get; init; }

    public required double FailuresPerSecond { get; init; }

    /// <summary>By the guest's status, both operations, zeros left out.</summary>
    public required IReadOnlyDictionary<string, long> FailuresByStatus { get; init; }

    public required long GuestMessagesDelivered { get; init; }

    public required long GuestMessagesWaiting { get; init; }

    public required long GuestMessagesDropped { get; init; }

    public required long GuestEvents { get; init; }
}

/// <summary>A backend: what it can do, why it was chosen, why others were not.</summary>
public sealed record BackendSummary
{
    public required string Kind { get; init; }

    public required string SynicMode { get; init; }

    /// <summary>Why this one.</summary>
    public required string Reason { get; init; }

    public required IReadOnlyList<CapabilitySummary> Capabilities { get; init; }

    /// <summary>Every backend this build knows, with the reason when it cannot be used here.</summary>
    public required IReadOnlyList<BackendChoice> Choices { get; init; }

    /// <summary>Exits of the VPs by reason.</summary>
    public required IReadOnlyDictionary<string, long> Exits { get; init; }
}

/// <param name="Name">snake_case, stable.</param>
/// <param name="Available">It works now.</param>
/// <param name="Reason">Why not, or what it rests on.</param>
public sealed record CapabilitySummary(string Name, bool Available, string Reason);

/// <param name="Kind"><c>kvm</c>, <c>whp</c>, <c>emulated</c>.</param>
/// <param name="Usable">It can run here.</param>
/// <param name="Reason">Why not, with the remedy.</param>
public sealed record BackendChoice(string Kind, bool Usable, string Reason);
