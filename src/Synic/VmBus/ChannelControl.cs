using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>Answers the guest's messages about single channels and GPADLs.</summary>
/// <remarks>Only the worker calls it.</remarks>
internal sealed class ChannelControl(VmBusServices services, Outbox outbox, ChannelTable table, Action<OpenChannel> faulted)
{
    private const string Owner = "vmbus channel";

    /// <summary>A channel is open whose guest signals through the monitor page.</summary>
    public bool MonitorsInUse => table.All().Any(static c => c.Open is not null && c.Monitor.IsValid);

    public async ValueTask AnnounceAllAsync(VmBusConnection connection)
    {
        foreach (var channel in table.All())
        {
            await AnnounceAsync(connection, channel).ConfigureAwait(false);
        }
    }

    public async ValueTask AnnounceAsync(VmBusConnection connection, OfferedChannel channel)
    {
        channel.Announced = true;
        channel.Monitor = services.Options.MonitorIds && connection.MonitorPages is not null ? table.FreeMonitor() : MonitorId.None;
        await outbox.SendAsync(
            HostMessages.Offer(channel.Id, channel.Device.Offer, channel.Monitor, channel.Connection)).ConfigureAwait(false);
    }

    /// <summary>Takes an offer back.</summary>
    public async ValueTask RescindAsync(VmBusConnection? connection, OfferedChannel channel)
    {
        if (channel.Rescinded)
        {
            return;
        }

        channel.Rescinded = true;
        await EndAsync(channel).ConfigureAwait(false);
        if (connection is null || !channel.Announced)
        {
            table.Remove(channel); // the guest has never heard of it
            return;
        }

        await outbox.SendAsync(HostMessages.Rescind(channel.Id)).ConfigureAwait(false);
    }

    /// <summary>The connection is over.</summary>
    public async ValueTask ResetAsync()
    {
        foreach (var channel in table.All())
        {
            await EndAsync(channel).ConfigureAwait(false);
            channel.Announced = false;
            channel.Monitor = MonitorId.None;
            if (channel.Rescinded)
            {
                table.Remove(channel);
            }
        }
    }

    public ValueTask GpadlHeaderAsync(VmBusConnection connection, ChannelMessageReader message)
    {
        var (channel, gpadl) = (message.UInt32(8), message.UInt32(12));
        if (FindOffered(channel) is null)
        {
            return AnswerGpadlAsync(ChannelMessageType.GpadlHeader, GpadlOutcome.Failed, channel, gpadl, VmBusRefusal.UnknownChannel);
        }

        var outcome = connection.Gpadls.Begin(
            channel, gpadl, message.UInt16(16), message.UInt16(18), message.Words(20), out var refusal);
        return AnswerGpadlAsync(ChannelMessageType.GpadlHeader, outcome, channel, gpadl, refusal);
    }

    public ValueTask GpadlBodyAsync(VmBusConnection connection, ChannelMessageReader message)
    {
        var gpadl = message.UInt32(12);
        var outcome = connection.Gpadls.Continue(gpadl, message.Words(16), out var channel, out var refusal);
        return AnswerGpadlAsync(ChannelMessageType.GpadlBody, outcome, channel, gpadl, refusal);
    }

    public async ValueTask GpadlTeardownAsync(VmBusConnection connection, uint channel, uint id)
    {
        if (connection.Gpadls.Find(channel, id) is not { } gpadl)
        {
            services.Refuse(ChannelMessageType.GpadlTeardown, VmBusRefusal.UnknownGpadl);
            return;
        }

        if (table.Find(channel)?.Open is { } open && open.Request.RingGpadl == id)
        {
            services.Refuse(ChannelMessageType.GpadlTeardown, VmBusRefusal.GpadlInUse);
            return;
        }

        connection.Gpadls.Remove(gpadl);
        await outbox.SendAsync(HostMessages.GpadlTorndown(id)).ConfigureAwait(false);
    }

    /// <returns>Whether the channel is open now.</returns>
    public async ValueTask<bool> OpenAsync(VmBusConnection connection, OpenMessage request)
    {
        if (FindOffered(request.Channel) is not { } channel)
        {
            await RefuseOpenAsync(request, VmBusRefusal.UnknownChannel).ConfigureAwait(false);
            return false;
        }

        if (channel.Open is not null)
        {
            // No answer, as OpenVMM: the guest would take it for one about the channel that it has open.
            services.Refuse(ChannelMessageType.OpenChannel, VmBusRefusal.ChannelState);
            return false;
        }

        if (request.TargetVp != GuestSignal.InterruptsDisabled && !services.IsVp(request.TargetVp))
        {
            await RefuseOpenAsync(request, VmBusRefusal.InvalidTarget).ConfigureAwait(false);
            return false;
        }

        if (CreateRings(connection, request) is not var (incoming, outgoing))
        {
            await RefuseOpenAsync(request, VmBusRefusal.RingInvalid).ConfigureAwait(false);
            return false;
        }

        OpenChannel? open = null;
        open = new OpenChannel(
            request, channel.Device, incoming, outgoing,
            new GuestSignal(services.Ports, services.Memory, channel.Id, request.TargetVp, connection.InterruptPage),
            (fault, exception) =>
            {
                services.Faulted(channel.Id, fault, exception);
                faulted(open!);
            });
        if (TryRegister(channel, open) is not { } port)
        {
            open.Signal.Dispose();
            await RefuseOpenAsync(request, VmBusRefusal.PortRefused).ConfigureAwait(false);
            return false;
        }

        channel.Open = open;
        open.Own(port);
        await outbox.SendAsync(HostMessages.OpenResult(channel.Id, request.OpenId, 0)).ConfigureAwait(false);
        open.Start();
        return true;
    }

    /// <summary>CLOSECHANNEL has no answer.</summary>
    public async ValueTask CloseAsync(uint id)
    {
        var channel = table.Find(id);
        if (channel is null)
        {
            services.Refuse(ChannelMessageType.CloseChannel, VmBusRefusal.UnknownChannel);
        }
        else if (channel.Open is null && !channel.Rescinded)
        {
            services.Refuse(ChannelMessageType.CloseChannel, VmBusRefusal.ChannelState);
        }
        else
        {
            await EndAsync(channel).ConfigureAwait(false);
        }
    }

    public ValueTask ReleaseAsync(VmBusConnection connection, uint id)
    {
        if (table.Find(id) is not { } channel)
        {
            services.Refuse(ChannelMessageType.RelIdReleased, VmBusRefusal.UnknownChannel);
        }
        else if (!channel.Rescinded)
        {
            services.Refuse(ChannelMessageType.RelIdReleased, VmBusRefusal.ChannelState);
        }
        else
        {
            connection.Gpadls.RemoveChannel(id);
            table.Remove(channel);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask ModifyAsync(VmBusConnection connection, uint id, uint targetVp)
    {
        VmBusRefusal? refusal =
            FindOffered(id) is not { } channel ? VmBusRefusal.UnknownChannel
            : channel.Open is not { } open ? VmBusRefusal.ChannelState
            : targetVp != GuestSignal.InterruptsDisabled && !services.IsVp(targetVp) ? VmBusRefusal.InvalidTarget
            : null;
        if (refusal is { } reason)
        {
            services.Refuse(ChannelMessageType.ModifyChannel, reason);
        }
        else
        {
            table.Find(id)!.Open!.Signal.MoveTo(targetVp);
        }

        if (connection.Version >= VmBusVersion.V53)
        {
            await outbox.SendAsync(
                HostMessages.ModifyChannelResponse(id, refusal is null ? 0 : HostMessages.Failure)).ConfigureAwait(false);
        }
    }

    private static async ValueTask EndAsync(OfferedChannel channel)
    {
        if (channel.Open is { } open)
        {
            await open.CloseAsync().ConfigureAwait(false);
            channel.Open = null;
        }
    }

    private OfferedChannel? FindOffered(uint id) =>
        table.Find(id) is { Announced: true, Rescinded: false } channel ? channel : null;

    private async ValueTask AnswerGpadlAsync(
        ChannelMessageType type, GpadlOutcome outcome, uint channel, uint gpadl, VmBusRefusal refusal)
    {
        if (outcome is GpadlOutcome.Failed or GpadlOutcome.Ignored)
        {
            services.Refuse(type, refusal);
        }

        if (outcome is GpadlOutcome.Created or GpadlOutcome.Failed)
        {
            await outbox.SendAsync(HostMessages.GpadlCreated(
                channel, gpadl, outcome == GpadlOutcome.Created ? 0 : HostMessages.Failure)).ConfigureAwait(false);
        }
    }

    private async ValueTask RefuseOpenAsync(OpenMessage request, VmBusRefusal reason)
    {
        services.Refuse(ChannelMessageType.OpenChannel, reason);
        await outbox.SendAsync(
            HostMessages.OpenResult(request.Channel, request.OpenId, HostMessages.Failure)).ConfigureAwait(false);
    }

    /// <summary>Both rings lie in one range; each has a control page and at least one page of data.</summary>
    private (IncomingRing Incoming, OutgoingRing Outgoing)? CreateRings(VmBusConnection connection, OpenMessage request)
    {
        if (connection.Gpadls.Find(request.Channel, request.RingGpadl)?.Ranges is not [{ ByteOffset: 0 } range]
            || range.ByteCount % Gpa.PageSize != 0
            || request.DownstreamPage < 2 || request.DownstreamPage > range.Pages.Length - 2)
        {
            return null;
        }

        var split = (int)request.DownstreamPage;
        return IncomingRing.TryOpen(new RingMemory(services.Memory, range.Pages.AsMemory(0, split))) is { } incoming
            && OutgoingRing.TryOpen(new RingMemory(services.Memory, range.Pages.AsMemory(split))) is { } outgoing
                ? (incoming, outgoing)
                : null;
    }

    private PortHandle? TryRegister(OfferedChannel channel, OpenChannel open)
    {
        // A guest that wants no interrupts signals by hypercall, whatever the offer said (OpenVMM).
        MonitorInfo? monitor = channel.Monitor.IsValid && open.Request.TargetVp != GuestSignal.InterruptsDisabled
            ? new MonitorInfo(channel.Monitor, services.Options.MonitorLatency)
            : null;
        try
        {
            return services.Ports.AddEventPort(channel.Connection, Vtl.Vtl0, open.Port, Owner, monitor);
        }
        catch (PortRegistrationException)
        {
            return null; // somebody else has the connection or the monitor id
        }
    }
}
