using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;

namespace Synic.Backends;

/// <summary>What a partition is made of.</summary>
public sealed record PartitionOptions
{
    public const int MaxVps = 16;

    /// <summary>Guest RAM; rounded up to pages.</summary>
    public ulong MemoryBytes { get; init; } = 16 << 20;

    /// <summary>1 to <see cref="MaxVps"/>.</summary>
    public int Vps { get; init; } = 2;

    /// <summary>Which of the diverging status conventions hypercalls follow.</summary>
    public SynicDialect Dialect { get; init; } = SynicDialect.OpenVmm;

    /// <summary>Messages that may wait for one SINT of one VP.</summary>
    public int QueueCapacity { get; init; } = 256;

    /// <summary>Whether signals may bypass this process where a port allows it.</summary>
    public bool FastPaths { get; init; } = true;

    /// <summary>
    /// Whether the guest is told of synthetic timers; a Linux without them uses its APIC's. They are there either way.
    /// </summary>
    public bool OfferTimers { get; init; } = true;

    /// <summary>Do without KVM_CAP_SYNC_REGS, as on kernels that lack it. For tests.</summary>
    internal bool AvoidSyncRegisters { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Where sampled durations go; null for nowhere.</summary>
    public IDispatchTimings? Timings { get; init; }

    /// <summary>Where the guest's calls and what it is sent are written down; null for nowhere.</summary>
    public CallTap? Tap { get; init; }
}
