namespace Synic.Contracts;

/// <summary>A VP and its SynICs.</summary>
/// <param name="Vp">Index.</param>
/// <param name="Online">Its SynIC is on in some VTL.</param>
/// <param name="Synics">One for each VTL.</param>
public sealed record VpSummary(uint Vp, bool Online, IReadOnlyList<SynicSummary> Synics);

/// <summary>The SynIC of a VP in one VTL, registers in hex.</summary>
public sealed record SynicSummary
{
    public required int Vtl { get; init; }

    public required string Scontrol { get; init; }

    public required bool Enabled { get; init; }

    public required string Simp { get; init; }

    public required bool SimpEnabled { get; init; }

    public required string Siefp { get; init; }

    public required bool SiefpEnabled { get; init; }

    public required IReadOnlyList<SintSummary> Sints { get; init; }

    public required IReadOnlyList<TimerSummary> Timers { get; init; }
}

/// <summary>One synthetic interrupt source.</summary>
public sealed record SintSummary
{
    public required int Sint { get; init; }

    public required string Raw { get; init; }

    public required int Vector { get; init; }

    public required bool Masked { get; init; }

    public required bool AutoEoi { get; init; }

    public required bool Polling { get; init; }

    /// <summary>The message slot holds a message that the guest has not taken.</summary>
    public required bool SlotBusy { get; init; }

    /// <summary>The slot tells the guest that more is waiting.</summary>
    public required bool Pending { get; init; }

    /// <summary>Event flags that are set.</summary>
    public required int FlagsSet { get; init; }

    public required int QueueLength { get; init; }

    /// <summary>Why the first message in the queue waits: <c>slot_busy</c>, <c>simp_disabled</c>, …; null when none waits.</summary>
    public string? BlockedBy { get; init; }
}

/// <summary>One synthetic timer.</summary>
public sealed record TimerSummary
{
    public required int Timer { get; init; }

    public required string Config { get; init; }

    public required string Count { get; init; }

    public required bool Enabled { get; init; }

    public required bool Periodic { get; init; }

    public required bool Direct { get; init; }

    /// <summary>Reference time, 100 ns; null when not running.</summary>
    public string? DueTime { get; init; }
}

/// <summary>The monitor pages of one VTL.</summary>
public sealed record MonitorPageSummary
{
    public required int Vtl { get; init; }

    /// <summary>Hex; null while there is no page.</summary>
    public string? ChildToParent { get; init; }

    public string? ParentToChild { get; init; }

    public required long Signalled { get; init; }

    public required long UnknownTriggers { get; init; }

    public required long OutsideWrites { get; init; }

    /// <summary>All 128 ids.</summary>
    public required IReadOnlyList<MonitorCell> Cells { get; init; }
}

/// <param name="Id">0 to 127.</param>
/// <param name="Connection">Hex; null when the id is free.</param>
/// <param name="Triggers">Since it was bound.</param>
/// <param name="LatencyMicroseconds">How late a signal may arrive, as the guest is told; null when the id is free.</param>
public sealed record MonitorCell(int Id, string? Connection, long Triggers, double? LatencyMicroseconds = null);
