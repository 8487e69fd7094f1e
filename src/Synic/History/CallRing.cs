using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Diagnostics;

namespace Synic.History;

/// <summary>
/// Records on their way from one writing thread to the collector. The writer never waits, locks or allocates: when the
/// collector is late, records are left out and counted.
/// </summary>
internal sealed class CallRing
{
    private readonly CallTap _tap;
    private readonly CallRecord[] _records;
    private readonly byte[] _bytes;
    private State _state;

    /// <param name="tap">Is asked to have the ring emptied when it is half full.</param>
    /// <param name="vp">See <see cref="CallRecord.Vp"/>.</param>
    /// <param name="records">A power of two.</param>
    /// <param name="bytes">A power of two: room for payloads.</param>
    public CallRing(CallTap tap, byte vp, int records, int bytes)
    {
        _tap = tap;
        Vp = vp;
        _records = new CallRecord[records];
        _bytes = new byte[bytes];
    }

    public byte Vp { get; }

    /// <summary>Records left out so far.</summary>
    public long Dropped => Volatile.Read(ref _state.Dropped);

    /// <summary>What the collector has announced of <see cref="Dropped"/>; its own.</summary>
    public long Announced { get; set; }

    /// <summary>How many were written; the collector takes no more in one go, or a busy guest would keep it forever.</summary>
    public long Written => Volatile.Read(ref _state.Head);

    /// <summary>How many were taken.</summary>
    public long Taken => _state.Tail;

    /// <summary>Nothing is written here any more; see <see cref="CallTap.Retire"/>.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Retired, and all of it collected. For the collector.</summary>
    public bool IsDone => IsRetired && Written == Taken && Dropped == Announced;

    /// <summary>Writes a record. One thread at a time.</summary>
    /// <param name="record">Its payload members are filled in here.</param>
    /// <param name="payload">Copied while there is room, and hashed otherwise.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write(ref CallRecord record, ReadOnlySpan<byte> payload)
    {
        var head = _state.Head;
        if (head - _state.SeenTail >= _records.Length / 2 && !HasRoom(head))
        {
            Volatile.Write(ref _state.Dropped, _state.Dropped + 1);
            return;
        }

        if ((record.Fields & CallFields.Payload) != 0)
        {
            record.FirstWord = Payloads.FirstWord(payload);
            Keep(ref record, payload);
        }

        _records[head & (_records.Length - 1)] = record;
        Volatile.Write(ref _state.Head, head + 1);
    }

    /// <summary>The oldest record; only while there is one. For the collector.</summary>
    public ref readonly CallRecord Peek() => ref _records[_state.Tail & (_records.Length - 1)];

    /// <summary>The bytes of the oldest record.</summary>
    public ReadOnlySpan<byte> PeekPayload()
    {
        ref readonly var record = ref Peek();
        return (record.Fields & CallFields.Bytes) == 0
            ? default
            : _bytes.AsSpan((int)(record.PayloadPosition & (_bytes.Length - 1)), record.Size);
    }

    /// <summary>Gives the room of the oldest record back.</summary>
    public void Advance()
    {
        ref readonly var record = ref Peek();
        if ((record.Fields & CallFields.Bytes) != 0)
        {
            Volatile.Write(ref _state.ByteTail, record.PayloadPosition + record.Size);
        }

        Volatile.Write(ref _state.Tail, _state.Tail + 1);
    }

    private bool HasRoom(long head)
    {
        _state.SeenTail = Volatile.Read(ref _state.Tail);
        var waiting = head - _state.SeenTail;
        if (waiting >= _records.Length / 2)
        {
            _tap.Wake();
        }

        return waiting < _records.Length;
    }

    private void Keep(ref CallRecord record, ReadOnlySpan<byte> payload)
    {
        var position = _state.ByteHead;
        var toEnd = _bytes.Length - (position & (_bytes.Length - 1));
        if (toEnd < payload.Length)
        {
            position += toEnd; // in one piece
        }

        if (position + payload.Length - _state.SeenByteTail > _bytes.Length / 2 && !HasRoomForBytes(position + payload.Length))
        {
            record.PayloadHash = Payloads.Hash(payload);
            return;
        }

        payload.CopyTo(_bytes.AsSpan((int)(position & (_bytes.Length - 1))));
        record.PayloadPosition = position;
        record.Fields |= CallFields.Bytes;
        _state.ByteHead = position + payload.Length;
    }

    private bool HasRoomForBytes(long end)
    {
        _state.SeenByteTail = Volatile.Read(ref _state.ByteTail);
        var waiting = end - _state.SeenByteTail;
        if (waiting > _bytes.Length / 2)
        {
            _tap.Wake();
        }

        return waiting <= _bytes.Length;
    }

    // The writer's words and the collector's on lines of their own.
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        private readonly Padding _before;
        public long Head;
        public long SeenTail;
        public long ByteHead;
        public long SeenByteTail;
        public long Dropped;
        private readonly Padding _between;
        public long Tail;
        public long ByteTail;
        private readonly Padding _after;
    }
}
