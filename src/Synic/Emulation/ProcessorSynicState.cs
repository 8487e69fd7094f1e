namespace Synic.Emulation;

/// <summary>A picture of one VP's SynIC in one VTL, taken at one moment.</summary>
/// <param name="SControl">SCONTROL.</param>
/// <param name="Simp">SIMP.</param>
/// <param name="Siefp">SIEFP.</param>
/// <param name="Sints">Sixteen.</param>
/// <param name="Timers">Four.</param>
public sealed record ProcessorSynicState(
    ulong SControl, ulong Simp, ulong Siefp, IReadOnlyList<SintState> Sints, IReadOnlyList<SynicTimerState> Timers);

/// <summary>One SINT in a picture.</summary>
/// <param name="Raw">The register.</param>
/// <param name="SlotBusy">The slot holds a message that the guest has not taken.</param>
/// <param name="Pending">The slot tells the guest that more waits.</param>
/// <param name="FlagsSet">Event flags that are set.</param>
/// <param name="QueueLength">Messages that wait.</param>
/// <param name="BlockedBy">
/// Why the first of them waits: the label of a defer reason, <c>masked</c>, or <see cref="AwaitingEom"/>; null when none waits.
/// </param>
public sealed record SintState(ulong Raw, bool SlotBusy, bool Pending, int FlagsSet, int QueueLength, string? BlockedBy)
{
    /// <summary>The slot is free and said that more waits, but the guest has not written EOM.</summary>
    public const string AwaitingEom = "awaiting_eom";
}

/// <summary>One timer in a picture.</summary>
/// <param name="Config">STIMERx_CONFIG.</param>
/// <param name="Count">STIMERx_COUNT.</param>
/// <param name="Due">Reference time; null when it does not run.</param>
public sealed record SynicTimerState(ulong Config, ulong Count, ulong? Due);
