using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <content>What fault rules hold back on its way to a slot.</content>
internal sealed partial class SintDelivery
{
    private readonly HeldMessages?[] _held = new HeldMessages?[SintIndex.Count];

    /// <summary>When messages that are held back are due.</summary>
    public ulong HeldDeadline
    {
        get
        {
            var deadline = SynicTimer.Never;
            foreach (var held in _held)
            {
                deadline = Math.Min(deadline, held?.Deadline ?? SynicTimer.Never);
            }

            return deadline;
        }
    }

    /// <summary>Sends on what was held back and is due, or whose rule is over.</summary>
    public void FlushHeld(ref DeliveryBatch batch)
    {
        for (var sint = 0; sint < SintIndex.Count; sint++)
        {
            FlushHeld(sint, ref batch);
        }
    }

    /// <returns>What is left of it: who it was.</returns>
    private static FaultEffect EndDelay(in FaultEffect effect)
    {
        if (effect.Kind == FaultEffectKind.Delay)
        {
            effect.Rule!.EndDelay();
        }

        return new FaultEffect { Rule = effect.Rule };
    }

    // A rule that is over holds nothing; what is held already keeps its place before what comes later.
    private bool IsHeld(int sint, in FaultEffect effect) =>
        effect is { Kind: FaultEffectKind.Delay or FaultEffectKind.Reorder, Rule.IsOver: false } || _held[sint] is { Count: > 0 };

    private GuestPostResult Hold(int sint, ReadOnlySpan<byte> message, in FaultEffect effect)
    {
        // Held and queued ones share the room, so that whatever is let go finds its place.
        if (QueueLength(sint) >= queueCapacity)
        {
            return Drop(sint, message, in effect, DropReason.QueueFull, GuestPostResult.QueueFull);
        }

        var held = _held[sint];
        if (held is null)
        {
            held = new HeldMessages();
            Volatile.Write(ref _held[sint], held);
        }

        held.Add(message, in effect, clock.Now);
        counters.CountDeferred(DeferReason.Held);
        tap?.Message(sint, message, DeliveryOutcome.Deferred, CallReason.Held, in effect);
        return GuestPostResult.Deferred;
    }

    private void FlushHeld(int sint, ref DeliveryBatch batch)
    {
        if (_held[sint] is not { } held)
        {
            return;
        }

        Again(true);
        while (held.TryTake(clock.Now, out var message))
        {
            // Those that only waited behind others still have their own effect before them.
            var effect = message.Effect.Kind is FaultEffectKind.Delay or FaultEffectKind.Reorder
                ? EndDelay(message.Effect)
                : message.Effect;
            if (Refuses(sint) && PageBlock() is null)
            {
                Drop(sint, message.Bytes, in effect, DropReason.Masked, GuestPostResult.Masked);
            }
            else
            {
                Accept(sint, message.Bytes, in effect, message.HeldAt, ref batch);
            }

            _queues[sint]?.WakeWaiters(); // one that was delivered at once made room
        }

        Again(false);
    }

    private int ClearHeld(int sint)
    {
        var all = _held[sint]?.Clear() ?? [];
        foreach (var message in all)
        {
            EndDelay(message.Effect);
        }

        return all.Length;
    }
}
