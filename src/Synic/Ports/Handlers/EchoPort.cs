using Synic.Hv;

namespace Synic.Ports.Handlers;

/// <summary>Posts every message back to a SINT of the guest, same type and payload.</summary>
/// <param name="answer">Where the echo goes; disposed with the port's owner, not by the port.</param>
public sealed class EchoPort(IGuestMessagePort answer) : MessagePort, IPortReadiness
{
    /// <summary>A full queue is no certain refusal: the guest may have emptied its slot and not said so yet.</summary>
    public PortReadiness ReadinessFor(uint messageType) => answer is not GuestMessagePort port ? new(null, "nobody knows whether the answer has room")
        : port.HasRoom ? new(true, "the guest's queue has room for the answer")
        : new(null, "the guest's queue is full: refused, unless the guest empties its slot first");

    /// <summary>No room in the guest's queue is no room here: the guest retries, nothing is lost.</summary>
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) =>
        answer.TryPost(message.Type, message.Payload) != GuestPostResult.QueueFull;
}
