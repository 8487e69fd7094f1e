using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Posts every message back to a SINT of the guest, same type and payload.</summary>
/// <param name="answer">Where the echo goes; disposed with the port's owner, not by the port.</param>
public sealed class EchoPort(IGuestMessagePort answer) : MessagePort
{
    /// <summary>No room in the guest's queue is no room here: the guest retries, nothing is lost.</summary>
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) =>
        answer.TryPost(message.Type, message.Payload) != GuestPostResult.QueueFull;
}
