using System.Buffers.Binary;

namespace Synic.Guests.Loaders;

/// <summary>Where a PT_NOTE segment lies in its file; nothing of it is checked yet.</summary>
internal readonly record struct ElfNoteSegment(ulong FileOffset, ulong Length, ulong Alignment);

/// <summary>The one note that loading needs: Xen's PHYS32_ENTRY, the PVH entry point of a kernel.</summary>
internal static class ElfNotes
{
    /// <summary>Of one segment; kernels have less than one KiB.</summary>
    public const int MaxSegmentBytes = 1 << 16;

    private const uint Physical32Entry = 18; // XEN_ELFNOTE_PHYS32_ENTRY
    private const int HeaderBytes = 12;

    /// <exception cref="GuestImageException">What is wrong with the notes before the one that is looked for, or with it.</exception>
    /// <returns>The first one's address as it stands there; null when there is none.</returns>
    public static ulong? FindPvhEntry(GuestImageFile file, IReadOnlyList<ElfNoteSegment> segments)
    {
        foreach (var segment in segments)
        {
            if (segment.Length > MaxSegmentBytes)
            {
                throw file.Broken($"has a note segment of 0x{segment.Length:x} bytes; 0x{MaxSegmentBytes:x} is the limit");
            }

            var bytes = new byte[(int)segment.Length];
            file.Read(segment.FileOffset, bytes, "a note segment");
            if (FindPvhEntry(file, bytes, segment.Alignment == 8 ? 8u : 4u) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    private static ulong? FindPvhEntry(GuestImageFile file, ReadOnlySpan<byte> bytes, ulong alignment)
    {
        // In 64 bits no sum of the lengths, which are 32 bits wide, can wrap.
        var length = (ulong)bytes.Length;
        for (var at = 0UL; at < length;)
        {
            if (length - at < HeaderBytes)
            {
                throw file.Broken($"ends a note segment within a note's header (at 0x{at:x} of 0x{length:x} bytes)");
            }

            var header = bytes.Slice((int)at, HeaderBytes);
            var nameLength = BinaryPrimitives.ReadUInt32LittleEndian(header);
            var contentLength = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            var name = at + HeaderBytes;
            var content = Align(name + nameLength, alignment);
            if (name + nameLength > length || (contentLength > 0 && content + contentLength > length))
            {
                throw file.Broken(
                    $"has a note (0x{nameLength:x} bytes of name, 0x{contentLength:x} of content at 0x{at:x}) that reaches beyond "
                    + $"its segment (0x{length:x} bytes)");
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == Physical32Entry
                && bytes.Slice((int)name, (int)nameLength).SequenceEqual("Xen\0"u8))
            {
                return contentLength switch
                {
                    4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(int)content..]),
                    8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(int)content..]),
                    _ => throw file.Broken($"has a PVH entry note of {contentLength} bytes; it has 4 or 8"),
                };
            }

            at = Align(content + contentLength, alignment);
        }

        return null;
    }

    private static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
