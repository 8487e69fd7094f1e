using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>What becomes of a call whose entry was found: the callback, or a refusal; marked and counted.</summary>
internal static partial class PortCall
{
    // Methods of their own, so that a refused call does not pay for the frame that a callback needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus Post(
        DispatchContext context, ref PortEntry entry, ulong access, bool trusted, PostedMessage message, ConnectionId connection)
    {
        if (context.Mark != 0)
        {
            return PostFromCallback(context, ref entry, access, trusted, message, connection);
        }

        if (!context.TryEnter(in entry, access))
        {
            return PostToNobody(context);
        }

        var port = entry.Port!;
        bool taken;
        try
        {
            taken = port.TryHandleMessage(message, trusted);
        }
        catch (Exception e)
        {
            context.CountPostFailure(HvStatus.OperationFailed);
            return Fault(context, port, e);
        }

        if (!taken)
        {
            return PostToFull(context, port);
        }

        if (entry.Access == access)
        {
            CountTaken(context, ref entry, message.Length, connection);
        }
        else
        {
            CountRemoved(context, port, message.Length);
        }

        context.Mark = 0;
        context.CountPostBytes(message.Length);
        return HvStatus.Success;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountTaken(DispatchContext context, ref PortEntry entry, int bytes, ConnectionId connection)
    {
        entry.LastActivity = context.Timestamp;
        entry.Calls++;
        context.SideOf(connection).Bytes += bytes; // room was made with the entry's
    }

    /// <summary>The call itself; who gets a failure counts it.</summary>
    /// <remarks>
    /// After the callback the entry is not looked at again: should the callback have removed its own port, then this
    /// is in a page that nobody uses any more (<see cref="ContextSet.Release"/>), and the call is counted.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus Signal(DispatchContext context, ref PortEntry entry, ulong access, ushort flag)
    {
        if (context.Mark != 0)
        {
            return SignalFromCallback(context, ref entry, access, flag);
        }

        if (!context.TryEnter(in entry, access))
        {
            return HvStatus.InvalidConnectionId;
        }

        var port = entry.Port!;
        try
        {
            port.HandleEvent(flag);
        }
        catch (Exception e)
        {
            return FaultOfSignal(context, port, e);
        }

        entry.LastActivity = context.Timestamp;
        entry.Calls++;
        context.Mark = 0;
        return HvStatus.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus SignalFailed(DispatchContext context, HvStatus status, SignalPath path)
    {
        context.CountSignalFailure(status, path);
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus PostToNobody(DispatchContext context)
    {
        context.CountPostFailure(FailureStatus.InvalidConnectionId);
        return HvStatus.InvalidConnectionId;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus SignalToNobody(DispatchContext context, SignalPath path)
    {
        context.CountSignalFailure(FailureStatus.InvalidConnectionId, path);
        return HvStatus.InvalidConnectionId;
    }

    // There is a port: of the other kind, or for more trusted callers. The order of the checks is the seed's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus RefusePost(
        DispatchContext context, ref PortEntry entry, ulong access, SynicPortMap map, ConnectionId connection)
    {
        if (context.Mark != 0)
        {
            return RefusePostFromCallback(context, ref entry, access, map, connection);
        }

        if (!PortAccess.IsKind(access, PortKind.Message))
        {
            return PostToWrongKind(context, in entry, access, map.WrongKindStatus);
        }

        CountDenied(context, ref entry, access, connection);
        context.CountPostFailure(FailureStatus.OperationDenied);
        return HvStatus.OperationDenied;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static HvStatus RefuseSignal(
        DispatchContext context, ref PortEntry entry, ulong access, SignalPath path, SynicPortMap map, ConnectionId connection)
    {
        if (context.Mark != 0)
        {
            return RefuseSignalFromCallback(context, ref entry, access, path, map, connection);
        }

        if (!PortAccess.IsKind(access, PortKind.Event))
        {
            return SignalToWrongKind(context, in entry, access, path, map.WrongKindStatus);
        }

        CountDenied(context, ref entry, access, connection);
        context.CountSignalFailure(FailureStatus.OperationDenied, path);
        return HvStatus.OperationDenied;
    }

    // Marked too: so long the entry stays with this port.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CountDenied(DispatchContext context, ref PortEntry entry, ulong access, ConnectionId connection)
    {
        context.Mark = access;
        if (entry.Access == access)
        {
            entry.LastActivity = context.Timestamp;
            context.FindSide(connection).Denied++;
        }

        context.Mark = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostToWrongKind(DispatchContext context, in PortEntry entry, ulong access, HvStatus status)
    {
        CountWrongKind(context, in entry, access);
        context.CountPostFailure(status);
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus SignalToWrongKind(
        DispatchContext context, in PortEntry entry, ulong access, SignalPath path, HvStatus status)
    {
        CountWrongKind(context, in entry, access);
        context.CountSignalFailure(status, path);
        return status;
    }

    private static void CountWrongKind(DispatchContext context, in PortEntry entry, ulong access)
    {
        if (context.TryEnter(in entry, access))
        {
            entry.Port!.Registration.Rare.CountWrongKind(context.Timestamp);
            context.Mark = 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostToFull(DispatchContext context, Port port)
    {
        port.Registration.Rare.CountBusy(context.Timestamp);
        context.Mark = 0;
        context.CountPostFailure(HvStatus.InsufficientBuffers);
        return HvStatus.InsufficientBuffers;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus Fault(DispatchContext context, Port port, Exception exception)
    {
        try
        {
            port.Registration.Rare.CountFault(context.Timestamp);
            port.Registration.LogFault(exception);
        }
        finally
        {
            context.Mark = 0; // also when the log throws
        }

        return HvStatus.OperationFailed;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus FaultOfSignal(DispatchContext context, Port port, Exception exception)
    {
        if (port.Registration.Released)
        {
            port.Registration.Rare.UncountCall(); // it was counted when the callback removed its port
        }

        return Fault(context, port, exception);
    }

    // The port was removed while it was called, perhaps by this very call: its entry may be another port's by now.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountRemoved(DispatchContext context, Port port, int bytes) =>
        port.Registration.Rare.CountCall(bytes, context.Timestamp);
}
