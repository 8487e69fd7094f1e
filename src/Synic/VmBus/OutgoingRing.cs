using System.Buffers.Binary;

namespace Synic.VmBus;

/// <summary>What became of a packet for the guest.</summary>
internal enum RingSendResult
{
    /// <summary>Written; the guest knows or will look.</summary>
    Sent,

    /// <summary>Written into an empty ring: signal.</summary>
    SentAndSignal,

    /// <summary>No room now; the guest will signal when there is.</summary>
    Full,

    /// <summary>The guest's index makes no sense.</summary>
    Corrupt,

    /// <summary>Longer than the ring could ever hold.</summary>
    TooLarge,
}

/// <summary>The ring that the host writes and the guest reads.</summary>
/// <remarks>One thread at a time. Where the host writes is kept here and only shown to the guest.</remarks>
internal sealed class OutgoingRing
{
    private readonly RingMemory _memory;
    private uint _in;
    private bool _waiting;

    private OutgoingRing(RingMemory memory, uint start)
    {
        _memory = memory;
        _in = start;
    }

    public uint In => _in;

    public RingMemory Memory => _memory;

    /// <returns>Null when the indices in the control page make no sense.</returns>
    public static OutgoingRing? TryOpen(RingMemory memory) =>
        memory.TryReadControl(RingMemory.InOffset, out var @in) && memory.IsIndex(@in)
        && memory.TryReadControl(RingMemory.OutOffset, out var @out) && memory.IsIndex(@out)
        && memory.TryWriteControl(RingMemory.PendingSendOffset, 0)
        && memory.TryWriteControl(RingMemory.FeaturesOffset, 1)
            ? new OutgoingRing(memory, @in)
            : null;

    /// <summary>Writes a packet if a given number of bytes fits, which may be more than this packet's.</summary>
    public RingSendResult TrySend(in PacketDescriptor descriptor, ReadOnlySpan<byte> payload, uint required)
    {
        if (required >= _memory.Size - 8)
        {
            return RingSendResult.TooLarge;
        }

        if (!TryReadOut(out var @out))
        {
            return RingSendResult.Corrupt;
        }

        if (Free(@out) < required)
        {
            _waiting = true;
            _memory.TryWriteControl(RingMemory.PendingSendOffset, required);
            Interlocked.MemoryBarrier(); // else the guest makes room, finds nobody waiting, and nobody looks again
            if (!TryReadOut(out @out))
            {
                return RingSendResult.Corrupt;
            }

            if (Free(@out) < required)
            {
                return RingSendResult.Full;
            }
        }

        if (_waiting)
        {
            _waiting = false;
            _memory.TryWriteControl(RingMemory.PendingSendOffset, 0);
        }

        return Write(descriptor, payload);
    }

    private RingSendResult Write(in PacketDescriptor descriptor, ReadOnlySpan<byte> payload)
    {
        var start = _in;
        Span<byte> edge = stackalloc byte[PacketDescriptor.Size];
        descriptor.Write(edge);
        _memory.TryWrite(start, edge);
        var index = _memory.Advance(start, PacketDescriptor.Size);
        _memory.TryWrite(index, payload);
        index = _memory.Advance(index, (uint)payload.Length);
        edge.Clear();
        _memory.TryWrite(index, edge[..(-payload.Length & 7)]);
        index = _memory.Advance(index, (uint)(-payload.Length & 7));
        BinaryPrimitives.WriteUInt32LittleEndian(edge[4..], start);
        _memory.TryWrite(index, edge[..PacketDescriptor.FooterSize]);
        index = _memory.Advance(index, PacketDescriptor.FooterSize);

        _in = index;
        _memory.TryWriteControl(RingMemory.InOffset, index);
        Interlocked.MemoryBarrier(); // the guest unmasks and looks at the index; this writes the index and looks at the mask
        return _memory.TryReadControl(RingMemory.MaskOffset, out var mask) && mask == 0
            && _memory.TryReadControl(RingMemory.OutOffset, out var @out) && @out == start
                ? RingSendResult.SentAndSignal
                : RingSendResult.Sent;
    }

    private bool TryReadOut(out uint @out) => _memory.TryReadControl(RingMemory.OutOffset, out @out) && _memory.IsIndex(@out);

    private uint Free(uint @out) => (@out > _in ? @out - _in : _memory.Size - (_in - @out)) - 8;
}
