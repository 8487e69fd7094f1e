using System.Buffers.Binary;

namespace Synic.Guests.Loaders;

/// <summary>The header of a multiboot 1 image (Multiboot Specification 0.6.96, 3.1).</summary>
internal readonly record struct MultibootHeader(int Offset, uint Flags)
{
    /// <summary>It lies within so many bytes of the file's beginning.</summary>
    public const int SearchBytes = 8192;

    public const uint HasAddresses = 1 << 16;

    private const uint Magic = 0x1BAD_B002;
    private const uint MustUnderstand = 0xFFFF; // bits whose meaning a loader has to know
    private const uint Understood = 3;          // modules on pages, memory information: always given

    public uint HeaderAddress { get; init; }

    public uint LoadAddress { get; init; }

    public uint LoadEnd { get; init; }

    public uint BssEnd { get; init; }

    public uint Entry { get; init; }

    /// <summary>Bits that the image insists on and nobody here knows; 0 when it can be loaded.</summary>
    public uint UnknownFlags => Flags & MustUnderstand & ~Understood;

    /// <param name="head">The beginning of the file.</param>
    /// <param name="header">Of the first magic number whose checksum is right.</param>
    /// <returns>False: this is no multiboot image.</returns>
    public static bool TryFind(ReadOnlySpan<byte> head, out MultibootHeader header)
    {
        head = head[..Math.Min(head.Length, SearchBytes)];
        for (var offset = 0; offset + 12 <= head.Length; offset += 4)
        {
            var flags = U32(head, offset + 4);
            if (U32(head, offset) != Magic || Magic + flags + U32(head, offset + 8) != 0)
            {
                continue;
            }

            header = new MultibootHeader(offset, flags);
            if ((flags & HasAddresses) == 0)
            {
                return true;
            }

            if (offset + 32 > head.Length)
            {
                continue; // the addresses would lie beyond the search area
            }

            header = header with
            {
                HeaderAddress = U32(head, offset + 12),
                LoadAddress = U32(head, offset + 16),
                LoadEnd = U32(head, offset + 20),
                BssEnd = U32(head, offset + 24),
                Entry = U32(head, offset + 28),
            };
            return true;
        }

        header = default;
        return false;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
