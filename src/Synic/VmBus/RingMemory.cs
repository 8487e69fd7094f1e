using Synic.Hv;
using Synic.Memory;

namespace Synic.VmBus;

/// <summary>One ring in guest pages: a control page and data pages behind it that wrap around.</summary>
/// <remarks>Every access says no when the memory is gone; nothing the guest wrote is kept here.</remarks>
internal sealed class RingMemory
{
    /// <summary>Control page: where the sender writes next.</summary>
    public const int InOffset = 0;

    /// <summary>Control page: where the receiver reads next.</summary>
    public const int OutOffset = 4;

    /// <summary>Control page: the receiver wants no signal for data.</summary>
    public const int MaskOffset = 8;

    /// <summary>Control page: the sender waits for so much room.</summary>
    public const int PendingSendOffset = 12;

    /// <summary>Control page: bit 0, the sender fills in what it waits for.</summary>
    public const int FeaturesOffset = 64;

    private readonly IGuestMemory _memory;
    private readonly ReadOnlyMemory<ulong> _data;
    private readonly Gpa _control;

    /// <param name="memory">Of the partition.</param>
    /// <param name="pages">Page numbers in it: the control page and at least one more.</param>
    public RingMemory(IGuestMemory memory, ReadOnlyMemory<ulong> pages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pages.Length, 2, nameof(pages));
        _memory = memory;
        _control = Gpa.FromPageNumber(pages.Span[0]);
        _data = pages[1..];
        Size = (uint)_data.Length * Gpa.PageSize;
    }

    /// <summary>Bytes of data.</summary>
    public uint Size { get; }

    public bool TryReadControl(int offset, out uint value) => _memory.TryReadUInt32(_control + (ulong)offset, out value);

    public bool TryWriteControl(int offset, uint value) => _memory.TryWriteUInt32(_control + (ulong)offset, value);

    /// <summary>An index that a guest may have written.</summary>
    public bool IsIndex(uint value) => value < Size && (value & 7) == 0;

    public uint Advance(uint index, uint bytes)
    {
        var next = index + bytes; // both below 2^31: a GPADL of 65535 bytes of page numbers spans 32 MiB
        return next >= Size ? next - Size : next;
    }

    public bool TryRead(uint index, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var chunk = Chunk(index, destination.Length);
            if (!_memory.TryRead(At(index), destination[..chunk]))
            {
                return false;
            }

            destination = destination[chunk..];
            index = Advance(index, (uint)chunk);
        }

        return true;
    }

    public bool TryWrite(uint index, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var chunk = Chunk(index, source.Length);
            if (!_memory.TryWrite(At(index), source[..chunk]))
            {
                return false;
            }

            source = source[chunk..];
            index = Advance(index, (uint)chunk);
        }

        return true;
    }

    private static int Chunk(uint index, int length) => Math.Min(length, Gpa.PageSize - (int)(index % Gpa.PageSize));

    private Gpa At(uint index) => Gpa.FromPageNumber(_data.Span[(int)(index / Gpa.PageSize)]) + (index % Gpa.PageSize);
}
