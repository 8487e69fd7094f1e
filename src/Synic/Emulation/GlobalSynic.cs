using Synic.Diagnostics;
using Synic.Hv;
using Synic.Memory;
using Synic.Ports;

namespace Synic.Emulation;

/// <summary>A partition's synthetic interrupt controller in software: every VP in every VTL, and the MSRs that they share.</summary>
/// <remarks>
/// Safe from any thread. What was decided before <see cref="Close"/> may still raise its interrupt just after it.
/// </remarks>
public sealed class GlobalSynic
{
    private readonly SynicServices _services;
    private readonly ProcessorSynic[] _processors;
    private readonly PartitionMsrs _partition;
    private volatile bool _closed;

    public GlobalSynic(IGuestMemory memory, IReferenceClock clock, IInterruptTarget interrupts, GlobalSynicOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.VpCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.VtlCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.VtlCount, Vtl.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.QueueCapacity);
        VpCount = options.VpCount;
        VtlCount = options.VtlCount;
        _services = new SynicServices(memory, clock, interrupts, options);
        _partition = new PartitionMsrs(_services);
        _processors = new ProcessorSynic[VpCount * VtlCount];
        for (var i = 0; i < _processors.Length; i++)
        {
            _processors[i] = new ProcessorSynic(new Vtl((byte)(i / VpCount)), new VpIndex((uint)(i % VpCount)), _services);
        }
    }

    public int VpCount { get; }

    public int VtlCount { get; }

    public GuestDeliveryCounters Counters => _services.Counters;

    /// <summary>What the guest says it is; 0 before it said so.</summary>
    public ulong GuestOsId => _partition.GuestOsId;

    public bool HypercallPageEnabled => _partition.Hypercall.Enabled;

    /// <summary>Where the guest put the page; means something while it is enabled.</summary>
    public Gpa HypercallPage => _partition.Hypercall.Gpa;

    /// <summary>The partition has ended: nothing reaches the guest any more.</summary>
    public bool IsClosed => _closed;

    public bool TryGet(Vtl vtl, VpIndex vp, out ProcessorSynic synic)
    {
        if (vtl.Value < VtlCount && vp.Value < VpCount)
        {
            synic = _processors[(vtl.Value * VpCount) + (int)vp.Value];
            return true;
        }

        synic = null!;
        return false;
    }

    /// <summary>Queues a message for a SINT; its bytes are copied at once.</summary>
    public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload)
    {
        Counters.CountMessage();
        ProcessorSynic? synic = null;
        DropReason? refusal = _closed ? DropReason.PartitionGone
            : !TryGet(vtl, vp, out synic) ? DropReason.InvalidVp
            : !sint.IsValid ? DropReason.InvalidSint
            : type == HvMessage.TypeNone || payload.Length > HvMessage.MaxPayload ? DropReason.InvalidMessage
            : null;
        if (refusal is not { } reason)
        {
            return synic!.Post(sint, type, payload);
        }

        Counters.CountDropped(reason);
        if (_services.Options.Tap is { } tap)
        {
            DeliveryTap.Stray(tap, vtl, vp, sint, type, payload, reason);
        }

        return ResultOf(reason);
    }

    /// <summary>Sets an event flag in the guest's page.</summary>
    /// <returns>
    /// <see cref="GuestSignalResult.Interrupt"/> when the flag was clear; a SINT that the guest polls gets no interrupt
    /// all the same.
    /// </returns>
    public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag)
    {
        ProcessorSynic? synic = null;
        GuestSignalResult? refusal = _closed ? GuestSignalResult.PartitionGone
            : !TryGet(vtl, vp, out synic) ? GuestSignalResult.InvalidVp
            : !sint.IsValid ? GuestSignalResult.InvalidSint
            : null;
        if (refusal is { } refused && _services.Options.Tap is { } tap)
        {
            DeliveryTap.Stray(tap, vtl, vp, sint, flag, refused);
        }

        var result = refusal ?? synic!.Signal(sint, flag);
        Count(result);
        return result;
    }

    /// <summary>Raises the interrupt of a SINT, with neither a message nor a flag behind it.</summary>
    public GuestSignalResult RaiseSint(Vtl vtl, VpIndex vp, SintIndex sint) =>
        _closed ? GuestSignalResult.PartitionGone
        : !TryGet(vtl, vp, out var synic) ? GuestSignalResult.InvalidVp
        : !sint.IsValid ? GuestSignalResult.InvalidSint
        : synic.Raise(sint);

    /// <summary>Completes when the queue has room, or when a post would be answered without any.</summary>
    public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) =>
        sint.IsValid && TryGet(vtl, vp, out var synic) ? synic.WaitForRoomAsync(sint, cancellation) : Task.CompletedTask;

    /// <returns>0 also for a VP or SINT that does not exist.</returns>
    public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) =>
        sint.IsValid && TryGet(vtl, vp, out var synic) ? synic.QueueLength(sint) : 0;

    /// <summary>Fires the timers that are due.</summary>
    /// <returns>Reference time of the next one; null when none runs.</returns>
    /// <remarks>
    /// A guest may arm an earlier one meanwhile: <see cref="GlobalSynicOptions.DeadlineChanged"/> says so, and the
    /// caller runs this again.
    /// </remarks>
    public ulong? RunTimers()
    {
        var now = _services.Clock.Now;
        var next = SynicTimer.Never;
        foreach (var processor in _processors)
        {
            var deadline = processor.Deadline;
            next = Math.Min(next, deadline <= now ? processor.RunTimers(now) : deadline);
        }

        return next == SynicTimer.Never ? null : next;
    }

    /// <returns>False: inject #GP.</returns>
    public bool TryReadMsr(Vtl vtl, VpIndex vp, uint msr, out ulong value)
    {
        value = 0;
        return TryGet(vtl, vp, out var synic) && (IsPerProcessor(msr) ? synic.TryReadMsr(msr, out value) : _partition.TryRead(msr, out value));
    }

    /// <returns>False: inject #GP.</returns>
    public bool TryWriteMsr(Vtl vtl, VpIndex vp, uint msr, ulong value) =>
        TryGet(vtl, vp, out var synic)
        && (IsPerProcessor(msr) ? synic.TryWriteMsr(msr, value) : _partition.TryWrite(vtl, vp, msr, value));

    /// <summary>The guest ended an interrupt: SINTs with this vector get another try (TLFS "SynIC Message Flow").</summary>
    public void EndOfInterrupt(Vtl vtl, VpIndex vp, byte vector)
    {
        if (TryGet(vtl, vp, out var synic))
        {
            synic.EndOfInterrupt(vector);
        }
    }

    /// <summary>Everything as after power-on but the clock; what was queued is dropped. The VPs should not run meanwhile.</summary>
    public void Reset()
    {
        foreach (var processor in _processors)
        {
            processor.Reset();
        }

        _partition.Reset();
    }

    /// <summary>The partition has ended: from now on every call is answered, and nothing reaches the guest.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var processor in _processors)
        {
            processor.Close();
        }
    }

    /// <returns>Null when there is no such VP.</returns>
    public ProcessorSynicState? Inspect(Vtl vtl, VpIndex vp) => TryGet(vtl, vp, out var synic) ? synic.Inspect() : null;

    private static bool IsPerProcessor(uint msr) =>
        msr is HvMsr.VpIndex or HvMsr.VpAssistPage or (>= HvMsr.SControl and <= HvMsr.Stimer3Count);

    private static GuestPostResult ResultOf(DropReason reason) => reason switch
    {
        DropReason.InvalidVp => GuestPostResult.InvalidVp,
        DropReason.InvalidSint => GuestPostResult.InvalidSint,
        DropReason.InvalidMessage => GuestPostResult.InvalidMessage,
        _ => GuestPostResult.PartitionGone,
    };

    private void Count(GuestSignalResult result)
    {
        switch (result)
        {
            case GuestSignalResult.Interrupt:
                Counters.CountEvent(EventResult.Interrupt);
                break;
            case GuestSignalResult.Coalesced:
                Counters.CountEvent(EventResult.Coalesced);
                break;
            default:
                Counters.CountEventDropped(ReasonOf(result));
                break;
        }
    }

    private static EventDropReason ReasonOf(GuestSignalResult result) => result switch
    {
        GuestSignalResult.SControlDisabled => EventDropReason.ScontrolDisabled,
        GuestSignalResult.SiefpDisabled => EventDropReason.SiefpDisabled,
        GuestSignalResult.Masked => EventDropReason.Masked,
        GuestSignalResult.InvalidVp => EventDropReason.InvalidVp,
        GuestSignalResult.InvalidSint => EventDropReason.InvalidSint,
        GuestSignalResult.InvalidFlag => EventDropReason.InvalidFlag,
        _ => EventDropReason.PartitionGone,
    };
}
