using Synic.Hv;
using Synic.Monitors;

namespace Synic.Ports;

/// <summary>What VMBus and other users of ports see of a partition.</summary>
public interface ISynicPortAccess
{
    bool PrefersHostEvents { get; }

    /// <summary>Null when the backend has no monitor pages.</summary>
    ISynicMonitorAccess? MonitorSupport { get; }

    /// <summary>Registers a message port until the handle is disposed.</summary>
    /// <param name="connection">24 bits, unique in the partition.</param>
    /// <param name="minimumVtl">Callers of a lower VTL are denied.</param>
    /// <param name="port">Serves this one registration.</param>
    /// <param name="owner">Who registers it, for people.</param>
    /// <exception cref="PortRegistrationException">Nothing was registered, and why.</exception>
    PortHandle AddMessagePort(ConnectionId connection, Vtl minimumVtl, MessagePort port, string owner);

    /// <summary>Registers an event port until the handle is disposed.</summary>
    /// <param name="connection">24 bits, unique in the partition.</param>
    /// <param name="minimumVtl">Callers of a lower VTL are denied.</param>
    /// <param name="port">Serves this one registration.</param>
    /// <param name="owner">Who registers it, for people.</param>
    /// <param name="monitor">Also signal it through the monitor page.</param>
    /// <exception cref="PortRegistrationException">Nothing was registered, and why.</exception>
    PortHandle AddEventPort(
        ConnectionId connection, Vtl minimumVtl, EventPort port, string owner, MonitorInfo? monitor = null);

    IGuestMessagePort CreateGuestMessagePort(Vtl vtl, VpIndex vp, SintIndex sint);

    IGuestEventPort CreateGuestEventPort(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag);
}
