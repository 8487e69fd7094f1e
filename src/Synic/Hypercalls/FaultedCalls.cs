using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.History;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Hypercalls;

/// <summary>
/// A guest's calls that a fault rule may mean: after the checks of the input and before the lookup, so that a rule can
/// shape a call to a connection that does not exist, and never hides a malformed one. No port is timed here; the
/// record of a call that was delayed says how long it took.
/// </summary>
internal static class FaultedCalls
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    public static HvStatus Post(
        FaultPlan plan, SynicPortMap map, CallTap? tap, DispatchContext context, Vtl vtl, ConnectionId connection,
        scoped PostedMessage message)
    {
        var effect = plan.Decide(new FaultCall
        {
            Operation = FaultOperation.PostMessage,
            Connection = connection,
            Vtl = vtl,
            Vp = context.Vp,
            MessageType = message.Type,
            Payload = message.Payload,
        });
        Span<byte> changed = stackalloc byte[HvMessage.MaxPayload];
        if (effect.Kind == FaultEffectKind.Corrupt)
        {
            changed = changed[..message.Payload.Length];
            message.Payload.CopyTo(changed);
            message = new PostedMessage(message.Type, changed[..effect.Rule!.Corrupt(changed)]);
        }

        var status = Begin(context, in effect) switch
        {
            FaultEffectKind.Status => Answer(context, vtl, effect.Status),
            FaultEffectKind.Busy => Answer(context, vtl, HvStatus.InsufficientBuffers),
            FaultEffectKind.Drop => Answer(context, vtl, HvStatus.Success),
            _ => map.HandlePostMessage(context, vtl, connection, trusted: false, message),
        };
        for (var copy = 0; effect.Kind == FaultEffectKind.Duplicate && copy < effect.Count; copy++)
        {
            map.HandlePostMessage(context, vtl, connection, trusted: false, message);
        }

        if (effect.Kind == FaultEffectKind.StatusAfter)
        {
            if (status.IsSuccess)
            {
                context.Counters.CountInjectedPostFailure(effect.Status); // else the call has failed and counts as that
            }

            status = effect.Status;
        }

        if (tap is not null)
        {
            CallWriter.Post(tap, context, vtl, connection, message, status, Delayed(tap, context, in effect), effect.Rule?.Number ?? 0);
        }

        return status;

        static HvStatus Answer(DispatchContext context, Vtl vtl, HvStatus status)
        {
            context.Counters.CountPost(vtl);
            if (!status.IsSuccess)
            {
                context.Counters.CountInjectedPostFailure(status);
            }

            return status;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus Signal(
        FaultPlan plan, SynicPortMap map, CallTap? tap, DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag)
    {
        var effect = plan.Decide(new FaultCall
        {
            Operation = FaultOperation.SignalEvent, Connection = connection, Vtl = vtl, Vp = context.Vp, Flag = flag,
        });
        var status = Carry(in effect, map, context, vtl, connection, flag, SignalPath.Hypercall);
        if (tap is not null)
        {
            CallWriter.Signal(tap, context, vtl, connection, flag, status, Delayed(tap, context, in effect), effect.Rule?.Number ?? 0);
        }

        return status;
    }

    /// <summary>A bound monitor bit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus Monitor(
        FaultPlan plan, SynicPortMap map, CallTap? tap, DispatchContext context, Vtl vtl, Monitors.MonitorTrigger trigger)
    {
        var effect = plan.Decide(new FaultCall
        {
            Operation = FaultOperation.MonitorTrigger,
            Connection = trigger.Connection,
            Vtl = vtl,
            Vp = context.Vp,
            Monitor = trigger.Id,
        });
        var status = Carry(in effect, map, context, vtl, trigger.Connection, flag: 0, SignalPath.Monitor);
        if (tap is not null)
        {
            CallWriter.Monitor(tap, context, vtl, trigger, status, effect.Rule?.Number ?? 0);
        }

        return status;
    }

    private static HvStatus Carry(
        in FaultEffect effect, SynicPortMap map, DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag,
        SignalPath path)
    {
        var kind = Begin(context, in effect);
        if (kind is FaultEffectKind.Status or FaultEffectKind.Drop)
        {
            context.Counters.CountSignal(vtl, path);
            if (kind == FaultEffectKind.Status)
            {
                context.Counters.CountInjectedSignalFailure(effect.Status, path);
            }

            return effect.Status; // success of a drop
        }

        var status = map.HandleSignalEvent(context, vtl, connection, flag, path);
        for (var copy = 0; kind == FaultEffectKind.Duplicate && copy < effect.Count; copy++)
        {
            map.HandleSignalEvent(context, vtl, connection, flag, path);
        }

        if (kind != FaultEffectKind.StatusAfter)
        {
            return status;
        }

        if (status.IsSuccess)
        {
            context.Counters.CountInjectedSignalFailure(effect.Status, path);
        }

        return effect.Status;
    }

    private static uint Delayed(CallTap tap, DispatchContext context, in FaultEffect effect) => effect.Kind != FaultEffectKind.Delay ? 0
        : (uint)Math.Min(tap.Time.GetElapsedTime(context.Timestamp).Ticks * TimeSpan.NanosecondsPerTick, uint.MaxValue);

    private static FaultEffectKind Begin(DispatchContext context, in FaultEffect effect)
    {
        if (effect.Rule is { } rule)
        {
            context.InjectedBy = rule;
            if (effect.Kind == FaultEffectKind.Delay)
            {
                rule.Wait(in effect);
            }
        }

        return effect.Kind;
    }
}
