using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Never takes a message: shows what a guest does when the host has no room.</summary>
public sealed class FullPort : MessagePort
{
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) => false;
}
