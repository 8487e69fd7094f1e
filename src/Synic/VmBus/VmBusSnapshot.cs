using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>The control plane as it is at one time.</summary>
public sealed record VmBusSnapshot
{
    /// <summary>Null while no guest is connected.</summary>
    public required VmBusConnectionState? Connection { get; init; }

    public required VmBusMilestones Milestones { get; init; }

    public required VmBusVersion MaxVersion { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyList<VmBusChannelSnapshot> Channels { get; init; }

    public required VmBusTraffic Traffic { get; init; }

    public required IReadOnlyDictionary<VmBusRefusal, long> Refusals { get; init; }

    public required IReadOnlyDictionary<VmBusRingFault, long> RingFaults { get; init; }
}

/// <summary>What a guest and the host agreed on.</summary>
public sealed record VmBusConnectionState
{
    public required VmBusVersion Version { get; init; }

    public required VmBusFeatures Features { get; init; }

    /// <summary>Where the guest posts.</summary>
    public required ConnectionId MessageConnection { get; init; }

    /// <summary>Which VP gets the host's messages.</summary>
    public required VpIndex TargetVp { get; init; }

    public Guid? ClientId { get; init; }

    /// <summary>Null when the guest gave none, or nobody watches them.</summary>
    public MonitorPageGpas? MonitorPages { get; init; }

    /// <summary>Before version 2.4 only.</summary>
    public Gpa? InterruptPage { get; init; }

    public bool OffersSent { get; init; }

    public int Gpadls { get; init; }

    /// <summary>Words of 8 bytes that the host keeps for them.</summary>
    public int GpadlWords { get; init; }
}

/// <summary>How far the guest came since its last contact; null: not yet.</summary>
public sealed record VmBusMilestones
{
    public DateTimeOffset? Contact { get; init; }

    public DateTimeOffset? VersionAgreed { get; init; }

    public DateTimeOffset? OffersSent { get; init; }

    /// <summary>The first one.</summary>
    public DateTimeOffset? ChannelOpen { get; init; }

    public DateTimeOffset? Unloaded { get; init; }
}

/// <summary>Control messages in both directions.</summary>
/// <param name="Received">Taken from the guest.</param>
/// <param name="Busy">Refused because the queue was full; the guest tries again.</param>
/// <param name="Waiting">Not yet looked at.</param>
/// <param name="Sent">For the guest by outcome.</param>
/// <param name="Blocked">A message for the guest waits for room in the SINT's queue.</param>
public sealed record VmBusTraffic(
    long Received, long Busy, int Waiting, IReadOnlyDictionary<GuestPostResult, long> Sent, bool Blocked);

/// <summary>One channel.</summary>
public sealed record VmBusChannelSnapshot
{
    public required uint Id { get; init; }

    public required string Name { get; init; }

    public required Guid InterfaceId { get; init; }

    public required Guid InstanceId { get; init; }

    public required VmBusChannelState State { get; init; }

    public required ConnectionId Connection { get; init; }

    /// <summary>Null when it has none.</summary>
    public MonitorId? Monitor { get; init; }

    /// <summary>Null unless the guest has it open.</summary>
    public VmBusOpenChannel? Open { get; init; }

    public VmBusDeviceState? Device { get; init; }
}

/// <summary>A channel that the guest has open.</summary>
public sealed record VmBusOpenChannel
{
    public required uint OpenId { get; init; }

    public required uint RingGpadl { get; init; }

    /// <summary>Null: the guest wants no interrupts.</summary>
    public uint? TargetVp { get; init; }

    public required long PacketsIn { get; init; }

    public required long PacketsOut { get; init; }

    public required long SignalsIn { get; init; }

    public required long SignalsOut { get; init; }

    /// <summary>Signals that the guest's SynIC did not take.</summary>
    public required long SignalsLost { get; init; }

    public required VmBusRing Incoming { get; init; }

    public required VmBusRing Outgoing { get; init; }

    public VmBusRingFault? Fault { get; init; }
}

/// <summary>The control page of a ring as it stands in guest memory, believed or not.</summary>
public readonly record struct VmBusRing(uint Size, uint In, uint Out, uint Mask, uint PendingSend)
{
    internal static VmBusRing Read(RingMemory memory)
    {
        memory.TryReadControl(RingMemory.InOffset, out var @in);
        memory.TryReadControl(RingMemory.OutOffset, out var @out);
        memory.TryReadControl(RingMemory.MaskOffset, out var mask);
        memory.TryReadControl(RingMemory.PendingSendOffset, out var pending);
        return new VmBusRing(memory.Size, @in, @out, mask, pending);
    }
}

/// <summary>What a channel's device shows.</summary>
public abstract record VmBusDeviceState;

/// <summary>The heartbeat of the guest.</summary>
public sealed record VmBusHeartbeatState : VmBusDeviceState
{
    /// <summary>Where it stands.</summary>
    public required VmBusHeartbeatPhase Phase { get; init; }

    /// <summary>Of the IC framework, <c>3.0</c>; null before it was agreed.</summary>
    public string? FrameworkVersion { get; init; }

    /// <summary>Of the heartbeat, <c>3.0</c>.</summary>
    public string? MessageVersion { get; init; }

    /// <summary>Beats sent since the channel was opened; the number of the last one.</summary>
    public ulong Sequence { get; init; }

    public long Answered { get; init; }

    /// <summary>Not answered before the next one was due.</summary>
    public long Missed { get; init; }

    /// <summary>In a row, until now.</summary>
    public long MissedInARow { get; init; }

    /// <summary>Answers that fit no beat, or made no sense.</summary>
    public long Unexpected { get; init; }

    public DateTimeOffset? LastAnswer { get; init; }

    public TimeSpan? RoundTrip { get; init; }
}

/// <summary>Where a heartbeat stands.</summary>
public enum VmBusHeartbeatPhase
{
    Closed,

    /// <summary>Waits for the guest to choose versions.</summary>
    Negotiating,

    /// <summary>The guest accepts none of the versions.</summary>
    NoCommonVersion,
    Beating,
}

/// <summary>What the echo channel did since it was opened.</summary>
/// <param name="Echoed">In-band packets sent back.</param>
/// <param name="Bytes">Their payload.</param>
/// <param name="Completions">Completions sent.</param>
/// <param name="Ignored">Packets of other types.</param>
/// <param name="Stalled">Times that there was no room for an echo.</param>
public sealed record VmBusEchoState(long Echoed, long Bytes, long Completions, long Ignored, long Stalled) : VmBusDeviceState;
