using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Takes every message and forgets it; the port map counts.</summary>
public sealed class SinkPort : MessagePort, IPortReadiness
{
    public PortReadiness ReadinessFor(uint messageType) => new(true, "this handler takes every message");

    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) => true;
}
