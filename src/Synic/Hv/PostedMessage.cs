namespace Synic.Hv;

/// <summary>
/// What a guest posted with HvPostMessage. The bytes are a copy that the guest can no longer change, and they are
/// gone when the callback returns: a port that keeps a message copies it.
/// </summary>
public readonly ref struct PostedMessage(uint type, ReadOnlySpan<byte> payload)
{
    /// <summary>The guest's message type; <see cref="HvMessage.TypeChannel"/> for VMBus.</summary>
    public uint Type { get; } = type;

    /// <summary>0 to <see cref="HvMessage.MaxPayload"/> bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}
