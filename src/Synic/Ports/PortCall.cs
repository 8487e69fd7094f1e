using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>What becomes of a call whose entry was found: the callback, or a refusal; marked and counted.</summary>
internal static class PortCall
{
    // A method of its own, so that a refused call does not pay for the frame that a callback needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus Post(DispatchContext context, ref PortEntry entry, ulong access, bool trusted, PostedMessage message)
    {
        if (context.Mark != 0)
        {
            return PostFromCallback(context, ref entry, access, trusted, message);
        }

        context.Mark = access;
        if (entry.Access != access)
        {
            return PostToRemoved(context);
        }

        var port = entry.Port!;
        bool taken;
        try
        {
            taken = port.TryHandleMessage(message, trusted);
        }
        catch (Exception e)
        {
            context.Counters.CountPostFailure(HvStatus.OperationFailed);
            return Fault(context, port, e);
        }

        if (!taken)
        {
            return PostToFull(context, ref entry, access, port);
        }

        if (entry.Access == access)
        {
            entry.LastActivity = context.Timestamp;
            entry.Calls++;
            entry.Bytes += message.Length;
        }
        else
        {
            CountApart(context, port, new PortStatistics { Calls = 1, Bytes = message.Length });
        }

        context.Mark = 0;
        context.Counters.CountPostBytes(message.Length);
        return HvStatus.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus Signal(DispatchContext context, ref PortEntry entry, ulong access, ushort flag, SignalPath path)
    {
        if (context.Mark != 0)
        {
            return SignalFromCallback(context, ref entry, access, flag, path);
        }

        context.Mark = access;
        if (entry.Access != access)
        {
            return SignalToRemoved(context, path);
        }

        var port = entry.Port!;
        try
        {
            port.HandleEvent(flag);
        }
        catch (Exception e)
        {
            context.Counters.CountSignalFailure(HvStatus.OperationFailed, path);
            return Fault(context, port, e);
        }

        if (entry.Access == access)
        {
            entry.LastActivity = context.Timestamp;
            entry.Calls++;
        }
        else
        {
            CountApart(context, port, new PortStatistics { Calls = 1 });
        }

        context.Mark = 0;
        return HvStatus.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, bool trusted, PostedMessage message)
    {
        context.PutMarkAside();
        try
        {
            return Post(context, ref entry, access, trusted, message);
        }
        finally
        {
            context.TakeMarkBack();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus SignalFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, ushort flag, SignalPath path)
    {
        context.PutMarkAside();
        try
        {
            return Signal(context, ref entry, access, flag, path);
        }
        finally
        {
            context.TakeMarkBack();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus PostToNobody(DispatchContext context)
    {
        context.Counters.CountPostFailure(FailureStatus.InvalidConnectionId);
        return HvStatus.InvalidConnectionId;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus SignalToNobody(DispatchContext context, SignalPath path)
    {
        context.Counters.CountSignalFailure(FailureStatus.InvalidConnectionId, path);
        return HvStatus.InvalidConnectionId;
    }

    // There is a port: of the other kind, or for more trusted callers. The order of the checks is the seed's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus RefusePost(DispatchContext context, ref PortEntry entry, ulong access, HvStatus wrongKindStatus)
    {
        if (context.Mark != 0)
        {
            return RefusePostFromCallback(context, ref entry, access, wrongKindStatus);
        }

        if (!PortAccess.IsKind(access, PortKind.Message))
        {
            return PostToWrongKind(context, ref entry, access, wrongKindStatus);
        }

        CountRefusal(context, ref entry, access, wrongKind: false);
        context.Counters.CountPostFailure(FailureStatus.OperationDenied);
        return HvStatus.OperationDenied;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus RefuseSignal(
        DispatchContext context, ref PortEntry entry, ulong access, SignalPath path, HvStatus wrongKindStatus)
    {
        if (context.Mark != 0)
        {
            return RefuseSignalFromCallback(context, ref entry, access, path, wrongKindStatus);
        }

        if (!PortAccess.IsKind(access, PortKind.Event))
        {
            return SignalToWrongKind(context, ref entry, access, path, wrongKindStatus);
        }

        CountRefusal(context, ref entry, access, wrongKind: false);
        context.Counters.CountSignalFailure(FailureStatus.OperationDenied, path);
        return HvStatus.OperationDenied;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostToWrongKind(DispatchContext context, ref PortEntry entry, ulong access, HvStatus status)
    {
        CountRefusal(context, ref entry, access, wrongKind: true);
        context.Counters.CountPostFailure(status);
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus SignalToWrongKind(
        DispatchContext context, ref PortEntry entry, ulong access, SignalPath path, HvStatus status)
    {
        CountRefusal(context, ref entry, access, wrongKind: true);
        context.Counters.CountSignalFailure(status, path);
        return status;
    }

    // Marked too: so long the entry stays with this port.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountRefusal(DispatchContext context, ref PortEntry entry, ulong access, bool wrongKind)
    {
        context.Mark = access;
        if (entry.Access == access)
        {
            entry.LastActivity = context.Timestamp;
            if (wrongKind)
            {
                entry.WrongKind++;
            }
            else
            {
                entry.Denied++;
            }
        }

        context.Mark = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus RefusePostFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, HvStatus wrongKindStatus)
    {
        context.PutMarkAside();
        var status = RefusePost(context, ref entry, access, wrongKindStatus);
        context.TakeMarkBack();
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus RefuseSignalFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, SignalPath path, HvStatus wrongKindStatus)
    {
        context.PutMarkAside();
        var status = RefuseSignal(context, ref entry, access, path, wrongKindStatus);
        context.TakeMarkBack();
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostToFull(DispatchContext context, ref PortEntry entry, ulong access, Port port)
    {
        if (entry.Access == access)
        {
            entry.LastActivity = context.Timestamp;
            entry.Busy++;
        }
        else
        {
            CountApart(context, port, new PortStatistics { Busy = 1 });
        }

        context.Mark = 0;
        context.Counters.CountPostFailure(HvStatus.InsufficientBuffers);
        return HvStatus.InsufficientBuffers;
    }

    // Between the two looks at the entry the port went away: there was a moment without one, and that is the answer.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostToRemoved(DispatchContext context)
    {
        context.Mark = 0;
        return PostToNobody(context);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus SignalToRemoved(DispatchContext context, SignalPath path)
    {
        context.Mark = 0;
        return SignalToNobody(context, path);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus Fault(DispatchContext context, Port port, Exception exception)
    {
        try
        {
            CountApart(context, port, new PortStatistics { Faulted = 1 });
            port.Registration.LogFault(exception);
        }
        finally
        {
            context.Mark = 0; // also when the log throws
        }

        return HvStatus.OperationFailed;
    }

    // The port was removed while it was called, perhaps by this very call: its entry may be another port's by now.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountApart(DispatchContext context, Port port, PortStatistics call) =>
        port.Registration.CountApart(call with { LastActivity = context.Timestamp });
}
