using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <summary>The SynIC of one VP in one VTL: registers, message slots, event flags and timers.</summary>
public sealed partial class ProcessorSynic
{
    // TLFS says that SCONTROL resets to 0; OpenVMM and KVM start enabled, and guests are tested against those.
    private const ulong SControlReset = 1;
    private const ulong Version = 1;

    // Guards the registers, queues, timers and overlays of this SynIC, and its writes to the message page. Held for
    // register, queue and slot work only: interrupts and callbacks come after it.
    private readonly Lock _lock = new();
    private readonly SynicServices _services;
    private readonly OverlayPage _simp;
    private readonly OverlayPage _siefp;
    private readonly OverlayPage _assist;
    private readonly MessagePage _slots;
    private readonly EventFlagsPage _flags;
    private readonly SintDelivery _delivery;
    private readonly DeliveryTap? _tap;
    private ulong _scontrol = SControlReset;
    private ulong _deadline = SynicTimer.Never;
    private bool _closed;

    internal ProcessorSynic(Vtl vtl, VpIndex vp, SynicServices services)
    {
        Vtl = vtl;
        Vp = vp;
        _services = services;
        _simp = new OverlayPage(services.Memory, services.Overlays);
        _siefp = new OverlayPage(services.Memory, services.Overlays);
        _assist = new OverlayPage(services.Memory, services.Overlays);
        _slots = new MessagePage(services.Memory, _simp);
        _flags = new EventFlagsPage(services.Memory, _siefp);
        _tap = services.Options.Tap is { } tap ? new DeliveryTap(tap, vtl, vp) : null;
        _delivery = new SintDelivery(_slots, _simp, services.Clock, services.Counters, services.Options.QueueCapacity, _tap)
        {
            SynicEnabled = true,
        };
    }

    public Vtl Vtl { get; }

    public VpIndex Vp { get; }

    /// <summary>When a timer is due next; <see cref="SynicTimer.Never"/> for none. Read without the lock.</summary>
    internal ulong Deadline => Volatile.Read(ref _deadline);

    /// <summary>For tests: nothing outside may be called while this holds.</summary>
    internal bool IsLockHeldHere => _lock.IsHeldByCurrentThread;

    /// <param name="sint">Valid.</param>
    /// <param name="type">Not 0.</param>
    /// <param name="payload">At most 240 bytes.</param>
    /// <param name="effect">What a fault rule does to it.</param>
    internal GuestPostResult Post(SintIndex sint, uint type, ReadOnlySpan<byte> payload, in FaultEffect effect = default)
    {
        Span<byte> message = stackalloc byte[HvMessage.Size];
        HvMessage.Write(message, type, sender: 0, payload);
        var batch = new DeliveryBatch();
        GuestPostResult result;
        lock (_lock)
        {
            if (_closed)
            {
                _services.Counters.CountDropped(DropReason.PartitionGone);
                _tap?.Message(sint.Value, message, DeliveryOutcome.Dropped, CallReason.PartitionGone, in effect);
                if (effect.Kind == FaultEffectKind.Delay)
                {
                    effect.Rule!.EndDelay();
                }

                return GuestPostResult.PartitionGone;
            }

            result = _delivery.Post(sint.Value, message, in effect, ref batch);
            UpdateDeadline(ref batch);
        }

        Finish(ref batch);
        return result;
    }

    /// <summary>Sets a flag in the guest's page, if it may be.</summary>
    /// <param name="sint">Valid.</param>
    /// <param name="flag">Any.</param>
    /// <param name="effect">What a fault rule does to it.</param>
    internal GuestSignalResult Signal(SintIndex sint, ushort flag, in FaultEffect effect = default)
    {
        SintRegister register;
        lock (_lock)
        {
            register = _delivery[sint.Value];
            var result = SetFlag(sint.Value, flag);
            _tap?.Event(sint.Value, flag, result, effect.Rule);
            if (result != GuestSignalResult.Interrupt)
            {
                return result;
            }
        }

        if (!register.Polling && effect.Kind != FaultEffectKind.LoseInterrupt)
        {
            _services.Interrupts.RequestInterrupt(Vtl, Vp, register.Vector, register.AutoEoi);
        }

        return GuestSignalResult.Interrupt;
    }

    /// <summary>Raises the SINT's interrupt and nothing else.</summary>
    /// <param name="sint">Valid.</param>
    internal GuestSignalResult Raise(SintIndex sint)
    {
        SintRegister register;
        lock (_lock)
        {
            if (_closed || !_delivery.SynicEnabled || _delivery.Refuses(sint.Value))
            {
                return _closed ? GuestSignalResult.PartitionGone
                    : !_delivery.SynicEnabled ? GuestSignalResult.SControlDisabled
                    : GuestSignalResult.Masked;
            }

            register = _delivery[sint.Value];
        }

        if (!register.Polling)
        {
            _services.Interrupts.RequestInterrupt(Vtl, Vp, register.Vector, register.AutoEoi);
        }

        return GuestSignalResult.Interrupt;
    }

    internal Task WaitForRoomAsync(SintIndex sint, CancellationToken cancellation)
    {
        Task room;
        lock (_lock)
        {
            room = _closed ? Task.CompletedTask : _delivery.WaitForRoom(sint.Value);
        }

        return room.WaitAsync(cancellation);
    }

    internal int QueueLength(SintIndex sint) => _delivery.QueueLength(sint.Value);

    /// <summary>Fires what is due.</summary>
    /// <returns>The next deadline.</returns>
    internal ulong RunTimers(ulong now)
    {
        var batch = new DeliveryBatch();
        ulong deadline;
        lock (_lock)
        {
            if (_closed)
            {
                return SynicTimer.Never;
            }

            _delivery.ExpireTimers(now, ref batch);
            FlushHeld(now, ref batch);
            UpdateDeadline(ref batch);
            deadline = _deadline;
        }

        Finish(ref batch);
        return deadline;
    }

    internal void EndOfInterrupt(byte vector)
    {
        var batch = new DeliveryBatch();
        lock (_lock)
        {
            _delivery.DrainVector(vector, ref batch);
            UpdateDeadline(ref batch);
        }

        Finish(ref batch);
    }

    internal bool TryReadMsr(uint msr, out ulong value)
    {
        lock (_lock)
        {
            switch (msr)
            {
                case HvMsr.VpIndex:
                    value = Vp.Value;
                    return true;
                case HvMsr.VpAssistPage:
                    value = _assist.Register.Value;
                    return true;
                case HvMsr.SControl:
                    value = _scontrol;
                    return true;
                case HvMsr.SVersion:
                    value = Version;
                    return true;
                case HvMsr.Siefp:
                    value = _siefp.Register.Value;
                    return true;
                case HvMsr.Simp:
                    value = _simp.Register.Value;
                    return true;
                case HvMsr.Eom:
                    value = 0;
                    return true;
                case >= HvMsr.Sint0 and <= HvMsr.Sint15:
                    value = _delivery[(int)(msr - HvMsr.Sint0)].Value;
                    return true;
                case >= HvMsr.Stimer0Config and <= HvMsr.Stimer3Count:
                    var timer = TimerOf(msr, out var isCount);
                    value = isCount ? timer.Count : timer.Config.Value;
                    return true;
                default:
                    value = 0;
                    return false;
            }
        }
    }

    internal bool TryWriteMsr(uint msr, ulong value)
    {
        var batch = new DeliveryBatch();
        bool accepted;
        lock (_lock)
        {
            // A VP thread on its last exit: nothing is left to be written to.
            accepted = _closed || TryWrite(msr, value, ref batch);
            UpdateDeadline(ref batch);
        }

        Finish(ref batch);
        return accepted;
    }

    internal void Reset()
    {
        lock (_lock)
        {
            _delivery.ClearQueues(DropReason.Reset);
            DropEvents();
            _delivery.ResetSints();
            _delivery.ResetTimers();
            _delivery.SynicEnabled = true;
            _simp.Reset();
            _siefp.Reset();
            _assist.Reset();
            _scontrol = SControlReset;
            Volatile.Write(ref _deadline, SynicTimer.Never);
        }
    }

    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _delivery.ClearQueues(DropReason.PartitionGone);
            DropEvents();
            _delivery.ResetTimers();
            Volatile.Write(ref _deadline, SynicTimer.Never);
        }
    }

    private bool TryWrite(uint msr, ulong value, ref DeliveryBatch batch)
    {
        switch (msr)
        {
            case HvMsr.VpAssistPage:
                return (value & 0xFFE) == 0 && _assist.TryWrite(new OverlayRegister(value));
            case HvMsr.SControl:
                _scontrol = value;
                _delivery.SynicEnabled = new SControlRegister(value).Enabled;
                _delivery.DrainAll(ref batch);
                return true;
            case HvMsr.Siefp:
                return _siefp.TryWrite(new OverlayRegister(value));
            case HvMsr.Simp:
                if (!_simp.TryWrite(new OverlayRegister(value)))
                {
                    return false;
                }

                _delivery.DrainAll(ref batch);
                return true;
            case HvMsr.Eom:
                var result = _delivery.EndOfMessage(ref batch) ? EomResult.Redelivered : EomResult.NothingPending;
                _services.Counters.CountEom(result);
                _tap?.Eom(result);
                return true;
            case >= HvMsr.Sint0 and <= HvMsr.Sint15:
                return _delivery.TryWriteSint((int)(msr - HvMsr.Sint0), value, ref batch);
            case >= HvMsr.Stimer0Config and <= HvMsr.Stimer3Count:
                return TryWriteTimer(TimerOf(msr, out var isCount), isCount, value, ref batch);
            default:
                return false; // VP_INDEX and SVERSION are read-only.
        }
    }

    private bool TryWriteTimer(SynicTimer timer, bool isCount, ulong value, ref DeliveryBatch batch)
    {
        var now = _services.Clock.Now;
        if (isCount)
        {
            timer.WriteCount(value, now);
        }
        else if (!timer.TryWriteConfig(value, now))
        {
            return false;
        }

        _delivery.ExpireTimers(now, ref batch); // A one-shot in the past fires at once.
        return true;
    }

    /// <summary>The order of the arms is the order of the checks.</summary>
    private GuestSignalResult SetFlag(int sint, ushort flag) =>
        _closed ? GuestSignalResult.PartitionGone
        : flag >= EventFlagsPage.FlagsPerSint ? GuestSignalResult.InvalidFlag
        : !_delivery.SynicEnabled ? GuestSignalResult.SControlDisabled
        : !_siefp.Enabled ? GuestSignalResult.SiefpDisabled
        : _delivery.Refuses(sint) ? GuestSignalResult.Masked
        : _flags.TrySet(sint, flag) ? GuestSignalResult.Interrupt
        : GuestSignalResult.Coalesced;

    private SynicTimer TimerOf(uint msr, out bool isCount)
    {
        var register = msr - HvMsr.Stimer0Config;
        isCount = (register & 1) != 0;
        return _delivery.Timers[(int)(register / 2)];
    }

    private void UpdateDeadline(ref DeliveryBatch batch)
    {
        var deadline = Math.Min(_heldEvents.Deadline, _delivery.HeldDeadline);
        foreach (var timer in _delivery.Timers)
        {
            deadline = Math.Min(deadline, timer.Deadline);
        }

        batch.DeadlineMoved = deadline < _deadline;
        Volatile.Write(ref _deadline, deadline);
    }

    private void Finish(ref DeliveryBatch batch)
    {
        batch.Raise(_services.Interrupts, Vtl, Vp);
        batch.Report(_services.Counters);
        if (batch.DeadlineMoved)
        {
            _services.Options.DeadlineChanged?.Invoke();
        }
    }
}
