using Synic.Hv;

namespace Synic.Hypercalls;

/// <summary>The registers that HvGetVpRegisters and HvSetVpRegisters reach.</summary>
public interface IVpRegisters
{
    /// <returns>UnknownRegisterName, InvalidVpIndex, or Success.</returns>
    HvStatus GetRegister(Vtl vtl, VpIndex vp, uint name, out UInt128 value);

    /// <returns>UnknownRegisterName, InvalidVpIndex, InvalidParameter for a value that is refused, or Success.</returns>
    HvStatus SetRegister(Vtl vtl, VpIndex vp, uint name, UInt128 value);
}
