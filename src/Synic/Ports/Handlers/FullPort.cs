using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Never takes a message: the guest always gets INSUFFICIENT_BUFFERS.</summary>
public sealed class FullPort : MessagePort, IPortReadiness
{
    public PortReadiness ReadinessFor(uint messageType) => new(false, "this handler never takes a message");

    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) => false;
}
