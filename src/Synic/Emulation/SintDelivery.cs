using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <summary>How messages reach the slots of one VP: its SINTs, the queues behind them and the timers that share them.</summary>
/// <remarks>
/// The lock of the <see cref="ProcessorSynic"/> guards every member but <see cref="QueueLength"/>. Queued messages go
/// before timer messages, and a slot with anything behind it carries the pending flag, so that nobody has to poll.
/// </remarks>
internal sealed partial class SintDelivery(
    MessagePage slots, OverlayPage simp, IReferenceClock clock, GuestDeliveryCounters counters, int queueCapacity,
    DeliveryTap? tap)
{
    private readonly SintRegister[] _sints = [.. Enumerable.Repeat(SintRegister.Reset, SintIndex.Count)];
    private readonly MessageQueue?[] _queues = new MessageQueue?[SintIndex.Count];
    private StuckSlots _stuck;
    private readonly SynicTimer[] _timers = [.. Enumerable.Range(0, SynicTimer.PerVp).Select(index => new SynicTimer(index))];

    /// <summary>SCONTROL's bit.</summary>
    public bool SynicEnabled { get; set; }

    public ReadOnlySpan<SynicTimer> Timers => _timers;

    public SintRegister this[int sint] => _sints[sint];

    /// <summary>Masked, or left to somebody else (proxy): as OpenVMM, nothing is accepted for it.</summary>
    public bool Refuses(int sint) => _sints[sint].Masked || _sints[sint].Proxy;

    /// <summary>Those that a fault rule holds back are among them.</summary>
    public int QueueLength(int sint) => QueuedCount(sint) + (Volatile.Read(ref _held[sint])?.Count ?? 0);

    /// <returns>False: #GP, a vector of the processor's own (KVM's rule: only if it could be raised).</returns>
    public bool TryWriteSint(int sint, ulong value, ref DeliveryBatch batch)
    {
        var register = new SintRegister(value);
        if (register is { Vector: < 16, Masked: false, Polling: false })
        {
            return false;
        }

        if (tap is not null && _sints[sint] != register)
        {
            tap.SintChanged(sint, register);
        }

        _sints[sint] = register;
        if (Refuses(sint))
        {
            // A full queue no longer matters: the next post answers Masked.
            _queues[sint]?.WakeWaiters();
        }
        else
        {
            Drain(sint, ref batch);
        }

        return true;
    }

    /// <param name="sint">0 to 15.</param>
    /// <param name="message">A whole slot.</param>
    /// <param name="effect">What a fault rule does to it.</param>
    /// <param name="batch">Takes the interrupt.</param>
    public GuestPostResult Post(int sint, Span<byte> message, in FaultEffect effect, ref DeliveryBatch batch)
    {
        if (Refuses(sint))
        {
            return Drop(sint, message, in effect, DropReason.Masked, GuestPostResult.Masked);
        }

        Drain(sint, ref batch);
        if (IsHeld(sint, in effect))
        {
            var result = Hold(sint, message, in effect);
            FlushHeld(sint, ref batch); // a group may be complete with it
            return result;
        }

        return effect.Kind == FaultEffectKind.Delay
            ? Accept(sint, message, EndDelay(in effect), clock.Now, ref batch) // its rule is over
            : Accept(sint, message, in effect, clock.Now, ref batch);
    }

    public Task WaitForRoom(int sint) =>
        QueueLength(sint) >= queueCapacity && !Refuses(sint) ? QueueOf(sint).WaitForChange() : Task.CompletedTask;

    /// <summary>The guest wrote EOM.</summary>
    /// <returns>Whether anything reached a slot.</returns>
    public bool EndOfMessage(ref DeliveryBatch batch)
    {
        var delivered = DrainAll(ref batch);
        _stuck.CountEom();
        return delivered;
    }

    /// <summary>Gives every SINT that uses the vector another try.</summary>
    public void DrainVector(byte vector, ref DeliveryBatch batch)
    {
        for (var sint = 0; sint < SintIndex.Count; sint++)
        {
            if (_sints[sint].Vector == vector && !Refuses(sint))
            {
                Drain(sint, ref batch);
            }
        }
    }

    /// <returns>Whether anything reached a slot.</returns>
    public bool DrainAll(ref DeliveryBatch batch)
    {
        var delivered = false;
        for (var sint = 0; sint < SintIndex.Count; sint++)
        {
            delivered |= Drain(sint, ref batch);
        }

        return delivered;
    }

    public void ExpireTimers(ulong now, ref DeliveryBatch batch)
    {
        foreach (var timer in _timers)
        {
            if (timer.Deadline <= now)
            {
                Expire(timer, now, ref batch);
            }
        }
    }

    public void ResetTimers()
    {
        foreach (var timer in _timers)
        {
            timer.Reset();
        }
    }

    public void ResetSints() => Array.Fill(_sints, SintRegister.Reset);

    public void ClearQueues(DropReason reason)
    {
        for (var sint = 0; sint < SintIndex.Count; sint++)
        {
            var dropped = (_queues[sint]?.Clear() ?? 0) + ClearHeld(sint);
            if (dropped > 0)
            {
                counters.CountDropped(reason, dropped);
                tap?.Cleared(sint, reason, dropped);
            }
        }

        _stuck.Clear();
    }

    /// <summary>Why the first queued message waits, as a label.</summary>
    public string? BlockedBy(int sint)
    {
        if (QueueLength(sint) == 0)
        {
            return null;
        }

        if (PageBlock() is { } block)
        {
            return DeliveryLabels.Of(block);
        }

        return Refuses(sint) ? DeliveryLabels.Of(DropReason.Masked)
            : QueuedCount(sint) == 0 ? DeliveryLabels.Of(DeferReason.Held)
            : slots.IsBusy(sint) ? DeliveryLabels.Of(DeferReason.SlotBusy)
            : SintState.AwaitingEom;
    }

    private int QueuedCount(int sint) => Volatile.Read(ref _queues[sint])?.Count ?? 0;

    private MessageQueue QueueOf(int sint)
    {
        var queue = _queues[sint];
        if (queue is null)
        {
            queue = new MessageQueue(queueCapacity);
            Volatile.Write(ref _queues[sint], queue);
        }

        return queue;
    }

    private GuestPostResult Accept(int sint, Span<byte> message, in FaultEffect effect, ulong since, ref DeliveryBatch batch)
    {
        var reason = DeferReason.SlotBusy;
        if (effect.Kind != FaultEffectKind.Busy && TryOffer(sint, message, HasBacklog(sint, beyond: 0), out reason))
        {
            Delivered(sint, message, in effect, ref batch);
            return GuestPostResult.Delivered;
        }

        var queue = QueueOf(sint);
        if (queue.IsFull)
        {
            return Drop(sint, message, in effect, DropReason.QueueFull, GuestPostResult.QueueFull);
        }

        if (effect.Kind == FaultEffectKind.Busy && PageBlock() is null)
        {
            slots.MarkPending(sint);
        }

        queue.Enqueue(message, since, reason, in effect);
        counters.CountDeferred(reason);
        tap?.Message(sint, message, DeliveryOutcome.Deferred, DeliveryTap.Of(reason), in effect);
        return GuestPostResult.Deferred;
    }

    private void Delivered(int sint, ReadOnlySpan<byte> message, in FaultEffect effect, ref DeliveryBatch batch)
    {
        counters.CountDelivered();
        tap?.Message(sint, message, DeliveryOutcome.Delivered, CallReason.None, in effect);
        if (effect.Kind != FaultEffectKind.LoseInterrupt)
        {
            batch.AddInterrupt(sint, _sints[sint]);
        }

        if (effect.Kind == FaultEffectKind.KeepPending)
        {
            _stuck.Set(sint, in effect);
        }
    }

    private GuestPostResult Drop(
        int sint, ReadOnlySpan<byte> message, in FaultEffect effect, DropReason reason, GuestPostResult result)
    {
        counters.CountDropped(reason);
        tap?.Message(sint, message, DeliveryOutcome.Dropped, DeliveryTap.Of(reason), in effect);
        EndDelay(in effect);
        return result;
    }

    private bool Drain(int sint, ref DeliveryBatch batch)
    {
        var delivered = DrainQueue(sint, ref batch);
        foreach (var timer in _timers)
        {
            if (timer.WaitsFor(sint))
            {
                delivered |= DeliverTimer(timer, sint, ref batch);
            }
        }

        return delivered;
    }

    private bool DrainQueue(int sint, ref DeliveryBatch batch)
    {
        var delivered = false;
        Again(true);
        while (_queues[sint] is { Count: > 0 } queue)
        {
            ref var head = ref queue.Head;
            if (Refuses(sint) && PageBlock() is null)
            {
                Drop(sint, head.Bytes, default, DropReason.Masked, GuestPostResult.Masked);
            }
            else if (TryOfferHead(sint, ref head, out var reason))
            {
                Delivered(sint, head.Bytes, in head.Effect, ref batch);
                batch.AddWait(clock.Now - head.QueuedAt);
                delivered = true;
            }
            else
            {
                if (head.TryNote(reason))
                {
                    counters.CountDeferred(reason);
                }

                break;
            }

            queue.Dequeue();
        }

        Again(false);
        return delivered;
    }

    private void Again(bool value)
    {
        if (tap is not null)
        {
            tap.Again = value;
        }
    }

    private void Expire(SynicTimer timer, ulong now, ref DeliveryBatch batch)
    {
        if (timer.Config.Direct)
        {
            batch.AddDirect(timer.Config.ApicVector);
            timer.Complete(now);
            return;
        }

        timer.Expire();
        Drain(timer.Config.Sint.Value, ref batch);
    }

    private bool DeliverTimer(SynicTimer timer, int sint, ref DeliveryBatch batch)
    {
        var blocked = PageBlock() is not null || QueuedCount(sint) > 0 || _stuck.IsStuck(sint);
        if (!blocked && Refuses(sint))
        {
            // A masked interrupt is lost, not latched (TLFS "SINTx Registers").
            timer.Complete(clock.Now);
            return false;
        }

        if (timer.DropsTicks && (blocked || slots.IsBusy(sint)))
        {
            timer.Complete(clock.Now); // Without the pending flag: nobody waits.
            return false;
        }

        if (blocked)
        {
            return false;
        }

        Span<byte> message = stackalloc byte[HvMessage.Size];
        var now = clock.Now;
        timer.WriteMessage(message, now);
        if (!slots.TryWrite(sint, message, HasTimerBehind(sint, timer)))
        {
            return false;
        }

        batch.AddInterrupt(sint, _sints[sint]);
        timer.Complete(now);
        return true;
    }

    private bool TryOffer(int sint, Span<byte> message, bool more, out DeferReason reason, bool isHead = false)
    {
        reason = PageBlock() ?? DeferReason.SlotBusy;
        return reason == DeferReason.SlotBusy
            && (isHead || QueuedCount(sint) == 0) // Else it would overtake.
            && !LooksTaken(sint)
            && slots.TryWrite(sint, message, more);
    }

    private bool TryOfferHead(int sint, ref QueuedMessage head, out DeferReason reason)
    {
        if (PageBlock() is null && head.TakesBusyTry())
        {
            slots.MarkPending(sint);
            reason = DeferReason.SlotBusy;
            return false;
        }

        return TryOffer(sint, head.Bytes, HasBacklog(sint, beyond: 1), out reason, isHead: true);
    }

    private bool LooksTaken(int sint)
    {
        if (!_stuck.IsStuck(sint))
        {
            return false;
        }

        slots.MarkPending(sint);
        return true;
    }

    private DeferReason? PageBlock() =>
        !SynicEnabled ? DeferReason.ScontrolDisabled : !simp.Enabled ? DeferReason.SimpDisabled : null;

    private bool HasBacklog(int sint, int beyond) => QueuedCount(sint) > beyond || HasTimerBehind(sint, null);

    private bool HasTimerBehind(int sint, SynicTimer? except)
    {
        foreach (var timer in _timers)
        {
            if (timer != except && timer.WaitsFor(sint))
            {
                return true;
            }
        }

        return false;
    }
}
