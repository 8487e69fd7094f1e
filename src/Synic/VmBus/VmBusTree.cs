using Synic.Inspection;

namespace Synic.VmBus;

/// <summary>Shows the VMBus control plane: the connection, its channels with OpenVMM's field names, and the traffic.</summary>
/// <param name="snapshot">Takes a picture.</param>
public sealed class VmBusTree(Func<VmBusSnapshot> snapshot) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        var now = snapshot();
        node.Field("max_version", now.MaxVersion.ToString(), InspectTraits.Safe);
        node.Child("milestones", child => Show(child, now.Milestones));
        node.Child("traffic", child => Show(child, now.Traffic));
        node.Child("refusals", child => Show(child, now.Refusals));
        node.Child("ring_faults", child => Show(child, now.RingFaults));
        node.Child("channels", channels =>
        {
            foreach (var channel in now.Channels)
            {
                channels.Child(channel.InstanceId.ToString(), new ChannelNode(channel));
            }
        });
        if (now.Connection is { } connection)
        {
            node.Child("connection", child => Show(child, connection));
        }
    }

    private static void Show(InspectResponse node, VmBusConnectionState connection)
    {
        node.Field("version", connection.Version.ToString(), InspectTraits.Safe);
        node.Field("feature_flags", (uint)connection.Features, InspectTraits.SafeBinary);
        node.Field("message_connection", connection.MessageConnection.Value, InspectTraits.SafeHex);
        node.Field("target_vp", connection.TargetVp.Value, InspectTraits.Safe);
        node.Field("client_id", connection.ClientId?.ToString(), InspectTraits.Safe);
        node.Field("interrupt_page", connection.InterruptPage?.Value, InspectTraits.SafeHex);
        node.Field("monitor_page/parent_to_child", connection.MonitorPages?.ParentToChild.Value, InspectTraits.SafeHex);
        node.Field("monitor_page/child_to_parent", connection.MonitorPages?.ChildToParent.Value, InspectTraits.SafeHex);
        node.Field("offers_sent", connection.OffersSent, InspectTraits.Safe);
        node.Field("gpadls", connection.Gpadls, InspectTraits.SafeCount);
        node.Field("gpadl_words", connection.GpadlWords, InspectTraits.SafeCount);
    }

    private static void Show(InspectResponse node, VmBusMilestones milestones)
    {
        node.Field("contact", milestones.Contact, InspectTraits.Safe);
        node.Field("version_agreed", milestones.VersionAgreed, InspectTraits.Safe);
        node.Field("offers_sent", milestones.OffersSent, InspectTraits.Safe);
        node.Field("channel_open", milestones.ChannelOpen, InspectTraits.Safe);
        node.Field("unloaded", milestones.Unloaded, InspectTraits.Safe);
    }

    private static void Show(InspectResponse node, VmBusTraffic traffic)
    {
        node.Field("received", traffic.Received, InspectTraits.SafeCounter);
        node.Field("busy", traffic.Busy, InspectTraits.SafeCounter);
        node.Field("waiting", traffic.Waiting, InspectTraits.SafeCount);
        node.Field("blocked", traffic.Blocked, InspectTraits.Safe);
        node.Child("sent", child => Show(child, traffic.Sent));
    }

    private static void Show<T>(InspectResponse node, IReadOnlyDictionary<T, long> counters)
        where T : struct, Enum
    {
        foreach (var (reason, count) in counters)
        {
            node.Field(InspectResponse.Snake(reason.ToString()), count, InspectTraits.SafeCounter);
        }
    }

    private sealed class ChannelNode(VmBusChannelSnapshot channel) : IInspectable
    {
        private static readonly InspectTraits s_bytes = InspectTraits.Safe with { Format = InspectFormat.Bytes, Unit = "bytes" };

        public void Inspect(InspectResponse node)
        {
            node.Field("channel_id", channel.Id, InspectTraits.Safe);
            node.Field("offered_connection_id", channel.Connection.Value, InspectTraits.SafeHex);
            node.Field("monitor_id", channel.Monitor?.Value, InspectTraits.Safe);
            node.Enum<VmBusChannelState>("state", channel.State, InspectTraits.Safe);
            node.Field("interface_name", channel.Name, InspectTraits.Safe);
            node.Field("interface_id", channel.InterfaceId.ToString(), InspectTraits.Safe);
            node.Field("instance_id", channel.InstanceId.ToString(), InspectTraits.Safe);
            if (channel.Open is { } open)
            {
                Show(node, open);
            }

            switch (channel.Device)
            {
                case VmBusHeartbeatState heartbeat:
                    node.Child("heartbeat", child => Show(child, heartbeat));
                    break;
                case VmBusEchoState echo:
                    node.Child("echo", child => Show(child, echo));
                    break;
            }
        }

        private static void Show(InspectResponse node, VmBusOpenChannel open)
        {
            node.Field("open_id", open.OpenId, InspectTraits.SafeHex);
            node.Field("ring_gpadl", open.RingGpadl, InspectTraits.SafeHex);
            node.Field("target_vp", open.TargetVp, InspectTraits.Safe);
            node.Field("packets_in", open.PacketsIn, InspectTraits.SafeCounter);
            node.Field("packets_out", open.PacketsOut, InspectTraits.SafeCounter);
            node.Field("signals_in", open.SignalsIn, InspectTraits.SafeCounter);
            node.Field("signals_out", open.SignalsOut, InspectTraits.SafeCounter);
            node.Field("signals_lost", open.SignalsLost, InspectTraits.SafeCounter);
            node.Enum("fault", open.Fault, InspectTraits.Safe);
            node.Child("incoming_ring", ring => Show(ring, open.Incoming));
            node.Child("outgoing_ring", ring => Show(ring, open.Outgoing));
        }

        // The guest writes there meanwhile.
        private static void Show(InspectResponse node, VmBusRing ring)
        {
            var traits = InspectTraits.SafeHex with { Approximate = true };
            node.Field("ring_size", ring.Size, s_bytes);
            node.Field("in", ring.In, traits);
            node.Field("out", ring.Out, traits);
            node.Field("interrupt_mask", ring.Mask, traits);
            node.Field("pending_send_size", ring.PendingSend, traits);
        }

        private static void Show(InspectResponse node, VmBusHeartbeatState heartbeat)
        {
            node.Enum<VmBusHeartbeatPhase>("phase", heartbeat.Phase, InspectTraits.Safe);
            node.Field("framework_version", heartbeat.FrameworkVersion, InspectTraits.Safe);
            node.Field("message_version", heartbeat.MessageVersion, InspectTraits.Safe);
            node.Field("sequence", heartbeat.Sequence, InspectTraits.SafeCounter);
            node.Field("answered", heartbeat.Answered, InspectTraits.SafeCounter);
            node.Field("missed", heartbeat.Missed, InspectTraits.SafeCounter);
            node.Field("missed_in_a_row", heartbeat.MissedInARow, InspectTraits.SafeCount);
            node.Field("unexpected", heartbeat.Unexpected, InspectTraits.SafeCounter);
            node.Field("last_answer", heartbeat.LastAnswer, InspectTraits.Safe);
            node.Field("round_trip", heartbeat.RoundTrip, InspectTraits.Safe with { Unit = "s" });
        }

        private static void Show(InspectResponse node, VmBusEchoState echo)
        {
            node.Field("echoed", echo.Echoed, InspectTraits.SafeCounter);
            node.Field("bytes", echo.Bytes, InspectTraits.SafeCounter with { Format = InspectFormat.Bytes, Unit = "bytes" });
            node.Field("completions", echo.Completions, InspectTraits.SafeCounter);
            node.Field("ignored", echo.Ignored, InspectTraits.SafeCounter);
            node.Field("stalled", echo.Stalled, InspectTraits.SafeCounter);
        }
    }
}
