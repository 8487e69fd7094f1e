using System.Buffers.Binary;
using Synic.Backends;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>
/// Linux's boot_params, and the state of the first VP at its 64-bit entry (Documentation/arch/x86/boot.rst, "64-bit Boot
/// Protocol").
/// </summary>
internal sealed class BootParameters
{
    public const int SetupHeader = 0x1F1;
    public const int SetupHeaderEnd = 0x290; // boot_params goes on with other things

    private const int AcpiRsdp = 0x70;
    private const int MapCount = 0x1E8;
    private const int BootFlag = 0x1FE;
    private const int HeaderMagic = 0x202;
    private const int Version = 0x206;
    private const int LoaderType = 0x210;
    private const int LoadFlags = 0x211;
    private const int RamdiskImage = 0x218;
    private const int RamdiskSize = 0x21C;
    private const int CommandLinePointer = 0x228;
    private const int KernelAlignment = 0x230;
    private const int Map = 0x2D0;
    private const int MapEntryBytes = 20;

    private readonly byte[] _page = new byte[Gpa.PageSize];

    /// <param name="setupHeader">The kernel's own, from offset 0x1F1 on; empty when there is none.</param>
    public BootParameters(ReadOnlySpan<byte> setupHeader)
    {
        if (setupHeader.IsEmpty)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_page.AsSpan(BootFlag), 0xAA55);
            "HdrS"u8.CopyTo(_page.AsSpan(HeaderMagic));
            BinaryPrimitives.WriteUInt16LittleEndian(_page.AsSpan(Version), 0x20F);
            U32(KernelAlignment, 0x20_0000);
        }

        setupHeader[..Math.Min(setupHeader.Length, SetupHeaderEnd - SetupHeader)].CopyTo(_page.AsSpan(SetupHeader));
        _page[LoaderType] = 0xFF; // of no registered kind
        _page[LoadFlags] |= 1;    // loaded high
        U32(CommandLinePointer, LoaderLayout.CommandLine.Value);
        U32(RamdiskImage, 0);
        U32(RamdiskSize, 0);
    }

    public void SetRamdisk(Gpa start, long length)
    {
        U32(RamdiskImage, start.Value);
        U32(RamdiskSize, (ulong)length);
    }

    /// <summary>Writes what the entry expects, and says how the VP gets there.</summary>
    public VpBootState Write(IGuestMemory memory, ulong entry)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(AcpiRsdp), LoaderLayout.FirmwareTables);
        var map = LoaderLayout.MemoryMap(memory.Size);
        _page[MapCount] = (byte)map.Count;
        foreach (var (i, (start, length, kind)) in map.Index())
        {
            var at = _page.AsSpan(Map + (i * MapEntryBytes));
            BinaryPrimitives.WriteUInt64LittleEndian(at, start);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], length);
            BinaryPrimitives.WriteUInt32LittleEndian(at[16..], kind);
        }

        memory.TryWrite(LoaderLayout.BootInfo, _page);
        BootTables.WriteGdt(memory);
        BootTables.WritePageTables(memory, LoaderLayout.PageTables);
        return new VpBootState
        {
            Rip = entry,
            Rsp = LoaderLayout.Stack.Value,
            Rsi = LoaderLayout.BootInfo.Value,
            PageTables = LoaderLayout.PageTables,
            Gdt = LoaderLayout.Gdt,
            CodeSelector = LoaderLayout.Code64Selector,
            DataSelector = LoaderLayout.DataSelector,
        };
    }

    private void U32(int offset, ulong value) => BinaryPrimitives.WriteUInt32LittleEndian(_page.AsSpan(offset), (uint)value);
}
