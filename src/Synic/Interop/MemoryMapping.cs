using System.Runtime.InteropServices;
using Synic.Hv;
using Synic.Interop.Linux;

namespace Synic.Interop;

/// <summary>
/// Zeroed, page-aligned memory outside the garbage-collected heap, handed out as bounded spans.
/// </summary>
/// <remarks>
/// The pages live as long as this object is reachable. There is no early free: a span that somebody still holds must
/// never point at unmapped memory. <see cref="Discard"/> gives the physical pages back while the addresses stay.
/// </remarks>
public sealed unsafe class MemoryMapping
{
    private readonly byte* _start;

    private MemoryMapping(byte* start, nuint length)
    {
        _start = start;
        Length = length;
    }

    ~MemoryMapping()
    {
        if (OperatingSystem.IsLinux())
        {
            // SAFETY: nobody can reach this object any more, so nobody holds a span made by it.
            _ = LibC.munmap(_start, Length);
        }
        else
        {
            NativeMemory.AlignedFree(_start);
        }
    }

    /// <summary>In bytes, a multiple of the page size.</summary>
    public nuint Length { get; }

    /// <summary>The address for a hypervisor call; good while this object is kept alive.</summary>
    internal nint Address => (nint)_start;

    /// <summary>Allocates anonymous memory.</summary>
    /// <param name="length">In bytes; rounded up to whole pages.</param>
    /// <exception cref="HypervisorException">The operating system has no memory to give.</exception>
    public static MemoryMapping Allocate(nuint length)
    {
        ArgumentOutOfRangeException.ThrowIfZero(length);
        length = (length + Gpa.PageSize - 1) & ~(nuint)(Gpa.PageSize - 1);
        if (OperatingSystem.IsLinux())
        {
            return new MemoryMapping(LibC.MapPrivate(length), length);
        }

        var start = (byte*)NativeMemory.AlignedAlloc(length, Gpa.PageSize);
        NativeMemory.Clear(start, length);
        return new MemoryMapping(start, length);
    }

    /// <summary>A view of part of the memory.</summary>
    /// <remarks>The caller keeps this object reachable (<see cref="GC.KeepAlive"/>) while it uses the span.</remarks>
    public Span<byte> Span(nuint offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (offset > Length || (nuint)length > Length - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        // SAFETY: offset + length was just checked against the mapping's length.
        return new Span<byte>(_start + offset, length);
    }

    /// <summary>Gives the physical pages back; the memory reads as zeros afterwards.</summary>
    public void Discard()
    {
        if (OperatingSystem.IsLinux())
        {
            // SAFETY: the range is exactly this private anonymous mapping; the addresses stay valid.
            _ = LibC.madvise(_start, Length, LibC.MADV_DONTNEED);
        }
    }
}
