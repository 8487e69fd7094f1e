using Synic.Hv;

namespace Synic.Ports;

/// <summary>Why a port was not registered. The names are the label values of the metric.</summary>
public enum PortRegistrationError
{
    /// <summary>Another port has the connection id.</summary>
    InUse,

    /// <summary>The connection id has bits above 23, or the VTL does not exist.</summary>
    InvalidId,

    /// <summary>Another port has the monitor id, or there is no such monitor id or no monitor page.</summary>
    MonitorInUse,

    /// <summary>The hypervisor refused its fast path.</summary>
    BackendRefused,

    /// <summary>The partition has as many ports as it may have.</summary>
    Limit,
}

/// <summary>A port could not be registered; nothing of it is left behind.</summary>
public class PortRegistrationException : Exception
{
    public PortRegistrationException()
    {
    }

    public PortRegistrationException(string message)
        : base(message)
    {
    }

    public PortRegistrationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public PortRegistrationException(
        PortRegistrationError error, ConnectionId connection, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        Connection = connection;
    }

    public PortRegistrationError Error { get; }

    public ConnectionId Connection { get; }
}

/// <summary>The connection id belongs to another port.</summary>
public sealed class ConnectionIdInUseException : PortRegistrationException
{
    public ConnectionIdInUseException()
    {
    }

    public ConnectionIdInUseException(string message)
        : base(message)
    {
    }

    public ConnectionIdInUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ConnectionIdInUseException(ConnectionId connection)
        : base(PortRegistrationError.InUse, connection, $"connection id {connection} is in use")
    {
    }
}
