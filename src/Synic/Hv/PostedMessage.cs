using System.Runtime.InteropServices;

namespace Synic.Hv;

/// <summary>
/// What a guest posted with HvPostMessage. The bytes are a copy that the guest can no longer change, and they are
/// gone when the callback returns: a port that keeps a message copies it.
/// </summary>
/// <remarks>Sixteen bytes, so that it travels in two registers; with a span inside it would go through the stack.</remarks>
public readonly ref struct PostedMessage
{
    private readonly ref readonly byte _payload;
    private readonly ulong _lengthAndType; // one field, not two halves that would be written apart and read together

    public PostedMessage(uint type, ReadOnlySpan<byte> payload)
    {
        _payload = ref MemoryMarshal.GetReference(payload);
        _lengthAndType = ((ulong)(uint)payload.Length << 32) | type;
    }

    /// <summary>The guest's message type; <see cref="HvMessage.TypeChannel"/> for VMBus.</summary>
    public uint Type => (uint)_lengthAndType;

    /// <summary>0 to <see cref="HvMessage.MaxPayload"/> bytes.</summary>
    public ReadOnlySpan<byte> Payload => MemoryMarshal.CreateReadOnlySpan(in _payload, Length);

    internal int Length => (int)(_lengthAndType >> 32);
}
