using System.Buffers.Binary;
using Synic.Backends;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>
/// Xen's hvm_start_info, version 1, and the state of the first VP at a PVH entry: 32-bit protected mode without paging.
/// </summary>
internal static class PvhStartInfo
{
    public const uint Magic = 0x336E_C578;

    // Within the page at LoaderLayout.BootInfo.
    private const int MapOffset = 0x100;
    private const int ModulesOffset = 0x200;
    private const int NamesOffset = 0x800;
    private const int MapEntryBytes = 24;
    private const int ModuleBytes = 32;

    /// <summary>Writes what the entry expects, and says how the VP gets there.</summary>
    public static VpBootState Write(IGuestMemory memory, IReadOnlyList<PlacedModule> modules, uint entry)
    {
        Span<byte> page = stackalloc byte[Gpa.PageSize];
        page.Clear();
        var at = LoaderLayout.BootInfo.Value;
        var map = LoaderLayout.MemoryMap(memory.Size);
        U32(page, 0, Magic);
        U32(page, 4, 1); // version
        U32(page, 12, (uint)modules.Count);
        U64(page, 16, modules.Count > 0 ? at + ModulesOffset : 0);
        U64(page, 24, LoaderLayout.CommandLine.Value);
        U64(page, 32, LoaderLayout.FirmwareTables); // the RSDP is the first of them
        U64(page, 40, at + MapOffset);
        U32(page, 48, (uint)map.Count);
        foreach (var (i, (start, length, kind)) in map.Index())
        {
            var range = page.Slice(MapOffset + (i * MapEntryBytes), MapEntryBytes);
            U64(range, 0, start);
            U64(range, 8, length);
            U32(range, 16, kind);
        }

        foreach (var (i, module) in modules.Index())
        {
            var item = page.Slice(ModulesOffset + (i * ModuleBytes), ModuleBytes);
            var name = NamesOffset + (i * GuestModules.NameBytes);
            U64(item, 0, module.Start);
            U64(item, 8, module.Length);
            U64(item, 16, at + (ulong)name);
            module.Name.CopyTo(page[name..]);
        }

        memory.TryWrite(LoaderLayout.BootInfo, page);
        BootTables.WriteGdt(memory);
        return new VpBootState
        {
            Mode = VpBootMode.ProtectedMode,
            Rip = entry,
            Rsp = LoaderLayout.Stack.Value,
            Rbx = at,
            Gdt = LoaderLayout.Gdt,
            CodeSelector = LoaderLayout.Code32Selector,
            DataSelector = LoaderLayout.DataSelector,
        };
    }

    private static void U32(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[offset..], value);

    private static void U64(Span<byte> bytes, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[offset..], value);
}
