namespace Synic.Ports;

/// <summary>A port that knows how often the hypervisor signalled its host event, which no call counter sees.</summary>
public interface IFastPathSignals
{
    /// <summary>So far. Any thread; does not block.</summary>
    long FastPathSignals { get; }
}
