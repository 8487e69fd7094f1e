using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Tests.Support;

/// <summary>Records with everything filled in; a test changes what it is about.</summary>
internal static partial class Some
{
    public static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 30, 0, TimeSpan.Zero);

    public static PortSummary Port(uint connection, long generation = 1) => new()
    {
        Connection = connection,
        ConnectionText = $"0x{connection:x}",
        Kind = "message",
        MinimumVtl = 0,
        Owner = "demo",
        Since = Now.AddMinutes(-5),
        Generation = generation,
        FastPath = "none",
        Calls = 7,
        Failures = 0,
        FailuresByStatus = new Dictionary<string, long>
        {
            ["invalid_connection_id"] = 0, ["operation_denied"] = 0, ["insufficient_buffers"] = 0, ["operation_failed"] = 0,
        },
        CallsPerSecond = 1,
        FailuresPerSecond = 0,
    };

    public static PartitionSummary Partition(string name = "demo") => new()
    {
        Name = name,
        State = "running",
        Backend = "kvm",
        SynicMode = "user",
        Dialect = "openvmm",
        Guest = new GuestSummary("demo", false, "Demo guest"),
        Vps = 2,
        MemoryMiB = 64,
        Since = Now.AddHours(-2),
        Ports = 3,
        GuestPorts = 1,
        Traffic = Traffic,
        Actions = ["create_port"],
    };

    public static TrafficSummary Traffic => new()
    {
        Posts = 1000,
        PostFailures = 3,
        Signals = 2000,
        SignalFailures = 4,
        PostsPerSecond = 12.5,
        SignalsPerSecond = 300,
        FailuresPerSecond = 0.5,
        FailuresByStatus = new Dictionary<string, long> { ["invalid_connection_id"] = 7 },
        GuestMessagesDelivered = 900,
        GuestMessagesWaiting = 2,
        GuestMessagesDropped = 1,
        GuestEvents = 5,
    };

    public static PartitionSnapshot Snapshot(PartitionSummary? partition) => new(partition, Now);

    public static OverviewSnapshot Overview(params PartitionSummary[] partitions) => new()
    {
        Partitions = partitions,
        TopFailing = [],
        DaemonVersion = "0.1.0",
        Lab = false,
        AsOf = Now,
    };

    public static SintSummary Sint(int sint) => new()
    {
        Sint = sint,
        Raw = "0x50",
        Vector = 0x50,
        Masked = false,
        AutoEoi = false,
        Polling = false,
        SlotBusy = false,
        Pending = false,
        FlagsSet = 0,
        QueueLength = 0,
    };

    public static SynicSummary Synic(params SintSummary[] sints) => new()
    {
        Vtl = 0,
        Scontrol = "0x1",
        Enabled = true,
        Simp = "0x7e001",
        SimpEnabled = true,
        Siefp = "0x0",
        SiefpEnabled = false,
        Sints = sints,
        Timers = [],
    };

    public static VmBusSummary VmBus(string state = "connected", params VmBusChannelSummary[] channels) => new()
    {
        State = state,
        MaxVersion = "5.3",
        Connection = state == "connected" ? Connection : null,
        Milestones = [new VmBusMilestone("contact", Now), new VmBusMilestone("unloaded", state == "unloaded" ? Now : null)],
        Channels = channels,
        MessagesReceived = 0,
        MessagesBusy = 0,
        MessagesWaiting = 0,
        MessagesSent = new Dictionary<string, long>(),
        SendingBlocked = false,
        Refusals = new Dictionary<string, long>(),
        RingFaults = new Dictionary<string, long>(),
    };

    public static VmBusConnectionSummary Connection => new()
    {
        Version = "5.2",
        Features = [],
        MessageConnection = "0x4",
        TargetVp = 0,
        Gpadls = 1,
        GpadlWords = 9,
    };

    public static VmBusChannelSummary Channel(uint id, string state = "offered") => new()
    {
        Id = id,
        Name = $"channel {id}",
        InterfaceId = "i",
        InstanceId = "j",
        State = state,
        Connection = $"0x{0x2000 + id:x}",
    };

    public static VmBusOpenChannelSummary OpenChannel => new()
    {
        RingGpadl = "0xe1e10",
        TargetVp = 0,
        PacketsIn = 1,
        PacketsOut = 2,
        SignalsIn = 3,
        SignalsOut = 4,
        SignalsLost = 0,
        Incoming = new VmBusRingSummary(4096, 1024, 0, false, 0),
        Outgoing = new VmBusRingSummary(4096, 0, 0, false, 0),
    };

    public static VmBusHeartbeatSummary Heartbeat => new()
    {
        State = "beating",
        Sequence = 12,
        Answered = 11,
        Missed = 0,
        MissedInARow = 0,
        Unexpected = 0,
        LastAnswer = Now.AddSeconds(-3),
        RoundTripMilliseconds = 1.5,
    };

    public static MonitorPageSummary Monitors(params MonitorCell[] bound) => new()
    {
        Vtl = 0,
        Signalled = 0,
        UnknownTriggers = 0,
        OutsideWrites = 0,
        Cells = [.. Enumerable.Range(0, 128).Select(i => Array.Find(bound, b => b.Id == i) ?? new MonitorCell(i, null, 0))],
    };
}
