using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Posts each message back to the guest, same type and same bytes.</summary>
/// <param name="answers">Where the answers go; disposed by whoever made it.</param>
public sealed class EchoPort(IGuestMessagePort answers) : MessagePort
{
    /// <summary>A guest that does not read its answers is told to wait: the message is refused, not dropped.</summary>
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) =>
        answers.TryPost(message.Type, message.Payload) != GuestPostResult.QueueFull;
}
