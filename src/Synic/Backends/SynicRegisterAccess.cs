using Synic.Emulation;
using Synic.Hv;
using Synic.Hypercalls;

namespace Synic.Backends;

/// <summary>The SynIC's registers under their HvRegister names: the same state as the MSRs.</summary>
internal sealed class SynicRegisterAccess(GlobalSynic synic) : IVpRegisters
{
    public HvStatus GetRegister(Vtl vtl, VpIndex vp, uint name, out UInt128 value)
    {
        value = 0;
        if (vp.Value >= (uint)synic.VpCount || vtl.Value >= synic.VtlCount)
        {
            return HvStatus.InvalidVpIndex;
        }

        if (ToMsr(name) is not { } msr || !synic.TryReadMsr(vtl, vp, msr, out var register))
        {
            return HvStatus.UnknownRegisterName;
        }

        value = register;
        return HvStatus.Success;
    }

    public HvStatus SetRegister(Vtl vtl, VpIndex vp, uint name, UInt128 value)
    {
        if (vp.Value >= (uint)synic.VpCount || vtl.Value >= synic.VtlCount)
        {
            return HvStatus.InvalidVpIndex;
        }

        if (ToMsr(name) is not { } msr)
        {
            return HvStatus.UnknownRegisterName;
        }

        return value <= ulong.MaxValue && synic.TryWriteMsr(vtl, vp, msr, (ulong)value)
            ? HvStatus.Success
            : HvStatus.InvalidParameter;
    }

    private static uint? ToMsr(uint name) => name switch
    {
        >= HvRegisterName.Sint0 and <= HvRegisterName.Sint15 => HvMsr.Sint0 + (name - HvRegisterName.Sint0),
        HvRegisterName.SControl => HvMsr.SControl,
        HvRegisterName.SVersion => HvMsr.SVersion,
        HvRegisterName.Siefp => HvMsr.Siefp,
        HvRegisterName.Simp => HvMsr.Simp,
        HvRegisterName.Eom => HvMsr.Eom,
        >= HvRegisterName.Stimer0Config and <= HvRegisterName.Stimer3Count =>
            HvMsr.Stimer0Config + (name - HvRegisterName.Stimer0Config),
        _ => null,
    };
}
