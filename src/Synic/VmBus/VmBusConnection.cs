using Synic.Hv;
using Synic.Monitors;

namespace Synic.VmBus;

/// <summary>One connection of the guest, from a contact that was accepted to the next one or an unload.</summary>
/// <remarks>The worker writes, others read.</remarks>
internal sealed class VmBusConnection(
    ContactMessage contact, VmBusFeatures features, uint targetVp, GpadlTable gpadls)
{
    private volatile object? _monitorPages; // MonitorPageGpas, boxed to be replaced whole
    private volatile bool _offersSent;

    public VmBusVersion Version => contact.Version;

    public VmBusFeatures Features => features;

    public uint TargetVp => targetVp;

    public ConnectionId MessageConnection =>
        Version >= VmBusVersion.V50 ? WellKnownConnections.MessagesSince5 : WellKnownConnections.Messages;

    /// <summary>Tells channels apart where event flags do not.</summary>
    public Gpa? InterruptPage => Version < VmBusVersion.V24 ? new Gpa(contact.TargetInfo) : null;

    public MonitorPageGpas? MonitorPages
    {
        get => (MonitorPageGpas?)_monitorPages;
        set => _monitorPages = value;
    }

    public bool OffersSent
    {
        get => _offersSent;
        set => _offersSent = value;
    }

    public GpadlTable Gpadls => gpadls;

    public VmBusConnectionState Inspect() => new()
    {
        Version = Version,
        Features = features,
        MessageConnection = MessageConnection,
        TargetVp = new VpIndex(targetVp),
        ClientId = features.HasFlag(VmBusFeatures.ClientId) ? contact.ClientId : null,
        MonitorPages = MonitorPages,
        InterruptPage = InterruptPage,
        OffersSent = OffersSent,
        Gpadls = gpadls.Count,
        GpadlWords = gpadls.Words,
    };
}

/// <summary>Connection ids that guests know beforehand.</summary>
internal static class WellKnownConnections
{
    /// <summary>Messages of versions before 5.0.</summary>
    public static readonly ConnectionId Messages = new(1);

    /// <summary>Messages of versions since 5.0.</summary>
    public static readonly ConnectionId MessagesSince5 = new(4);
}
