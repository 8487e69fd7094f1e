using System.Runtime.CompilerServices;
using Synic.Hv;

namespace Synic.VmBus;

/// <summary>A channel message of the guest, copied when it was posted.</summary>
internal struct IncomingMessage
{
    public ConnectionId Connection;
    public int Length;
    public IncomingBytes Bytes;
}

[InlineArray(HvMessage.MaxPayload)]
internal struct IncomingBytes
{
    private byte _first;
}

/// <summary>Messages between the VPs that post and the worker that answers; all its memory is there from the start.</summary>
internal sealed class IncomingQueue(int capacity)
{
    private readonly Lock _gate = new(); // guards everything; held for one copy
    private readonly IncomingMessage[] _ring = new IncomingMessage[capacity];
    private int _head;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool IsFull => Count == _ring.Length;

    /// <returns>False: no room.</returns>
    public bool TryEnqueue(ConnectionId connection, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_count == _ring.Length)
            {
                return false;
            }

            ref var slot = ref _ring[(_head + _count) % _ring.Length];
            slot.Connection = connection;
            slot.Length = payload.Length;
            payload.CopyTo(slot.Bytes);
            _count++;
            return true;
        }
    }

    /// <param name="buffer">At least <see cref="HvMessage.MaxPayload"/> bytes.</param>
    /// <param name="connection">Where it was posted.</param>
    /// <param name="length">Of the payload.</param>
    public bool TryDequeue(Span<byte> buffer, out ConnectionId connection, out int length)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                connection = default;
                length = 0;
                return false;
            }

            ref var slot = ref _ring[_head];
            connection = slot.Connection;
            length = slot.Length;
            ((ReadOnlySpan<byte>)slot.Bytes)[..length].CopyTo(buffer);
            _head = (_head + 1) % _ring.Length;
            _count--;
            return true;
        }
    }
}
