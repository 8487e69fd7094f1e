using Synic.Hv;

namespace Synic.Guests.Loaders;

/// <summary>Where the loaders put what a guest finds at its entry, and what they tell it of memory.</summary>
internal static class LoaderLayout
{
    public static readonly Gpa Gdt = new(0x0500);
    public static readonly Gpa BootInfo = new(0x7000); // multiboot's, Linux's boot_params, or PVH's start info
    public static readonly Gpa Stack = new(0x8FF0);
    public static readonly Gpa PageTables = new(0x9000); // six pages
    public static readonly Gpa CommandLine = new(0x2_0000);

    /// <summary>The loaders' own tables end here.</summary>
    public const ulong End = 0x3_0000;

    /// <summary>Low memory as a PC has it; the rest of the first MiB is no RAM to the guest.</summary>
    public const ulong LowMemoryEnd = 0x9_FC00;

    public const ulong FirmwareTables = 0xE_0000;

    public const ulong HighMemory = 0x10_0000;

    /// <summary>Above come the APICs' pages.</summary>
    public const ulong MaxMemory = 3UL << 30;

    /// <summary>With the zero at its end.</summary>
    public const int MaxCommandLine = 4096;

    public const ushort Code64Selector = 0x10; // the values of Linux's 64-bit boot protocol
    public const ushort DataSelector = 0x18;
    public const ushort Code32Selector = 0x08;

    /// <summary>Kind 1 is RAM, 2 is reserved: the same in multiboot's map and in Linux's e820.</summary>
    public static IReadOnlyList<(ulong Start, ulong Length, uint Kind)> MemoryMap(ulong size) =>
    [
        (0, LowMemoryEnd, 1),
        (LowMemoryEnd, 0xA_0000 - LowMemoryEnd, 2),
        (FirmwareTables, HighMemory - FirmwareTables, 2),
        (HighMemory, size - HighMemory, 1),
    ];
}
