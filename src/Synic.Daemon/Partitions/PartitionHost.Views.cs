using System.Globalization;
using System.Runtime.CompilerServices;
using Synic.Backends;
using Synic.Contracts;
using Synic.Diagnostics;
using Synic.Emulation;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Partitions;

/// <summary>The partition in the records that the API sends and the pages show.</summary>
internal sealed partial class PartitionHost
{
    private static readonly string[] s_labActions = ["create_port", "delete_port", "act_as_guest", "suspend_fast_path"];

    public DateTimeOffset Now => Microseconds(_time.GetUtcNow());

    /// <summary>Differs when something that the pages show may have changed.</summary>
    public string ChangeMark => string.Create(
        CultureInfo.InvariantCulture,
        $"{State} {Reboots} {Totals.Read(Partition.Ports.Map)} {RuntimeHelpers.GetHashCode(Partition.Ports.Map.Snapshot())} {Sampler.Mark} {Partition.Synic.Counters.Delivered}");

    public PartitionSummary Summarize() => new()
    {
        Name = Name,
        State = Names.Of(State),
        StateReason = Exit?.Reason ?? (State == PartitionState.Created ? "no guest is loaded: the VPs do not run" : _machine.RebootReason),
        Reboots = Reboots,
        Backend = Names.Of(Partition.Backend),
        SynicMode = Partition.SynicMode,
        Dialect = DialectName,
        Guest = new GuestSummary(Guest.Kind, Guest.Simulated, Guest.Description),
        Vps = Partition.VpCount,
        MemoryMiB = (int)(Partition.Memory.Size >> 20),
        Since = Microseconds(_since),
        Ports = Partition.Ports.Map.Snapshot().Count,
        GuestPorts = Partition.Ports.GuestPorts().Count,
        Traffic = SummarizeTraffic(),
        Actions = !Lab ? [] : Guest.SerialInput is null ? s_labActions : [.. s_labActions, "type_serial"],
    };

    public string DialectName => Settings.Dialect.ToString().ToLowerInvariant();

    public BackendSummary SummarizeBackend() => new()
    {
        Kind = Names.Of(Partition.Backend),
        SynicMode = Partition.SynicMode,
        Reason = BackendReason,
        Capabilities = [.. Partition.Capabilities.Select(static c => new CapabilitySummary(c.Name, c.Available, c.Reason))],
        Choices = [.. Probes.Select(static p => new BackendChoice(Names.Of(p.Kind), p.Usable, p.Reason))],
        Exits = Metrics.Exits.ToDictionary(static e => e.Label, static e => e.Count),
    };

    public PortSummary Summarize(PortRegistration registration)
    {
        var port = registration.Port;
        var statistics = registration.Statistics;
        Sampler.TryGet(port.Generation, out var sample);
        var fast = registration.FastPathSignals;
        return new PortSummary
        {
            Connection = registration.Connection.Value,
            ConnectionText = registration.Connection.ToString(),
            Kind = Names.Of(port.Kind),
            MinimumVtl = port.MinimumVtl.Value,
            Owner = registration.Owner,
            Since = Microseconds(registration.Since),
            Generation = port.Generation,
            FastPath = registration.FastPath is null ? "none" : registration.FastPathActive ? "active" : "suspended",
            MonitorId = registration.Monitor?.Id.Value,
            Calls = statistics.Calls + fast,
            Bytes = port.Kind == PortKind.Message ? statistics.Bytes : null,
            Failures = statistics.Failures,
            FailuresByStatus = statistics.FailuresByStatus.ToDictionary(static f => f.Status.Name, static f => f.Count),
            CallsPerSecond = fast is null ? null : sample.CallsPerSecond,
            FailuresPerSecond = sample.FailuresPerSecond,
            LastActivity = fast is null ? null : TimeOf(Math.Max(statistics.LastActivity, sample.FastActivity)),
            NotKnown = fast is null ? s_uncounted : null,
        };
    }

    /// <summary>What is left of a port that went.</summary>
    public PortSummary Summarize(DepartedPort port)
    {
        var statistics = port.Statistics;
        return new PortSummary
        {
            Connection = port.Connection.Value,
            ConnectionText = port.Connection.ToString(),
            Kind = Names.Of(port.Kind),
            MinimumVtl = port.MinimumVtl.Value,
            Owner = port.Owner,
            Since = Microseconds(port.Since),
            Generation = port.Generation,
            FastPath = "none",
            MonitorId = port.Monitor?.Value,
            Calls = statistics.Calls + port.FastPathSignals,
            Bytes = port.Kind == PortKind.Message ? statistics.Bytes : null,
            Failures = statistics.Failures,
            FailuresByStatus = statistics.FailuresByStatus.ToDictionary(static f => f.Status.Name, static f => f.Count),
            LastActivity = TimeOf(statistics.LastActivity),
            NotKnown = port.FastPathSignals is null ? s_uncounted : null,
            Departed = new PortDepartureSummary(
                Microseconds(port.Until), Names.Of(port.Reason), $"/api/v1/partitions/{Uri.EscapeDataString(Name)}/departed-ports/{port.Generation}"),
        };
    }

    /// <summary>Ports that refuse calls now, most first.</summary>
    public IEnumerable<FailingPort> FailingPorts(int most) => Partition.Ports.Map.Snapshot()
        .Select(r => (Registration: r, Rate: Sampler.TryGet(r.Port.Generation, out var sample) ? sample.FailuresPerSecond ?? 0 : 0))
        .Where(static p => p.Rate > 0)
        .OrderByDescending(static p => p.Rate)
        .Take(most)
        .Select(p => new FailingPort(Name, Summarize(p.Registration)));

    public IReadOnlyList<GuestPortSummary> SummarizeGuestPorts() =>
    [
        .. Partition.Ports.GuestPorts().Select(p => new GuestPortSummary
        {
            Id = p.Id,
            Kind = p.IsMessage ? "message" : "event",
            Vtl = p.Vtl.Value,
            Vp = p.Vp.Value,
            Sint = p.Sint.Value,
            Flag = p.Flag,
            QueueLength = p.IsMessage ? Partition.Synic.QueueLength(p.Vtl, p.Vp, p.Sint) : null,
            LastResult = p.LastResult is null ? null : Names.Snake(p.LastResult),
            Calls = p.Calls,
        }),
    ];

    public IReadOnlyList<VpSummary> SummarizeVps() =>
        [.. Enumerable.Range(0, Partition.VpCount).Select(vp => SummarizeVp(new VpIndex((uint)vp)))];

    public VpSummary SummarizeVp(VpIndex vp)
    {
        var synics = new List<SynicSummary>();
        for (byte vtl = 0; vtl < Partition.Synic.VtlCount; vtl++)
        {
            if (Partition.Synic.Inspect(new Vtl(vtl), vp) is { } state)
            {
                synics.Add(Summarize(vtl, state));
            }
        }

        return new VpSummary(vp.Value, synics.Exists(static s => s.Enabled), synics);
    }

    /// <summary>Null when the backend has none.</summary>
    public IReadOnlyList<MonitorPageSummary>? SummarizeMonitorPages() => Partition.Monitors is not { } monitors ? null :
    [
        .. Enumerable.Range(0, Partition.Synic.VtlCount).Select(vtl =>
        {
            var page = monitors.Page(new Vtl((byte)vtl));
            return new MonitorPageSummary
            {
                Vtl = vtl,
                ChildToParent = page.Pages?.ChildToParent.ToString(),
                ParentToChild = page.Pages?.ParentToChild.ToString(),
                Signalled = page.Signalled,
                UnknownTriggers = page.UnknownTriggers,
                OutsideWrites = page.OutsideWrites,
                Cells = [.. Enumerable.Range(0, MonitorId.Count).Select(id => Summarize(page, new MonitorId((byte)id)))],
            };
        }),
    ];

    internal int WaitingMessages(SintIndex sint)
    {
        var waiting = 0;
        for (byte vtl = 0; vtl < Partition.Synic.VtlCount; vtl++)
        {
            for (uint vp = 0; vp < Partition.VpCount; vp++)
            {
                waiting += Partition.Synic.QueueLength(new Vtl(vtl), new VpIndex(vp), sint);
            }
        }

        return waiting;
    }

    private static readonly Dictionary<string, string> s_uncounted =
        new[] { "calls", "callsPerSecond", "lastActivity" }
            .ToDictionary(static f => f, static _ => "the fast path signals this port without a call that could be counted");

    private TrafficSummary SummarizeTraffic()
    {
        var dispatch = Metrics.Dispatch.ToList();
        var totals = Totals.Read(dispatch);
        var rates = Sampler.Rates;
        var delivery = Metrics.Delivery;
        return new TrafficSummary
        {
            Posts = totals.Posts,
            PostFailures = totals.PostFailures,
            Signals = totals.Signals,
            SignalFailures = totals.SignalFailures,
            PostsPerSecond = rates.Posts,
            SignalsPerSecond = rates.Signals,
            FailuresPerSecond = rates.Failures,
            FailuresByStatus = FailureStatus.Names
                .Select((name, status) => (name, count: dispatch.Sum(c =>
                    c.PostFailures(status)
                    + c.SignalFailures(status, SignalPath.Hypercall)
                    + c.SignalFailures(status, SignalPath.Monitor))))
                .Where(static f => f.count > 0)
                .ToDictionary(static f => f.name, static f => f.count),
            GuestMessagesDelivered = delivery.Delivered,
            GuestMessagesWaiting = Enumerable.Range(0, SintIndex.Count).Sum(s => WaitingMessages(new SintIndex((byte)s))),
            GuestMessagesDropped = Enum.GetValues<DropReason>().Sum(delivery.Dropped),
            GuestEvents = delivery.Events(EventResult.Interrupt) + delivery.Events(EventResult.Coalesced),
        };
    }

    private static SynicSummary Summarize(byte vtl, ProcessorSynicState state) => new()
    {
        Vtl = vtl,
        Scontrol = Hex(state.SControl),
        Enabled = new SControlRegister(state.SControl).Enabled,
        Simp = Hex(state.Simp),
        SimpEnabled = new OverlayRegister(state.Simp).Enabled,
        Siefp = Hex(state.Siefp),
        SiefpEnabled = new OverlayRegister(state.Siefp).Enabled,
        Sints = [.. state.Sints.Select(Summarize)],
        Timers = [.. state.Timers.Select(Summarize)],
    };

    private static SintSummary Summarize(SintState state, int index)
    {
        var register = new SintRegister(state.Raw);
        return new SintSummary
        {
            Sint = index,
            Raw = Hex(state.Raw),
            Vector = register.Vector,
            Masked = register.Masked,
            AutoEoi = register.AutoEoi,
            Polling = register.Polling,
            SlotBusy = state.SlotBusy,
            Pending = state.Pending,
            FlagsSet = state.FlagsSet,
            QueueLength = state.QueueLength,
            BlockedBy = state.BlockedBy,
        };
    }

    private static TimerSummary Summarize(SynicTimerState state, int index)
    {
        var config = new StimerConfig(state.Config);
        return new TimerSummary
        {
            Timer = index,
            Config = Hex(state.Config),
            Count = Hex(state.Count),
            Enabled = config.Enabled,
            Periodic = config.Periodic,
            Direct = config.Direct,
            DueTime = state.Due?.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static MonitorCell Summarize(Monitors.MonitorPage page, MonitorId id)
    {
        var triggers = page.Signalled == 0 ? 0 : page.Monitors.Triggers(id); // ids are counted over the pages of all VTLs
        return page.Monitors.TryGet(id, out var connection)
            ? new MonitorCell(id.Value, connection.ToString(), triggers, page.Monitors.Latency(id).TotalMicroseconds)
            : new MonitorCell(id.Value, Connection: null, triggers);
    }

    private static string Hex(ulong value) => $"0x{value:x}";

    // From one fixed pair of readings, so that a time in the past reads the same each time it is asked for.
    internal DateTimeOffset? TimeOf(long timestamp) =>
        timestamp == 0 ? null : Microseconds(_since + _time.GetElapsedTime(_sinceTimestamp, timestamp));

    internal static DateTimeOffset Microseconds(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
