using System.Globalization;
using Synic.Hv;
using Synic.Inspection;

namespace Synic.Emulation;

/// <summary>Shows the SynIC of every VP in every VTL, with the field names of OpenVMM's inspect.</summary>
/// <param name="synic">Whose.</param>
/// <param name="running">VPs run meanwhile, and are not stopped: what is read need not fit together.</param>
public sealed class SynicTree(GlobalSynic synic, Func<bool> running) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        for (uint vp = 0; vp < synic.VpCount; vp++)
        {
            var index = new VpIndex(vp);
            node.Child(vp.ToString(CultureInfo.InvariantCulture), child => ShowVp(child, index));
        }
    }

    private void ShowVp(InspectResponse node, VpIndex vp)
    {
        var online = false;
        for (byte vtl = 0; vtl < synic.VtlCount; vtl++)
        {
            var level = new Vtl(vtl);
            online |= synic.TryReadMsr(level, vp, HvMsr.SControl, out var control) && new SControlRegister(control).Enabled;
            node.Child($"vtl{vtl}/synic", child => Show(child, level, vp));
        }

        node.Field("online", online, InspectTraits.Safe with { Approximate = running() });
    }

    private void Show(InspectResponse node, Vtl vtl, VpIndex vp)
    {
        if (synic.Inspect(vtl, vp) is { } state && synic.TryReadMsr(vtl, vp, HvMsr.SVersion, out var version))
        {
            new ProcessorSynicNode(state, version, running()).Inspect(node);
        }
    }
}
