using Synic.Hv;

namespace Synic.Monitors;

/// <summary>Monitored notification as a backend offers it.</summary>
public interface ISynicMonitor
{
    /// <summary>Binds a monitor id to a connection, until the result is disposed.</summary>
    /// <exception cref="MonitorIdException">The id is taken or out of range.</exception>
    IDisposable RegisterMonitor(MonitorId id, ConnectionId connection, TimeSpan latency);

    /// <summary>Moves the pages of a VTL, or takes them away.</summary>
    /// <exception cref="ArgumentException">A page is not page-aligned, not in RAM, or both are the same.</exception>
    void SetMonitorPages(Vtl vtl, MonitorPageGpas? pages);

    /// <summary>Lets the host choose the pages.</summary>
    /// <returns>Null when the backend has no memory of its own to give to the guest.</returns>
    MonitorPageGpas? AllocateMonitorPages(Vtl vtl);

    /// <summary>The monitor page of a VTL as it is now.</summary>
    MonitorPage Page(Vtl vtl);
}

/// <summary>What a user of ports (VMBus) may do with monitored notification.</summary>
public interface ISynicMonitorAccess
{
    /// <inheritdoc cref="ISynicMonitor.SetMonitorPages"/>
    void SetMonitorPages(Vtl vtl, MonitorPageGpas? pages);

    /// <inheritdoc cref="ISynicMonitor.AllocateMonitorPages"/>
    MonitorPageGpas? AllocateMonitorPages(Vtl vtl);
}

/// <summary>A monitor id that cannot be bound.</summary>
public sealed class MonitorIdException : Exception
{
    public MonitorIdException()
    {
    }

    public MonitorIdException(string message)
        : base(message)
    {
    }

    public MonitorIdException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public MonitorIdException(MonitorId id, bool inUse)
        : base(inUse ? $"monitor id {id} is in use" : $"monitor id {id} is not below {MonitorId.Count}")
    {
        Id = id;
        InUse = inUse;
    }

    public MonitorId Id { get; }

    /// <summary>True: taken by another port. False: no such id.</summary>
    public bool InUse { get; }
}
