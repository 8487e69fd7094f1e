using System.Buffers.Binary;
using Synic.Backends;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>Loads multiboot 1 images: an ELF file, or a flat one whose header names the addresses.</summary>
internal static class MultibootLoader
{
    public const uint BootMagic = 0x2BAD_B002;

    // Within the page at LoaderLayout.BootInfo.
    private const int MapOffset = 0x100;
    private const int ModulesOffset = 0x200;
    private const int NameOffset = 0x300;
    private const int ModuleNamesOffset = 0x800;
    private const int ModuleBytes = 16;
    private const int MapEntryBytes = 24;

    /// <exception cref="GuestImageException">What is wrong with the file, the modules or the command line.</exception>
    public static LoadedGuest Load(
        IGuestMemory memory, GuestPlacement placement, GuestImageFile file, GuestModules modules, string commandLine)
    {
        if (!MultibootHeader.TryFind(file.ReadHead(MultibootHeader.SearchBytes), out var header))
        {
            throw file.Broken($"has no multiboot header within its first {MultibootHeader.SearchBytes} bytes");
        }

        if (header.UnknownFlags != 0)
        {
            throw file.Broken($"insists on multiboot features that are not provided (flags 0x{header.UnknownFlags:x})");
        }

        uint entry;
        if ((header.Flags & MultibootHeader.HasAddresses) != 0)
        {
            entry = LoadFlat(memory, placement, file, header);
        }
        else
        {
            var elf = ElfImage.Read(file);
            var address = elf.FindEntry();
            elf.Load(memory, placement);
            entry = address <= uint.MaxValue ? (uint)address : throw file.Broken($"the entry point 0x{address:x} is above 4 GiB");
        }

        WriteInformation(memory, file, modules.Place(memory, placement), commandLine);
        BootTables.WriteGdt(memory);
        return new LoadedGuest(
            new VpBootState
            {
                Mode = VpBootMode.ProtectedMode,
                Rip = entry,
                Rsp = LoaderLayout.Stack.Value,
                Rax = BootMagic,
                Rbx = LoaderLayout.BootInfo.Value,
                Gdt = LoaderLayout.Gdt,
                CodeSelector = LoaderLayout.Code32Selector,
                DataSelector = LoaderLayout.DataSelector,
            },
            $"multiboot image, entry 0x{entry:x}");
    }

    // The header says where it lies itself; from that follows which byte of the file is the first to load.
    private static uint LoadFlat(IGuestMemory memory, GuestPlacement placement, GuestImageFile file, MultibootHeader header)
    {
        if (header.HeaderAddress < header.LoadAddress || header.HeaderAddress - header.LoadAddress > (uint)header.Offset)
        {
            throw file.Broken(
                $"the multiboot header says that it lies at 0x{header.HeaderAddress:x}, which does not fit the load address "
                + $"0x{header.LoadAddress:x}");
        }

        var offset = (ulong)header.Offset - (header.HeaderAddress - header.LoadAddress);
        if (header.LoadEnd != 0 && header.LoadEnd < header.LoadAddress)
        {
            throw file.Broken($"ends loading (0x{header.LoadEnd:x}) before it begins (0x{header.LoadAddress:x})");
        }

        var loaded = header.LoadEnd == 0 ? (ulong)file.Length - offset : header.LoadEnd - header.LoadAddress;
        var length = header.BssEnd == 0 ? loaded : Math.Max(header.BssEnd, header.LoadAddress) - header.LoadAddress;
        if (length < loaded)
        {
            throw file.Broken($"ends its zeroed memory (0x{header.BssEnd:x}) before its loaded memory");
        }

        if (header.Entry - (ulong)header.LoadAddress >= length)
        {
            throw file.Broken($"the entry point 0x{header.Entry:x} lies outside of what is loaded");
        }

        placement.Add(file, "the image", header.LoadAddress, length);
        file.CopyTo(memory, new Gpa(header.LoadAddress), offset, loaded, "the image");
        return header.Entry;
    }

    private static void WriteInformation(
        IGuestMemory memory, GuestImageFile file, IReadOnlyList<PlacedModule> modules, string commandLine)
    {
        // The name comes first, as argv[0] does.
        LoaderText.WriteCommandLine(memory, file, LoaderLayout.MaxCommandLine, $"{file.Name} {commandLine}".TrimEnd());
        Span<byte> page = stackalloc byte[Gpa.PageSize];
        page.Clear();
        var map = LoaderLayout.MemoryMap(memory.Size);
        var information = LoaderLayout.BootInfo.Value;
        U32(page, 0, 0x245 | (modules.Count == 0 ? 0u : 8)); // memory, command line, map, loader name; modules
        U32(page, 4, LoaderLayout.LowMemoryEnd >> 10);
        U32(page, 8, (memory.Size - LoaderLayout.HighMemory) >> 10);
        U32(page, 16, LoaderLayout.CommandLine.Value);
        U32(page, 44, (ulong)(map.Count * MapEntryBytes));
        U32(page, 48, information + MapOffset);
        U32(page, 64, information + NameOffset);
        "synic"u8.CopyTo(page[NameOffset..]);
        foreach (var (i, (start, length, kind)) in map.Index())
        {
            var entry = page.Slice(MapOffset + (i * MapEntryBytes), MapEntryBytes);
            U32(entry, 0, MapEntryBytes - sizeof(uint));
            BinaryPrimitives.WriteUInt64LittleEndian(entry[4..], start);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[12..], length);
            U32(entry, 20, kind);
        }

        if (modules.Count > 0)
        {
            U32(page, 20, (ulong)modules.Count);
            U32(page, 24, information + ModulesOffset);
        }

        foreach (var (i, module) in modules.Index())
        {
            var item = page.Slice(ModulesOffset + (i * ModuleBytes), ModuleBytes);
            var name = ModuleNamesOffset + (i * GuestModules.NameBytes);
            U32(item, 0, module.Start);
            U32(item, 4, module.Start + module.Length);
            U32(item, 8, information + (ulong)name);
            module.Name.CopyTo(page[name..]);
        }

        memory.TryWrite(LoaderLayout.BootInfo, page);
    }

    private static void U32(Span<byte> bytes, int offset, ulong value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], (uint)value);
}
