namespace Synic.Ports;

/// <summary>A message port that can tell whether it would take a message, without being given one.</summary>
public interface IPortReadiness
{
    /// <summary>As it is now; the next call may find it otherwise.</summary>
    /// <param name="messageType">Of the message that would come.</param>
    PortReadiness ReadinessFor(uint messageType);
}

/// <param name="Accepts">Null: not known without a try.</param>
/// <param name="Reason">For people.</param>
public readonly record struct PortReadiness(bool? Accepts, string Reason);
