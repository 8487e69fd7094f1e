using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Never takes a message: the guest always gets INSUFFICIENT_BUFFERS.</summary>
public sealed class FullPort : MessagePort
{
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) => false;
}
