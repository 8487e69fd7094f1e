using Synic.Hv;
using Synic.Ports;

namespace Synic.Recording;

/// <summary>What a port itself answered, as recorded: the one thing that a replay cannot compute anew.</summary>
internal sealed class RecordedAnswer
{
    /// <summary>Of the call that is being replayed.</summary>
    public string Status { get; set; } = HvStatus.Success.Name;

    /// <summary>The port had room: it also counts as that when another check answered.</summary>
    public bool HasRoom => Status != HvStatus.InsufficientBuffers.Name;

    public void ThrowIfFaulted()
    {
        if (Status == HvStatus.OperationFailed.Name)
        {
            throw new InvalidOperationException("the recorded port failed here");
        }
    }
}

/// <summary>Stands for a recorded message port.</summary>
internal sealed class StandInMessagePort(RecordedAnswer answer) : MessagePort
{
    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted)
    {
        answer.ThrowIfFaulted();
        return answer.HasRoom;
    }
}

/// <summary>Stands for a recorded event port.</summary>
internal sealed class StandInEventPort(RecordedAnswer answer) : EventPort
{
    protected internal override void HandleEvent(ushort flag) => answer.ThrowIfFaulted();
}
