using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>Answers the guest's channel messages: the connection itself here, single channels in <see cref="ChannelControl"/>.</summary>
/// <remarks>Only the worker calls it, one message after the other; the properties may be read by anyone.</remarks>
internal sealed class ControlPlane(VmBusServices services, Outbox outbox, ChannelControl channels)
{
    private const VmBusFeatures Supported = VmBusFeatures.ModifyConnection | VmBusFeatures.ClientId;

    private volatile VmBusConnection? _connection;
    private volatile VmBusMilestones _milestones = new();

    public VmBusConnection? Connection => _connection;

    public VmBusMilestones Milestones => _milestones;

    /// <param name="via">Where it was posted.</param>
    /// <param name="payload">A copy; stays as it is until this completes.</param>
    public ValueTask HandleAsync(ConnectionId via, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length < ChannelMessageRules.HeaderSize)
        {
            services.Refuse(0, VmBusRefusal.TooShort);
            return ValueTask.CompletedTask;
        }

        var message = new ChannelMessageReader(payload.Span);
        var type = message.Type;
        if (Check(via, message) is { } refusal)
        {
            services.Refuse(type, refusal);
            return ValueTask.CompletedTask;
        }

        if (type == ChannelMessageType.InitiateContact)
        {
            return ContactAsync(via, ContactMessage.Read(message));
        }

        if (_connection is not { } connection)
        {
            return ValueTask.CompletedTask; // RELID_RELEASED after an unload
        }

        return type switch
        {
            ChannelMessageType.RequestOffers => RequestOffersAsync(connection),
            ChannelMessageType.Unload => UnloadAsync(),
            ChannelMessageType.TlConnectRequest => RefuseTlConnectAsync(message.Guid(8), message.Guid(24)),
            ChannelMessageType.ModifyConnection => ModifyConnectionAsync(connection, message.UInt64(8), message.UInt64(16)),
            ChannelMessageType.GpadlHeader => channels.GpadlHeaderAsync(connection, message),
            ChannelMessageType.GpadlBody => channels.GpadlBodyAsync(connection, message),
            ChannelMessageType.GpadlTeardown => channels.GpadlTeardownAsync(connection, message.UInt32(8), message.UInt32(12)),
            ChannelMessageType.OpenChannel => OpenAsync(connection, OpenMessage.Read(message)),
            ChannelMessageType.CloseChannel => channels.CloseAsync(message.UInt32(8)),
            ChannelMessageType.RelIdReleased => channels.ReleaseAsync(connection, message.UInt32(8)),
            ChannelMessageType.ModifyChannel => channels.ModifyAsync(connection, message.UInt32(8), message.UInt32(12)),
            _ => RefuseAsync(type, VmBusRefusal.NotSupported),
        };
    }

    /// <summary>Takes everything from the guest that the connection gave it.</summary>
    public async ValueTask DisconnectAsync()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _connection = null;
        await channels.ResetAsync().ConfigureAwait(false);
        if (connection.MonitorPages is not null)
        {
            services.Ports.MonitorSupport?.SetMonitorPages(Vtl.Vtl0, null);
        }
    }

    private VmBusRefusal? Check(ConnectionId via, ChannelMessageReader message)
    {
        var type = message.Type;
        if (!ChannelMessageRules.IsKnown(type))
        {
            return VmBusRefusal.UnknownMessage;
        }

        var minimum = ChannelMessageRules.MinimumSize(type);
        if (minimum == 0)
        {
            return VmBusRefusal.HostMessage;
        }

        if (message.Length < minimum)
        {
            return VmBusRefusal.TooShort;
        }

        if (type == ChannelMessageType.InitiateContact)
        {
            var contact = ContactMessage.Read(message);
            return contact.WantsClientId && contact.ClientId is null ? VmBusRefusal.TooShort : null;
        }

        if (_connection is not { } connection)
        {
            return type != ChannelMessageType.RelIdReleased ? VmBusRefusal.NotConnected
                : message.UInt32(8) is 0 or > ChannelTable.MaxId ? VmBusRefusal.UnknownChannel
                : null;
        }

        return via != connection.MessageConnection ? VmBusRefusal.WrongConnection
            : connection.Version < ChannelMessageRules.Since(type) ? VmBusRefusal.NotInVersion
            : type == ChannelMessageType.ModifyConnection && !connection.Features.HasFlag(VmBusFeatures.ModifyConnection)
                || type is ChannelMessageType.Pause or ChannelMessageType.Resume ? VmBusRefusal.FeatureNotAgreed
            : null;
    }

    private async ValueTask ContactAsync(ConnectionId via, ContactMessage contact)
    {
        await DisconnectAsync().ConfigureAwait(false);
        _milestones = new VmBusMilestones { Contact = services.Time.GetUtcNow() };

        var since5 = contact.Version >= VmBusVersion.V50;
        var vp = contact.Version >= VmBusVersion.V30 ? contact.TargetVp : 0;
        var sint = since5 && via == WellKnownConnections.MessagesSince5 ? new SintIndex(contact.Sint) : SintIndex.VmBus;
        if (!sint.IsValid || !services.IsVp(vp))
        {
            services.Refuse(ChannelMessageType.InitiateContact, VmBusRefusal.InvalidTarget);
            return; // nowhere to send an answer to
        }

        outbox.SetTarget(new VpIndex(vp), sint);
        if (!VmBusVersion.All.Contains(contact.Version) || contact.Version > services.Options.MaxVersion
            || since5 != (via == WellKnownConnections.MessagesSince5))
        {
            await RefuseContactAsync(VmBusRefusal.UnsupportedVersion).ConfigureAwait(false);
        }
        else if (sint != SintIndex.VmBus || (contact.Version >= VmBusVersion.V51 && contact.Vtl != 0))
        {
            await RefuseContactAsync(VmBusRefusal.InvalidTarget).ConfigureAwait(false);
        }
        else if (contact.Version < VmBusVersion.V24 && !IsPage(contact.TargetInfo))
        {
            await RefuseContactAsync(VmBusRefusal.InvalidPages).ConfigureAwait(false); // no state could say why
        }
        else
        {
            await AcceptContactAsync(contact, vp).ConfigureAwait(false);
        }
    }

    private async ValueTask AcceptContactAsync(ContactMessage contact, uint vp)
    {
        if (!TrySetMonitorPages(contact.ParentToChild, contact.ChildToParent, out var pages))
        {
            services.Refuse(ChannelMessageType.InitiateContact, VmBusRefusal.InvalidPages);
            await outbox.SendAsync(contact.Version < VmBusVersion.V24
                ? HostMessages.VersionRefused()
                : HostMessages.VersionResponse(HostMessages.ConnectionFailed, 0, Answer(contact))).ConfigureAwait(false);
            return;
        }

        var connection = new VmBusConnection(
            contact, Answer(contact) ?? VmBusFeatures.None, vp,
            new GpadlTable(services.Memory, services.Options.MaxGpadls, services.Options.MaxGpadlPages))
        {
            MonitorPages = pages,
        };
        _connection = connection;
        var selected = contact.Version >= VmBusVersion.V50 ? connection.MessageConnection.Value : contact.Version.Value;
        var result = await outbox.SendAsync(
            HostMessages.VersionResponse(HostMessages.ConnectionSuccessful, selected, Answer(contact))).ConfigureAwait(false);
        if (result is not (GuestPostResult.Delivered or GuestPostResult.Deferred))
        {
            services.Refuse(ChannelMessageType.InitiateContact, VmBusRefusal.InvalidTarget);
            await DisconnectAsync().ConfigureAwait(false);
            return;
        }

        _milestones = _milestones with { VersionAgreed = services.Time.GetUtcNow() };
        services.Connected(contact.Version, vp);
    }

    private async ValueTask RequestOffersAsync(VmBusConnection connection)
    {
        if (connection.OffersSent)
        {
            services.Refuse(ChannelMessageType.RequestOffers, VmBusRefusal.OffersRepeated);
            return;
        }

        connection.OffersSent = true;
        await channels.AnnounceAllAsync(connection).ConfigureAwait(false);
        await outbox.SendAsync(HostMessages.AllOffersDelivered()).ConfigureAwait(false);
        _milestones = _milestones with { OffersSent = services.Time.GetUtcNow() };
    }

    private async ValueTask OpenAsync(VmBusConnection connection, OpenMessage request)
    {
        if (await channels.OpenAsync(connection, request).ConfigureAwait(false) && _milestones.ChannelOpen is null)
        {
            _milestones = _milestones with { ChannelOpen = services.Time.GetUtcNow() };
        }
    }

    private async ValueTask UnloadAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        _milestones = _milestones with { Unloaded = services.Time.GetUtcNow() };
        await outbox.SendAsync(HostMessages.UnloadResponse()).ConfigureAwait(false);
    }

    private async ValueTask ModifyConnectionAsync(VmBusConnection connection, ulong parentToChild, ulong childToParent)
    {
        var state = HostMessages.ConnectionFailed;
        if (channels.MonitorsInUse)
        {
            services.Refuse(ChannelMessageType.ModifyConnection, VmBusRefusal.ChannelState);
        }
        else if (!TrySetMonitorPages(parentToChild, childToParent, out var pages))
        {
            services.Refuse(ChannelMessageType.ModifyConnection, VmBusRefusal.InvalidPages);
        }
        else
        {
            if (pages is null && connection.MonitorPages is not null)
            {
                services.Ports.MonitorSupport?.SetMonitorPages(Vtl.Vtl0, null);
            }

            connection.MonitorPages = pages;
            state = HostMessages.ConnectionSuccessful;
        }

        await outbox.SendAsync(HostMessages.ModifyConnectionResponse(state)).ConfigureAwait(false);
    }

    private async ValueTask RefuseTlConnectAsync(Guid endpoint, Guid service)
    {
        services.Refuse(ChannelMessageType.TlConnectRequest, VmBusRefusal.NotSupported);
        await outbox.SendAsync(HostMessages.TlConnectResult(endpoint, service, HostMessages.Refused)).ConfigureAwait(false);
    }

    private async ValueTask RefuseContactAsync(VmBusRefusal reason)
    {
        services.Refuse(ChannelMessageType.InitiateContact, reason);
        await outbox.SendAsync(HostMessages.VersionRefused()).ConfigureAwait(false);
    }

    private ValueTask RefuseAsync(ChannelMessageType type, VmBusRefusal reason)
    {
        services.Refuse(type, reason);
        return ValueTask.CompletedTask;
    }

    private static VmBusFeatures? Answer(ContactMessage contact) =>
        contact.Version >= VmBusVersion.V60 ? contact.Features & Supported : null;

    /// <param name="parentToChild">As the guest gave it; 0 for none.</param>
    /// <param name="childToParent">As the guest gave it; 0 for none.</param>
    /// <param name="pages">What is watched now; null when the guest gave none, or the backend has no monitors.</param>
    private bool TrySetMonitorPages(ulong parentToChild, ulong childToParent, out MonitorPageGpas? pages)
    {
        pages = null;
        if (parentToChild == 0 && childToParent == 0)
        {
            return true;
        }

        if (!IsPage(parentToChild) || !IsPage(childToParent) || parentToChild == childToParent)
        {
            return false;
        }

        if (services.Ports.MonitorSupport is not { } monitors)
        {
            return true;
        }

        try
        {
            pages = new MonitorPageGpas(new Gpa(parentToChild), new Gpa(childToParent));
            monitors.SetMonitorPages(Vtl.Vtl0, pages);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or HypervisorException)
        {
            pages = null; // a page that the backend cannot watch, for a reason of its own
            return false;
        }
    }

    private bool IsPage(ulong gpa) =>
        gpa != 0 && new Gpa(gpa).IsPageAligned && services.Memory.Contains(new Gpa(gpa), Gpa.PageSize);
}
