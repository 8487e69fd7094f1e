namespace Synic.Ports;

/// <summary>An event port that can tell how often the hypervisor signalled its event past the port map.</summary>
public interface IFastPathCounter
{
    /// <summary>Since the port was registered. Reading it takes the event's own count in.</summary>
    long FastPathSignals { get; }
}
