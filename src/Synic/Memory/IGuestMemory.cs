using Synic.Hv;

namespace Synic.Memory;

/// <summary>
/// The guest's RAM by guest physical address. Every access is checked; what lies outside is refused, never thrown.
/// </summary>
/// <remarks>
/// The guest runs while this is read: what a check depends on is copied once and checked on the copy. Safe to use
/// from any thread, and after the partition is gone (the memory then reads as zeros).
/// </remarks>
public interface IGuestMemory
{
    /// <summary>RAM in bytes, from GPA 0.</summary>
    ulong Size { get; }

    bool Contains(Gpa gpa, ulong length);

    bool TryRead(Gpa gpa, Span<byte> destination);

    bool TryWrite(Gpa gpa, ReadOnlySpan<byte> source);

    /// <summary>Reads four bytes at once; what was written before them is visible after (acquire).</summary>
    /// <param name="gpa">A multiple of 4; anything else is refused.</param>
    /// <param name="value">What was read, little endian.</param>
    bool TryReadUInt32(Gpa gpa, out uint value);

    /// <summary>Writes four bytes at once, after everything that was written before (release).</summary>
    bool TryWriteUInt32(Gpa gpa, uint value);

    /// <summary>Sets bits of four bytes at once, as <c>lock or</c> does, against a guest that does the same.</summary>
    /// <param name="gpa">A multiple of 4; anything else is refused.</param>
    /// <param name="bits">The bits to set.</param>
    /// <param name="previous">The value before.</param>
    bool TryOrUInt32(Gpa gpa, uint bits, out uint previous);
}
