#pragma warning disable
using Synic.Hv;
using Synic.Ports;

namespace Synic.Hypercalls;

public sealed class PortHypercalls(SynicPortMap map, ISynic synic, SynicDialect dialect)
{
    public HvStatus PostMessage(DispatchContext context, Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload) => throw new NotSupportedException(map + "" + synic + dialect);
    public HvStatus SignalEvent(DispatchContext context, Vtl vtl, ConnectionId connection, ushort flag) => throw new NotSupportedException();
}
