using System.Globalization;
using Synic.Hv;
using Synic.Inspection;

namespace Synic.Emulation;

/// <summary>Shows a picture of one SynIC: registers as OpenVMM shows them, and what they mean.</summary>
internal sealed class ProcessorSynicNode(ProcessorSynicState state, ulong version, bool live) : IInspectable
{
    private readonly InspectTraits _plain = InspectTraits.Safe with { Approximate = live };
    private readonly InspectTraits _hex = InspectTraits.SafeHex with { Approximate = live };
    private readonly InspectTraits _binary = InspectTraits.SafeBinary with { Approximate = live };
    private readonly InspectTraits _count = InspectTraits.SafeCount with { Approximate = live };

    private static readonly Action<InspectResponse> s_nothing = static _ => { };

    public void Inspect(InspectResponse node)
    {
        node.Field("scontrol", state.SControl, _hex);
        node.Field("sversion", version, InspectTraits.SafeHex);
        node.Field("simp", state.Simp, _hex);
        node.Field("siefp", state.Siefp, _hex);
        node.Child("simp_page", page => ShowPage(page, state.Simp));
        node.Child("siefp_page", page => ShowPage(page, state.Siefp));
        node.Field("pending_sints", MaskOf(static s => s.Pending || s.QueueLength != 0), _binary);
        node.Field("ready_sints", MaskOf(IsReady), _binary);
        node.Child("sint", sints => ForEach((name, sint) => sints.Field(name, sint.Raw, _hex)));
        node.Child("sint_decoded", sints => ForEach((name, sint) => sints.Child(name, child => ShowDecoded(child, sint))));
        node.Child("queue", queues => ForEach((name, sint) => queues.Field(name, sint.QueueLength, _count)));
        node.Child("slots", slots => ForEach((name, sint) => slots.Child(name, child => ShowSlot(child, sint))));
        node.Child("timers", ShowTimers);
    }

    /// <summary>Where the page is: over the guest's memory, or with us until the guest enables it.</summary>
    private static void ShowPage(InspectResponse node, ulong register) =>
        node.Child(new OverlayRegister(register).Enabled ? "mapped" : "local", s_nothing);

    // A message would go into the slot at once.
    private bool IsReady(SintState sint) =>
        new SControlRegister(state.SControl).Enabled && new OverlayRegister(state.Simp).Enabled
        && new SintRegister(sint.Raw) is { Masked: false, Proxy: false } && sint is { SlotBusy: false, QueueLength: 0 };

    private ushort MaskOf(Func<SintState, bool> has)
    {
        var mask = 0;
        for (var i = 0; i < state.Sints.Count; i++)
        {
            mask |= has(state.Sints[i]) ? 1 << i : 0;
        }

        return (ushort)mask;
    }

    private void ForEach(Action<string, SintState> show)
    {
        for (var i = 0; i < state.Sints.Count; i++)
        {
            show(i.ToString(CultureInfo.InvariantCulture), state.Sints[i]);
        }
    }

    private void ShowDecoded(InspectResponse node, SintState sint)
    {
        var register = new SintRegister(sint.Raw);
        node.Field("vector", register.Vector, _hex);
        node.Field("masked", register.Masked, _plain);
        node.Field("auto_eoi", register.AutoEoi, _plain);
        node.Field("polling", register.Polling, _plain);
        node.Field("proxy", register.Proxy, _plain);
        node.Field("blocked_by", sint.BlockedBy, _plain);
    }

    private void ShowSlot(InspectResponse node, SintState sint)
    {
        node.Field("busy", sint.SlotBusy, _plain);
        node.Field("pending", sint.Pending, _plain);
        node.Field("flags_set", sint.FlagsSet, _count);
    }

    private void ShowTimers(InspectResponse node)
    {
        for (var i = 0; i < state.Timers.Count; i++)
        {
            var timer = state.Timers[i];
            var config = new StimerConfig(timer.Config);
            node.Child(i.ToString(CultureInfo.InvariantCulture), child =>
            {
                child.Field("config", timer.Config, _hex);
                child.Field("count", timer.Count, _plain);
                child.Field("due_time", timer.Due, _plain with { Unit = "100ns" });
                child.Field("enabled", config.Enabled, _plain);
                child.Field("periodic", config.Periodic, _plain);
                child.Field("direct", config.Direct, _plain);
                child.Field("sint", config.Direct ? default(byte?) : config.Sint.Value, _plain);
            });
        }
    }
}
