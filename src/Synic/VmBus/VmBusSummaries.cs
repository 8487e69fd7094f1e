using System.Text.Json;
using Synic.Contracts;

namespace Synic.VmBus;

/// <summary>Turns a snapshot into what the API sends.</summary>
public static class VmBusSummaries
{
    public static VmBusSummary ToSummary(this VmBusSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new VmBusSummary
        {
            State = State(snapshot),
            MaxVersion = snapshot.MaxVersion.ToString(),
            Connection = snapshot.Connection is { } connection ? Of(connection) : null,
            Milestones =
            [
                new VmBusMilestone("contact", snapshot.Milestones.Contact),
                new VmBusMilestone("version_agreed", snapshot.Milestones.VersionAgreed),
                new VmBusMilestone("offers_sent", snapshot.Milestones.OffersSent),
                new VmBusMilestone("channel_open", snapshot.Milestones.ChannelOpen),
                new VmBusMilestone("unloaded", snapshot.Milestones.Unloaded),
            ],
            Channels = [.. snapshot.Channels.Select(Of)],
            MessagesReceived = snapshot.Traffic.Received,
            MessagesBusy = snapshot.Traffic.Busy,
            MessagesWaiting = snapshot.Traffic.Waiting,
            MessagesSent = Labels(snapshot.Traffic.Sent),
            SendingBlocked = snapshot.Traffic.Blocked,
            Refusals = Labels(snapshot.Refusals),
            RingFaults = Labels(snapshot.RingFaults),
        };
    }

    private static string State(VmBusSnapshot snapshot) =>
        snapshot.Connection is not null ? "connected"
        : snapshot.Milestones.Unloaded is not null ? "unloaded"
        : snapshot.Milestones.Contact is not null ? "refused"
        : "waiting";

    private static VmBusConnectionSummary Of(VmBusConnectionState connection) => new()
    {
        Version = connection.Version.ToString(),
        Features =
        [
            .. Enum.GetValues<VmBusFeatures>()
                .Where(f => f != VmBusFeatures.None && connection.Features.HasFlag(f)).Select(Label),
        ],
        MessageConnection = connection.MessageConnection.ToString(),
        TargetVp = connection.TargetVp.Value,
        ClientId = connection.ClientId?.ToString(),
        ParentToChildPage = connection.MonitorPages?.ParentToChild.ToString(),
        ChildToParentPage = connection.MonitorPages?.ChildToParent.ToString(),
        InterruptPage = connection.InterruptPage?.ToString(),
        Gpadls = connection.Gpadls,
        GpadlWords = connection.GpadlWords,
    };

    private static VmBusChannelSummary Of(VmBusChannelSnapshot channel) => new()
    {
        Id = channel.Id,
        Name = channel.Name,
        InterfaceId = channel.InterfaceId.ToString(),
        InstanceId = channel.InstanceId.ToString(),
        State = Label(channel.State),
        Connection = channel.Connection.ToString(),
        MonitorId = channel.Monitor?.Value,
        Open = channel.Open is { } open ? Of(open) : null,
        Heartbeat = channel.Device is VmBusHeartbeatState heartbeat ? Of(heartbeat) : null,
        Echo = channel.Device is VmBusEchoState echo
            ? new VmBusEchoSummary(echo.Echoed, echo.Bytes, echo.Completions, echo.Ignored, echo.Stalled)
            : null,
    };

    private static VmBusOpenChannelSummary Of(VmBusOpenChannel open) => new()
    {
        RingGpadl = $"0x{open.RingGpadl:x}",
        TargetVp = open.TargetVp,
        PacketsIn = open.PacketsIn,
        PacketsOut = open.PacketsOut,
        SignalsIn = open.SignalsIn,
        SignalsOut = open.SignalsOut,
        SignalsLost = open.SignalsLost,
        Incoming = Of(open.Incoming),
        Outgoing = Of(open.Outgoing),
        Fault = open.Fault is { } fault ? Label(fault) : null,
    };

    private static VmBusRingSummary Of(VmBusRing ring) => new(ring.Size, ring.In, ring.Out, ring.Mask != 0, ring.PendingSend);

    private static VmBusHeartbeatSummary Of(VmBusHeartbeatState state) => new()
    {
        State = Label(state.Phase),
        FrameworkVersion = state.FrameworkVersion,
        MessageVersion = state.MessageVersion,
        Sequence = state.Sequence,
        Answered = state.Answered,
        Missed = state.Missed,
        MissedInARow = state.MissedInARow,
        Unexpected = state.Unexpected,
        LastAnswer = state.LastAnswer,
        RoundTripMilliseconds = state.RoundTrip?.TotalMilliseconds,
    };

    private static Dictionary<string, long> Labels<T>(IReadOnlyDictionary<T, long> counts)
        where T : struct, Enum => counts.ToDictionary(static c => Label(c.Key), static c => c.Value);

    private static string Label<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
