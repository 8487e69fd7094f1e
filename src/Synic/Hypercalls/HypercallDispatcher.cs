#pragma warning disable
using Synic.Hv;
using Synic.Memory;

namespace Synic.Hypercalls;

public sealed class HypercallDispatcher(IGuestMemory memory, PortHypercalls ports, IVpRegisters registers, SynicDialect dialect)
{
    public HypercallResult Dispatch(ref HypercallContext call) => throw new NotSupportedException(memory + "" + ports + registers + dialect);
}
