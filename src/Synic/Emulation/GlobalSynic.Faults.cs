using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Emulation;

/// <content>Messages and events that a fault rule may mean: after the checks of the input, before the SynIC sees them.</content>
public sealed partial class GlobalSynic
{
    /// <summary>Lets go whatever is held for fault rules that are over; it has gone its way when this returns.</summary>
    public void ReleaseHeld()
    {
        foreach (var processor in _processors)
        {
            processor.ReleaseHeld();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private GuestPostResult PostUnderFaults(
        FaultPlan plan, ProcessorSynic synic, SintIndex sint, uint type, ReadOnlySpan<byte> payload)
    {
        var effect = plan.Decide(new FaultCall
        {
            Operation = FaultOperation.GuestMessage,
            Vtl = synic.Vtl,
            Vp = synic.Vp,
            Sint = sint,
            MessageType = type,
            Payload = payload,
        });
        switch (effect.Kind)
        {
            case FaultEffectKind.Drop:
                DropMessage(synic.Vp, payload, DropReason.Injected);
                return GuestPostResult.Delivered; // what the host is told
            case FaultEffectKind.WrongVp when TryGet(synic.Vtl, effect.Vp, out var other):
                return other.Post(sint, type, payload, in effect);
            case FaultEffectKind.WrongVp:
                DropMessage(effect.Vp, payload, DropReason.InvalidVp);
                return GuestPostResult.InvalidVp;
            case FaultEffectKind.Corrupt:
                Span<byte> changed = stackalloc byte[HvMessage.MaxPayload];
                payload.CopyTo(changed);
                var length = effect.Rule!.Corrupt(changed[..payload.Length]);
                return synic.Post(sint, type, changed[..length], in effect);
            case FaultEffectKind.Duplicate:
                var result = synic.Post(sint, type, payload, in effect);
                for (var copy = 0; copy < effect.Count; copy++)
                {
                    Counters.CountMessage();
                    synic.Post(sint, type, payload, in effect);
                }

                return result;
            default:
                return synic.Post(sint, type, payload, in effect);
        }

        void DropMessage(VpIndex vp, ReadOnlySpan<byte> lost, DropReason reason)
        {
            Counters.CountDropped(reason);
            if (_services.Options.Tap is { } tap)
            {
                DeliveryTap.Stray(tap, synic.Vtl, vp, sint, type, lost, reason, effect.Rule);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private GuestSignalResult SignalUnderFaults(FaultPlan plan, ProcessorSynic synic, SintIndex sint, ushort flag)
    {
        var effect = plan.Decide(new FaultCall
        {
            Operation = FaultOperation.GuestEvent, Vtl = synic.Vtl, Vp = synic.Vp, Sint = sint, Flag = flag,
        });
        switch (effect.Kind)
        {
            case FaultEffectKind.Drop or FaultEffectKind.SpuriousInterrupt:
                Counters.CountEventDropped(EventDropReason.Injected);
                if (_services.Options.Tap is { } tap)
                {
                    DeliveryTap.Injected(tap, synic.Vtl, synic.Vp, sint, flag, effect.Rule!);
                }

                if (effect.Kind == FaultEffectKind.SpuriousInterrupt)
                {
                    synic.Raise(sint);
                }

                return GuestSignalResult.Interrupt; // what the host is told
            case FaultEffectKind.Delay:
                if (synic.TrySignalLater(sint, flag, in effect))
                {
                    return GuestSignalResult.Interrupt;
                }

                effect.Rule!.EndDelay();
                break;
            case FaultEffectKind.WrongVp when !TryGet(synic.Vtl, effect.Vp, out synic):
                Counters.CountEventDropped(EventDropReason.InvalidVp);
                return GuestSignalResult.InvalidVp;
        }

        var result = synic.Signal(sint, flag, in effect);
        Count(Counters, result);
        for (var copy = 0; effect.Kind == FaultEffectKind.Duplicate && copy < effect.Count; copy++)
        {
            Count(Counters, synic.Signal(sint, flag, in effect));
        }

        return result;
    }
}
