using System.Buffers.Binary;

namespace Synic.Tests.Guests;

/// <summary>A segment for <see cref="TestElf"/>: its bytes, and how much memory it takes.</summary>
internal sealed record TestSegment(ulong Start, byte[] Bytes)
{
    public ulong Length { get; init; } = (ulong)Bytes.Length;

    public ulong VirtualStart { get; init; } = Start;

    /// <summary>PT_LOAD; 4 is PT_NOTE.</summary>
    public uint Type { get; init; } = 1;

    public ulong Alignment { get; init; }

    public static TestSegment Notes(params byte[] bytes) => new(0, bytes) { Type = 4 };
}

/// <summary>Writes ELF executables, so that no image has to be kept: header, program headers, then the segments.</summary>
internal static class TestElf
{
    public const int ProgramHeaders32 = 52;
    public const int ProgramHeaders64 = 64;

    public static byte[] Build32(uint entry, params TestSegment[] segments) => Build(wide: false, entry, segments);

    public static byte[] Build64(ulong entry, params TestSegment[] segments) => Build(wide: true, entry, segments);

    /// <summary>The three words that make an image a multiboot one.</summary>
    public static byte[] MultibootHeader(uint flags = 0, params uint[] addresses)
    {
        const uint Magic = 0x1BAD_B002;
        uint[] words = [Magic, flags, 0 - (Magic + flags), .. addresses];
        return [.. words.SelectMany(BitConverter.GetBytes)];
    }

    /// <summary>A note with name and content padded to words.</summary>
    public static byte[] Note(string name, uint type, params byte[] content)
    {
        byte[] nameBytes = [.. System.Text.Encoding.ASCII.GetBytes(name), 0];
        uint[] words = [(uint)nameBytes.Length, (uint)content.Length, type];
        return [.. words.SelectMany(BitConverter.GetBytes), .. nameBytes, .. new byte[-nameBytes.Length & 3], .. content, .. new byte[-content.Length & 3]];
    }

    /// <summary>The note that names a PVH entry.</summary>
    public static byte[] PvhNote(uint entry) => Note("Xen", 18, BitConverter.GetBytes(entry));

    /// <summary>Overwrites a field.</summary>
    public static byte[] With(this byte[] image, int offset, params byte[] bytes)
    {
        byte[] copy = [.. image];
        bytes.CopyTo(copy, offset);
        return copy;
    }

    public static byte[] With32(this byte[] image, int offset, uint value) => image.With(offset, BitConverter.GetBytes(value));

    public static byte[] With64(this byte[] image, int offset, ulong value) => image.With(offset, BitConverter.GetBytes(value));

    private static byte[] Build(bool wide, ulong entry, TestSegment[] segments)
    {
        var table = wide ? ProgramHeaders64 : ProgramHeaders32;
        var entryBytes = wide ? 56 : 32;
        var header = new byte[table + (segments.Length * entryBytes)];
        byte[] identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', wide ? (byte)2 : (byte)1, 1, 1];
        identity.CopyTo(header, 0);
        U16(header, 16, 2);                          // executable
        U16(header, 18, wide ? (ushort)62 : (ushort)3); // x86-64, 386
        Word(header, wide, 24, entry);
        Word(header, wide, wide ? 32 : 28, (ulong)table);
        U16(header, wide ? 54 : 42, (ushort)entryBytes);
        U16(header, wide ? 56 : 44, (ushort)segments.Length);
        var offset = header.Length;
        for (var i = 0; i < segments.Length; i++)
        {
            var segment = segments[i];
            var at = header.AsSpan(table + (i * entryBytes), entryBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(at, segment.Type);
            Word(at, wide, wide ? 8 : 4, (ulong)offset);
            Word(at, wide, wide ? 16 : 8, segment.VirtualStart);
            Word(at, wide, wide ? 24 : 12, segment.Start);
            Word(at, wide, wide ? 32 : 16, (ulong)segment.Bytes.Length);
            Word(at, wide, wide ? 40 : 20, segment.Length);
            Word(at, wide, wide ? 48 : 28, segment.Alignment);
            offset += segment.Bytes.Length;
        }

        return [.. header, .. segments.SelectMany(static s => s.Bytes)];
    }

    private static void U16(Span<byte> bytes, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[offset..], value);

    private static void Word(Span<byte> bytes, bool wide, int offset, ulong value)
    {
        if (wide)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[offset..], value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], (uint)value);
        }
    }
}
