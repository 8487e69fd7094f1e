using System.Globalization;
using Synic.Contracts;
using Synic.Faults;
using Synic.Emulation;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions.Explain;

/// <summary>A message or event flag that the host might send to a SINT.</summary>
internal readonly record struct ExplainedDelivery
{
    public bool IsPost { get; init; }

    public Vtl Vtl { get; init; }

    public VpIndex Vp { get; init; }

    public SintIndex Sint { get; init; }

    public ushort Flag { get; init; }
}

/// <summary>Says what would become of a message or flag for a guest now, and why what waits waits. Nothing is sent.</summary>
internal sealed class DeliveryExplainer(PartitionHost host, ExplainedDelivery delivery)
{
    private const ulong FlagAreaBytes = 256;
    private const byte FirstVector = 16;

    private readonly CheckList _checks = new();
    private readonly List<ExplainHint> _hints = [];

    private string Link => $"{CheckList.PathsOf(host)}/vps/{delivery.Vp}/sints";

    // By what is known of it; the rest of a match counts as met.
    private bool MayMean(FaultMatch match) =>
        match.Has(delivery.IsPost ? FaultOperation.GuestMessage : FaultOperation.GuestEvent)
        && (match.Vtl ?? delivery.Vtl) == delivery.Vtl
        && (match.Vp ?? delivery.Vp) == delivery.Vp
        && (match.Sint ?? delivery.Sint) == delivery.Sint
        && (delivery.IsPost || (match.Flag ?? delivery.Flag) == delivery.Flag);

    public ExplainReport Explain()
    {
        _checks.AddBackend(host);
        var faulted = _checks.AddFaultRules(host, MayMean);
        var state = host.Partition.Synic.Inspect(delivery.Vtl, delivery.Vp);
        _checks.Add(
            "vp_exists", state is not null, $"VP {delivery.Vp}, VTL {delivery.Vtl}",
            state is not null ? "the partition has it" : $"the partition has the VPs 0 to {host.Partition.VpCount - 1} and the VTLs 0 to {host.Partition.Synic.VtlCount - 1}",
            $"{CheckList.PathsOf(host)}/vps");
        var (result, decidedBy) = state is null ? (nameof(GuestPostResult.InvalidVp), "vp_exists") : Check(state);
        if (host.Partition.Synic.IsClosed)
        {
            (result, decidedBy) = (nameof(GuestPostResult.PartitionGone), "backend_up");
        }

        var name = Names.Snake(result);
        var what = delivery.IsPost ? "A message" : $"Flag {delivery.Flag}";
        return new ExplainReport
        {
            Operation = delivery.IsPost ? "post" : "signal",
            Direction = "host_to_guest",
            Checks = _checks.Checks,
            FirstFailure = _checks.FirstFailure,
            Verdict = new ExplainVerdict(
                name, null, Certain: !faulted, decidedBy, host.DialectName,
                _checks.FirstFailure == "backend_up" && decidedBy != "backend_up" ? $"{what} for SINT {delivery.Sint} would end as {name}, and no guest runs that could see it."
                : faulted ? $"{what} for SINT {delivery.Sint} may be changed by a fault rule: see fault_rules."
                : decidedBy is null ? $"{what} for SINT {delivery.Sint} would be accepted: {name}." : $"{what} for SINT {delivery.Sint} would end as {name}: see {decidedBy}."),
            Hints = _hints,
            AsOf = host.Now,
        };
    }

    private (string Result, string? DecidedBy) Check(ProcessorSynicState state)
    {
        var sintExists = delivery.Sint.IsValid;
        var on = new SControlRegister(state.SControl).Enabled;
        if (delivery.IsPost)
        {
            _checks.Unknown("vp_online", null, "messages wait for a VP that has not started; whether it runs now is not known here", Link);
        }
        else
        {
            _checks.Unknown("vp_online", null, "the flag is set in memory whether the VP runs or not", Link);
        }

        _checks.Add("scontrol_enabled", on, $"0x{state.SControl:x}", on ? "the SynIC of this VP is on" : "the guest turned the SynIC of this VP off", Link);
        var page = new OverlayRegister(delivery.IsPost ? state.Simp : state.Siefp);
        var pageName = delivery.IsPost ? "simp_enabled" : "siefp_enabled";
        _checks.Add(
            pageName, page.Enabled, $"0x{page.Value:x}",
            page.Enabled ? $"the page is at {page.Gpa}" : "the guest has given no page", Link);
        _checks.Add("sint_in_range", sintExists, $"{delivery.Sint}", $"SINTs are 0 to {SintIndex.Count - 1}", Link);
        if (!sintExists)
        {
            return (nameof(GuestPostResult.InvalidSint), "sint_in_range");
        }

        var sint = state.Sints[delivery.Sint.Value];
        var register = new SintRegister(sint.Raw);
        var open = register is { Masked: false, Proxy: false };
        _checks.Add(
            "sint_unmasked", open, $"0x{sint.Raw:x}",
            open ? "the guest listens" : register.Masked ? "the guest masked the SINT" : "the SINT is left to somebody else (proxy)", Link);
        var verdict = delivery.IsPost ? CheckPost(sint, on, page.Enabled, open) : CheckSignal(on, page, open);
        CheckInterrupt(sint, register);
        return verdict;
    }

    private (string Result, string? DecidedBy) CheckPost(SintState sint, bool on, bool hasPage, bool open)
    {
        var waiting = sint.QueueLength.ToString(CultureInfo.InvariantCulture);
        var room = host.Partition.Synic.WaitForRoomAsync(delivery.Vtl, delivery.Vp, delivery.Sint, CancellationToken.None).IsCompleted;
        _checks.Add("slot_free", !sint.SlotBusy, sint.SlotBusy ? "busy" : "free", sint.SlotBusy ? "the guest has not taken the message in it" : "the guest can be given a message", Link);
        _checks.Add("queue_room", room, waiting, room ? $"{waiting} message(s) wait before it" : $"{waiting} messages wait: no more are taken", Link);
        if (sint.BlockedBy is { } reason)
        {
            _hints.Add(new ExplainHint($"{waiting} message(s) wait already, the first because of {reason}.", Link));
        }

        // As the SynIC does it: a masked SINT is looked at first, and what waits is tried before what comes.
        if (!open)
        {
            return (nameof(GuestPostResult.Masked), "sint_unmasked");
        }

        if (!on || !hasPage || sint.SlotBusy)
        {
            var blocked = !on ? "scontrol_enabled" : !hasPage ? "simp_enabled" : "slot_free";
            return room ? (nameof(GuestPostResult.Deferred), blocked) : (nameof(GuestPostResult.QueueFull), "queue_room");
        }

        return sint.QueueLength == 0 ? (nameof(GuestPostResult.Delivered), null) : (nameof(GuestPostResult.Deferred), "eom_seen");
    }

    private (string Result, string? DecidedBy) CheckSignal(bool on, OverlayRegister page, bool open)
    {
        var known = delivery.Flag < SignalEventInput.FlagCount;
        _checks.Add("flag_in_range", known, $"{delivery.Flag}", $"flags are 0 to {SignalEventInput.FlagCount - 1}", Link);
        bool? clear = null;
        if (known && page.Enabled && ReadFlag(page.Gpa) is { } set)
        {
            clear = !set;
            _checks.Add("flag_clear", !set, set ? "set" : "clear", set ? "the guest has not looked at it: no second interrupt is raised" : "the guest has looked at every earlier signal", Link);
        }
        else
        {
            _checks.NotApplicable("flag_clear", "there is no such flag");
        }

        new ChannelRing(host, delivery).AddTo(_checks, _hints, !clear);

        return !known ? (nameof(GuestSignalResult.InvalidFlag), "flag_in_range")
            : !on ? (nameof(GuestSignalResult.SControlDisabled), "scontrol_enabled")
            : !page.Enabled ? (nameof(GuestSignalResult.SiefpDisabled), "siefp_enabled")
            : !open ? (nameof(GuestSignalResult.Masked), "sint_unmasked")
            : clear == false ? (nameof(GuestSignalResult.Coalesced), "flag_clear")
            : (nameof(GuestSignalResult.Interrupt), null);
    }

    private void CheckInterrupt(SintState sint, SintRegister register)
    {
        if (register.Polling)
        {
            _checks.NotApplicable("vector_valid", "the guest polls: it wants no interrupt", $"{register.Vector}");
            _checks.NotApplicable("interrupt_accepted", "the guest polls: it wants no interrupt");
        }
        else
        {
            _checks.Add("vector_valid", register.Vector >= FirstVector, $"{register.Vector}", $"vectors below {FirstVector} are the processor's own", Link);
            _checks.Unknown("interrupt_accepted", null, "whether the guest's processor takes it now (its flags, its APIC) cannot be seen from here", Link);
        }

        if (!delivery.IsPost)
        {
            _checks.NotApplicable("eom_seen", "event flags need no EOM");
            return;
        }

        var missing = sint is { SlotBusy: false, QueueLength: > 0, BlockedBy: SintState.AwaitingEom };
        _checks.Add(
            "eom_seen", !missing, sint.Pending ? "message_pending" : null,
            missing ? "the guest took the message before, but has not written EOM" : sint.QueueLength == 0 ? "nothing waits for it" : "it is not what the queue waits for", Link);
    }

    private bool? ReadFlag(Gpa page)
    {
        Span<byte> cell = stackalloc byte[1];
        return host.Partition.Memory.TryRead(page + ((delivery.Sint.Value * FlagAreaBytes) + (uint)(delivery.Flag / 8)), cell)
            ? (cell[0] & (1 << (delivery.Flag % 8))) != 0
            : null;
    }
}
