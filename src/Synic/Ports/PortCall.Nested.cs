using System.Runtime.CompilerServices;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Ports;

// Calls out of a callback: the mark of the one that runs is put aside meanwhile. A callback further down this stack may
// be removed before the call ends, and the page of its entry with it, so entries are found again to be counted in.
internal static partial class PortCall
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus PostFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, bool trusted, PostedMessage message, ConnectionId connection)
    {
        context.PutMarkAside();
        try
        {
            return PostNested(context, ref entry, access, trusted, message, connection);
        }
        finally
        {
            context.TakeMarkBack();
        }
    }

    private static HvStatus PostNested(
        DispatchContext context, ref PortEntry entry, ulong access, bool trusted, PostedMessage message, ConnectionId connection)
    {
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

        CountNested(context, port, access, message.Length);
        context.Mark = 0;
        context.CountPostBytes(message.Length);
        return HvStatus.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus SignalFromCallback(DispatchContext context, ref PortEntry entry, ulong access, ushort flag)
    {
        context.PutMarkAside();
        try
        {
            return SignalNested(context, ref entry, access, flag);
        }
        finally
        {
            context.TakeMarkBack();
        }
    }

    private static HvStatus SignalNested(DispatchContext context, ref PortEntry entry, ulong access, ushort flag)
    {
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
            return Fault(context, port, e);
        }

        CountNested(context, port, access, bytes: 0);
        context.Mark = 0;
        return HvStatus.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus RefusePostFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, SynicPortMap map, ConnectionId connection)
    {
        context.PutMarkAside();
        var status = RefusePost(context, ref entry, access, map, connection);
        context.TakeMarkBack();
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HvStatus RefuseSignalFromCallback(
        DispatchContext context, ref PortEntry entry, ulong access, SignalPath path, SynicPortMap map, ConnectionId connection)
    {
        context.PutMarkAside();
        var status = RefuseSignal(context, ref entry, access, path, map, connection);
        context.TakeMarkBack();
        return status;
    }

    private static void CountNested(DispatchContext context, Port port, ulong access, int bytes)
    {
        ref var entry = ref context.Find(port.Connection);
        if (entry.Access == access)
        {
            CountTaken(context, ref entry, bytes, port.Connection);
        }
        else
        {
            CountRemoved(context, port, bytes);
        }
    }
}
