using System.Buffers.Binary;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>Page tables and descriptors that a guest begins with.</summary>
internal static class BootTables
{
    public const ulong Code64Descriptor = 0x00AF_9A00_0000_FFFF;
    public const ulong DataDescriptor = 0x00CF_9200_0000_FFFF;
    private const ulong Code32Descriptor = 0x00CF_9A00_0000_FFFF;
    private const ulong PageFlags = 3;          // present, writable
    private const ulong LargePageFlags = 0x83;  // and 2 MiB

    /// <summary>Null, 32-bit code, 64-bit code, data.</summary>
    public static void WriteGdt(IGuestMemory memory)
    {
        WriteUInt64(memory, LoaderLayout.Gdt + LoaderLayout.Code32Selector, Code32Descriptor);
        WriteUInt64(memory, LoaderLayout.Gdt + LoaderLayout.Code64Selector, Code64Descriptor);
        WriteUInt64(memory, LoaderLayout.Gdt + LoaderLayout.DataSelector, DataDescriptor);
    }

    /// <summary>4 GiB, virtual = physical, in six pages.</summary>
    public static void WritePageTables(IGuestMemory memory, Gpa root)
    {
        var pointers = root + Gpa.PageSize;
        WriteUInt64(memory, root, pointers.Value | PageFlags);
        for (var gib = 0UL; gib < 4; gib++)
        {
            var directory = pointers + ((gib + 1) * Gpa.PageSize);
            WriteUInt64(memory, pointers + (gib * 8), directory.Value | PageFlags);
            for (var i = 0UL; i < 512; i++)
            {
                WriteUInt64(memory, directory + (i * 8), (gib << 30) | (i << 21) | LargePageFlags);
            }
        }
    }

    public static void WriteUInt64(IGuestMemory memory, Gpa gpa, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        memory.TryWrite(gpa, bytes);
    }
}
