using System.Buffers.Binary;
using System.Globalization;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>A loadable part of an ELF file; its lengths are held against the file's.</summary>
internal readonly record struct ElfSegment(ulong FileOffset, ulong FileLength, ulong VirtualStart, ulong Start, ulong Length);

/// <summary>The program headers of an x86 ELF executable, 32 or 64 bits; sections and symbols are not looked at.</summary>
internal sealed class ElfImage
{
    public const int HeaderBytes = 64;

    /// <summary>Real kernels have about five.</summary>
    public const int MaxProgramHeaders = 128;

    private const int Executable = 2;
    private const int Machine386 = 3;
    private const int MachineX64 = 62;
    private const uint Loadable = 1;
    private const uint Notes = 4;

    private readonly GuestImageFile _file;
    private readonly ulong _entry;
    private readonly List<ElfSegment> _segments = [];
    private readonly List<ElfNoteSegment> _notes = [];

    private ElfImage(GuestImageFile file, bool is64, ulong entry)
    {
        _file = file;
        _entry = entry;
        Is64 = is64;
    }

    /// <summary>The machine is x86-64, not the 32-bit one.</summary>
    public bool Is64 { get; }

    public IReadOnlyList<ElfSegment> Segments => _segments;

    public static bool IsElf(ReadOnlySpan<byte> head) => head.StartsWith("\u007fELF"u8);

    /// <exception cref="GuestImageException">What is wrong with it.</exception>
    public static ElfImage Read(GuestImageFile file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        var length = (int)Math.Min(file.Length, HeaderBytes);
        file.Read(0, header[..length], "the ELF header");
        if (!IsElf(header))
        {
            throw file.Broken("is no ELF file");
        }

        // A class of 1 or 2, little endian, version 1.
        if (header[4] is not (1 or 2) || header[5] != 1 || header[6] != 1)
        {
            throw file.Broken($"is an ELF file of an unknown shape (class {header[4]}, data {header[5]}, version {header[6]})");
        }

        var wide = header[4] == 2;
        if (length < (wide ? HeaderBytes : 52))
        {
            throw file.Broken("ends within the ELF header");
        }

        var type = BinaryPrimitives.ReadUInt16LittleEndian(header[16..]);
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        if (type != Executable || machine is not (Machine386 or MachineX64))
        {
            throw file.Broken($"is no ELF executable for x86 (type {type}, machine {machine})");
        }

        var entry = wide ? U64(header, 24) : U32(header, 24);
        var image = new ElfImage(file, machine == MachineX64, entry);
        image.ReadProgramHeaders(header, wide);
        return image;
    }

    /// <summary>The file's entry point: a physical address within a segment.</summary>
    /// <exception cref="GuestImageException">It lies outside.</exception>
    public ulong FindEntry()
    {
        if (IsLoaded(_entry))
        {
            return _entry;
        }

        // Some linkers give the entry as a virtual address.
        foreach (var segment in _segments)
        {
            if (_entry - segment.VirtualStart < segment.Length)
            {
                return _entry - segment.VirtualStart + segment.Start;
            }
        }

        throw _file.Broken($"the entry point 0x{_entry:x} lies in none of its segments");
    }

    /// <summary>The entry point of the PVH note, which is a physical address; null when there is no such note.</summary>
    /// <exception cref="GuestImageException">What is wrong with the notes.</exception>
    public uint? FindPvhEntry() => ElfNotes.FindPvhEntry(_file, _notes) switch
    {
        null => null,
        { } entry when !IsLoaded(entry) => throw _file.Broken($"the PVH entry point 0x{entry:x} lies in none of its segments"),
        > uint.MaxValue and var entry => throw _file.Broken($"the PVH entry point 0x{entry:x} is above 4 GiB"),
        { } entry => (uint)entry,
    };

    /// <summary>Claims the segments' room and copies them; what the file does not fill is zero already.</summary>
    public void Load(IGuestMemory memory, GuestPlacement placement)
    {
        foreach (var (index, segment) in Segments.Index())
        {
            placement.Add(_file, Name(index), segment.Start, segment.Length);
        }

        foreach (var (index, segment) in Segments.Index())
        {
            _file.CopyTo(memory, new Hv.Gpa(segment.Start), segment.FileOffset, segment.FileLength, Name(index));
        }
    }

    private void ReadProgramHeaders(ReadOnlySpan<byte> header, bool wide)
    {
        var table = wide ? U64(header, 32) : U32(header, 28);
        var entryBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[(wide ? 54 : 42)..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[(wide ? 56 : 44)..]);
        var needed = wide ? 56 : 32;
        if (entryBytes != needed || count > MaxProgramHeaders)
        {
            throw _file.Broken(
                $"has {count} program headers of {entryBytes} bytes; at most {MaxProgramHeaders} of {needed} bytes can be read");
        }

        var bytes = new byte[count * needed];
        _file.Read(table, bytes, "the table of program headers");
        for (var i = 0; i < count; i++)
        {
            var entry = bytes.AsSpan(i * needed, needed);
            if (U32(entry, 0) == Notes)
            {
                _notes.Add(wide
                    ? new ElfNoteSegment(U64(entry, 8), U64(entry, 32), U64(entry, 48))
                    : new ElfNoteSegment(U32(entry, 4), U32(entry, 16), U32(entry, 28)));
            }

            if (U32(entry, 0) != Loadable)
            {
                continue;
            }

            var segment = wide
                ? new ElfSegment(U64(entry, 8), U64(entry, 32), U64(entry, 16), U64(entry, 24), U64(entry, 40))
                : new ElfSegment(U32(entry, 4), U32(entry, 16), U32(entry, 8), U32(entry, 12), U32(entry, 20));
            Check(_file, segment, _segments.Count);
            if (segment.Length > 0)
            {
                _segments.Add(segment);
            }
        }

        if (_segments.Count == 0)
        {
            throw _file.Broken("has nothing to load (no PT_LOAD segment)");
        }
    }

    private static void Check(GuestImageFile file, ElfSegment segment, int index)
    {
        if (segment.FileLength > segment.Length)
        {
            throw file.Broken($"{Name(index)} has more bytes in the file (0x{segment.FileLength:x}) than in memory (0x{segment.Length:x})");
        }

        if (segment.FileOffset > (ulong)file.Length || segment.FileLength > (ulong)file.Length - segment.FileOffset)
        {
            throw file.Broken(
                $"{Name(index)} (0x{segment.FileLength:x} bytes at 0x{segment.FileOffset:x}) reaches beyond the end of the file "
                + $"(0x{file.Length:x} bytes)");
        }

        if (segment.Start + segment.Length < segment.Start)
        {
            throw file.Broken($"{Name(index)} (0x{segment.Length:x} bytes at 0x{segment.Start:x}) reaches beyond the address space");
        }
    }

    private bool IsLoaded(ulong address)
    {
        foreach (var segment in _segments)
        {
            if (address - segment.Start < segment.Length)
            {
                return true;
            }
        }

        return false;
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"segment {index}");

    private static uint U32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
