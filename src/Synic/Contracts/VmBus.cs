namespace Synic.Contracts;

/// <summary>The VMBus control plane of a partition: how far the guest came, and what it has open.</summary>
public sealed record VmBusSummary
{
    /// <summary><c>waiting</c> (no contact yet), <c>refused</c> (contact, no version agreed), <c>connected</c>, <c>unloaded</c>.</summary>
    public required string State { get; init; }

    /// <summary>Guests that want a newer version fall back.</summary>
    public required string MaxVersion { get; init; }

    /// <summary>Null while not connected.</summary>
    public VmBusConnectionSummary? Connection { get; init; }

    /// <summary>In the order in which a guest reaches them: contact, version_agreed, offers_sent, channel_open, unloaded.</summary>
    public required IReadOnlyList<VmBusMilestone> Milestones { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyList<VmBusChannelSummary> Channels { get; init; }

    /// <summary>Control messages taken from the guest.</summary>
    public required long MessagesReceived { get; init; }

    /// <summary>Refused because the queue was full; the guest tries again.</summary>
    public required long MessagesBusy { get; init; }

    /// <summary>Taken, not yet looked at.</summary>
    public required int MessagesWaiting { get; init; }

    /// <summary>Control messages for the guest by outcome (<c>delivered</c>, <c>deferred</c>, <c>masked</c>, …).</summary>
    public required IReadOnlyDictionary<string, long> MessagesSent { get; init; }

    /// <summary>A message for the guest waits, because the guest does not free its slot and its queue is full.</summary>
    public required bool SendingBlocked { get; init; }

    /// <summary>Messages of the guest that were refused, by reason, zeros included.</summary>
    public required IReadOnlyDictionary<string, long> Refusals { get; init; }

    /// <summary>Channels that were given up because of what the guest did to a ring, by fault, zeros included.</summary>
    public required IReadOnlyDictionary<string, long> RingFaults { get; init; }
}

/// <summary>A point on a guest's way.</summary>
/// <param name="Name">snake_case, stable.</param>
/// <param name="At">Null: not reached since the last contact.</param>
public sealed record VmBusMilestone(string Name, DateTimeOffset? At);

/// <summary>What a guest and the host agreed on.</summary>
public sealed record VmBusConnectionSummary
{
    /// <summary>As <c>5.3</c>.</summary>
    public required string Version { get; init; }

    /// <summary>snake_case; empty before version 6.0.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Where the guest posts, hex.</summary>
    public required string MessageConnection { get; init; }

    /// <summary>Which VP gets the host's messages.</summary>
    public required uint TargetVp { get; init; }

    /// <summary>As the guest calls itself; null when it did not.</summary>
    public string? ClientId { get; init; }

    /// <summary>Hex; null when there is none.</summary>
    public string? ParentToChildPage { get; init; }

    public string? ChildToParentPage { get; init; }

    /// <summary>Before version 2.4.</summary>
    public string? InterruptPage { get; init; }

    public required int Gpadls { get; init; }

    /// <summary>Words of 8 bytes that the host keeps for them, about one for each page.</summary>
    public required int GpadlWords { get; init; }
}

/// <summary>One channel.</summary>
public sealed record VmBusChannelSummary
{
    public required uint Id { get; init; }

    public required string Name { get; init; }

    public required string InterfaceId { get; init; }

    public required string InstanceId { get; init; }

    /// <summary><c>offered</c>, <c>open</c>, <c>faulted</c>, <c>rescinded</c>.</summary>
    public required string State { get; init; }

    /// <summary>Where the guest signals, hex; the port of this id in the port table.</summary>
    public required string Connection { get; init; }

    public int? MonitorId { get; init; }

    /// <summary>Null unless the guest has it open.</summary>
    public VmBusOpenChannelSummary? Open { get; init; }

    /// <summary>Of the heartbeat channel.</summary>
    public VmBusHeartbeatSummary? Heartbeat { get; init; }

    /// <summary>Of the echo channel.</summary>
    public VmBusEchoSummary? Echo { get; init; }
}

/// <summary>A channel that the guest has open.</summary>
public sealed record VmBusOpenChannelSummary
{
    /// <summary>The guest's number of the list of pages that hold the rings, hex.</summary>
    public required string RingGpadl { get; init; }

    /// <summary>Null: the guest wants no interrupts.</summary>
    public uint? TargetVp { get; init; }

    public required long PacketsIn { get; init; }

    public required long PacketsOut { get; init; }

    public required long SignalsIn { get; init; }

    public required long SignalsOut { get; init; }

    /// <summary>Signals that the guest's SynIC did not take.</summary>
    public required long SignalsLost { get; init; }

    /// <summary>Guest to host.</summary>
    public required VmBusRingSummary Incoming { get; init; }

    /// <summary>Host to guest.</summary>
    public required VmBusRingSummary Outgoing { get; init; }

    /// <summary>What the guest did to a ring; null while the channel is served.</summary>
    public string? Fault { get; init; }
}

/// <summary>The control page of a ring as it stands in guest memory, believed or not.</summary>
/// <param name="Size">Bytes of data.</param>
/// <param name="In">Where the sender writes next.</param>
/// <param name="Out">Where the receiver reads next.</param>
/// <param name="Masked">The receiver wants no signals now.</param>
/// <param name="PendingSend">The sender waits for so many bytes; 0 when it does not.</param>
public sealed record VmBusRingSummary(uint Size, uint In, uint Out, bool Masked, uint PendingSend);

/// <summary>The heartbeat of the guest.</summary>
public sealed record VmBusHeartbeatSummary
{
    /// <summary><c>closed</c>, <c>negotiating</c>, <c>no_common_version</c>, <c>beating</c>.</summary>
    public required string State { get; init; }

    public string? FrameworkVersion { get; init; }

    public string? MessageVersion { get; init; }

    /// <summary>Number of the last beat sent.</summary>
    public required ulong Sequence { get; init; }

    public required long Answered { get; init; }

    public required long Missed { get; init; }

    /// <summary>In a row, until now; 0 while the guest answers.</summary>
    public required long MissedInARow { get; init; }

    public required long Unexpected { get; init; }

    public DateTimeOffset? LastAnswer { get; init; }

    public double? RoundTripMilliseconds { get; init; }
}

/// <summary>What the echo channel did since it was opened.</summary>
/// <param name="Echoed">In-band packets sent back.</param>
/// <param name="Bytes">Their payload.</param>
/// <param name="Completions">Completions sent.</param>
/// <param name="Ignored">Packets of other types.</param>
/// <param name="Stalled">Times that there was no room for an echo.</param>
public sealed record VmBusEchoSummary(long Echoed, long Bytes, long Completions, long Ignored, long Stalled);
