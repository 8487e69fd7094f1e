using Synic.History;
using Synic.Hv;

namespace Synic.Emulation;

/// <summary>What a partition's SynIC is made with.</summary>
/// <remarks>The callbacks run with no lock held, on the thread that caused them.</remarks>
public sealed record GlobalSynicOptions
{
    public const int DefaultQueueCapacity = 256;

    public required int VpCount { get; init; }

    public int VtlCount { get; init; } = 1;

    /// <summary>Messages that may wait for one SINT of one VP.</summary>
    public int QueueCapacity { get; init; } = DefaultQueueCapacity;

    /// <summary>What the guest reads as the frequency of its APIC timer, in Hz; KVM's bus clock by default.</summary>
    public ulong ApicFrequency { get; init; } = 1_000_000_000;

    public required IHypercallPageSource HypercallPage { get; init; }

    /// <summary>What the guest is sent, and what it does with its SINTs, is written down there; null for nowhere.</summary>
    public CallTap? Tap { get; init; }

    /// <summary>A timer may be due earlier than <see cref="GlobalSynic.RunTimers"/> last said: run it again.</summary>
    public Action? DeadlineChanged { get; init; }

    /// <summary>The guest asked to be reset. Nothing has been reset yet: that is <see cref="GlobalSynic.Reset"/>.</summary>
    public Action? ResetRequested { get; init; }

    /// <summary>The guest says that it crashed.</summary>
    public Action<GuestCrash>? CrashNotified { get; init; }
}

/// <summary>A crash as the guest told it (TLFS "Guest Crash Enlightenment"); every value is the guest's own claim.</summary>
/// <param name="Vtl">Who wrote.</param>
/// <param name="Vp">Who wrote.</param>
/// <param name="Control">CRASH_CTL as written.</param>
/// <param name="P0">First parameter.</param>
/// <param name="P1">Second parameter.</param>
/// <param name="P2">Third parameter.</param>
/// <param name="P3">Fourth parameter; GPA of the message when there is one.</param>
/// <param name="P4">Fifth parameter; bytes of the message when there is one.</param>
public readonly record struct GuestCrash(
    Vtl Vtl, VpIndex Vp, ulong Control, ulong P0, ulong P1, ulong P2, ulong P3, ulong P4)
{
    public const ulong NotifyBit = 1UL << 63;

    public const ulong MessageBit = 1UL << 62;

    public const int MaxMessage = 4096;

    /// <summary>P3 and P4 name a text that has not been read or checked.</summary>
    public bool HasMessage => (Control & MessageBit) != 0;
}
