namespace Synic.VmBus;

/// <summary>The ring that the guest writes and the host reads.</summary>
/// <remarks>One thread at a time. Where the host reads is kept here and only shown to the guest.</remarks>
internal sealed class IncomingRing
{
    /// <summary>The longest packet, descriptor included, that is taken from a guest.</summary>
    public const int MaxPacket = 64 << 10;

    private readonly RingMemory _memory;
    private byte[] _buffer = [];
    private uint _out;
    private uint _peeked;

    private IncomingRing(RingMemory memory, uint start)
    {
        _memory = memory;
        _out = start;
    }

    public RingMemory Memory => _memory;

    /// <returns>Null when the indices in the control page make no sense.</returns>
    public static IncomingRing? TryOpen(RingMemory memory) =>
        memory.TryReadControl(RingMemory.InOffset, out var @in) && memory.IsIndex(@in)
        && memory.TryReadControl(RingMemory.OutOffset, out var @out) && memory.IsIndex(@out)
        && memory.TryWriteControl(RingMemory.MaskOffset, 1)
            ? new IncomingRing(memory, @out)
            : null;

    /// <summary>Tells the guest whether to signal; then whatever is in the ring has to be looked at once more.</summary>
    public void SetMask(bool masked)
    {
        _memory.TryWriteControl(RingMemory.MaskOffset, masked ? 1U : 0);
        Interlocked.MemoryBarrier(); // the guest writes data and reads the mask; this writes the mask and reads the data
    }

    public bool HasData => _memory.TryReadControl(RingMemory.InOffset, out var @in) && @in != _out;

    /// <summary>Copies the next packet out and leaves it in the ring.</summary>
    /// <returns>False: there is none, or <paramref name="fault"/> says what is wrong with it.</returns>
    public bool TryPeek(out RingPacket packet, out VmBusRingFault? fault)
    {
        packet = default;
        fault = Load(out var descriptor);
        if (fault is not null || _peeked == 0)
        {
            return false;
        }

        packet = new RingPacket(
            descriptor.Type, descriptor.Flags == PacketDescriptor.CompletionRequestedFlag, descriptor.TransactionId,
            _buffer.AsSpan(descriptor.PayloadOffset, descriptor.Length - descriptor.PayloadOffset));
        return true;
    }

    /// <summary>Frees the packet that was peeked.</summary>
    /// <returns>The guest waits for the room this gave it: signal.</returns>
    public bool Consume()
    {
        var freed = _peeked;
        _peeked = 0;
        _out = _memory.Advance(_out, freed);
        _memory.TryWriteControl(RingMemory.OutOffset, _out);
        Interlocked.MemoryBarrier(); // the guest says what it waits for and looks at the index; this the other way round
        if (!_memory.TryReadControl(RingMemory.FeaturesOffset, out var features) || (features & 1) == 0
            || !_memory.TryReadControl(RingMemory.PendingSendOffset, out var pending)
            || (pending &= ~7U) == 0
            || !_memory.TryReadControl(RingMemory.InOffset, out var @in) || !_memory.IsIndex(@in))
        {
            return false;
        }

        var free = (_out > @in ? _out - @in : _memory.Size - (@in - _out)) - 8;
        return free - freed < pending && pending <= free;
    }

    private VmBusRingFault? Load(out PacketDescriptor descriptor)
    {
        descriptor = default;
        _peeked = 0;
        if (!_memory.TryReadControl(RingMemory.InOffset, out var @in))
        {
            return VmBusRingFault.MemoryGone;
        }

        if (!_memory.IsIndex(@in))
        {
            return VmBusRingFault.InvalidIndex;
        }

        var available = @in >= _out ? @in - _out : _memory.Size - (_out - @in);
        if (available == 0)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[PacketDescriptor.Size];
        if (available < PacketDescriptor.Size + PacketDescriptor.FooterSize)
        {
            return VmBusRingFault.PacketLength;
        }

        if (!_memory.TryRead(_out, header))
        {
            return VmBusRingFault.MemoryGone;
        }

        // Checked on this copy; the guest may go on writing.
        descriptor = PacketDescriptor.Read(header);
        if (descriptor.Check(available, _memory.Size) is { } fault)
        {
            return fault;
        }

        if (descriptor.Length > MaxPacket)
        {
            return VmBusRingFault.PacketTooLarge;
        }

        if (_buffer.Length < descriptor.Length)
        {
            _buffer = new byte[Math.Min(MaxPacket, Math.Max(descriptor.Length, 2 * _buffer.Length))];
        }

        if (!_memory.TryRead(_out, _buffer.AsSpan(0, descriptor.Length)))
        {
            return VmBusRingFault.MemoryGone;
        }

        _peeked = descriptor.TotalLength;
        return null;
    }
}
