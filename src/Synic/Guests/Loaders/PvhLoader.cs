using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>
/// Loads an ELF kernel, such as an uncompressed vmlinux: in 64-bit mode with Linux's boot_params, which saves the
/// self-decompression that is slow where privileged code is emulated, or by its PVH entry note with Xen's start info.
/// </summary>
internal static class PvhLoader
{
    /// <summary>What kernels of this kind say in their bzImage's header.</summary>
    private const ulong LinuxInitrdMax = int.MaxValue;

    /// <param name="memory">Guest memory.</param>
    /// <param name="placement">What lies in it.</param>
    /// <param name="file">The guest.</param>
    /// <param name="modules">The initrd, or by the PVH entry any number of modules.</param>
    /// <param name="commandLine">The guest's.</param>
    /// <param name="preferNote">Take the PVH entry of a kernel that has both.</param>
    /// <exception cref="GuestImageException">What is wrong with the file, the modules or the command line.</exception>
    public static LoadedGuest Load(
        IGuestMemory memory, GuestPlacement placement, GuestImageFile file, GuestModules modules, string commandLine, bool preferNote)
    {
        var elf = ElfImage.Read(file);
        if (elf.Is64 && !preferNote)
        {
            return LoadLongMode(memory, placement, file, elf, modules, commandLine);
        }

        return elf.FindPvhEntry() is { } entry ? LoadByNote(memory, placement, file, elf, modules, commandLine, entry)
            : elf.Is64 ? LoadLongMode(memory, placement, file, elf, modules, commandLine)
            : throw file.Broken("is a 32-bit ELF file with neither a multiboot header nor a PVH entry note");
    }

    private static LoadedGuest LoadByNote(
        IGuestMemory memory, GuestPlacement placement, GuestImageFile file, ElfImage elf, GuestModules modules, string commandLine,
        uint entry)
    {
        elf.Load(memory, placement);
        LoaderText.WriteCommandLine(memory, file, LoaderLayout.MaxCommandLine, commandLine);
        return new LoadedGuest(
            PvhStartInfo.Write(memory, modules.Place(memory, placement), entry),
            $"ELF kernel, {elf.Segments.Count} segments, PVH entry 0x{entry:x}");
    }

    private static LoadedGuest LoadLongMode(
        IGuestMemory memory, GuestPlacement placement, GuestImageFile file, ElfImage elf, GuestModules modules, string commandLine)
    {
        var entry = elf.FindEntry();
        elf.Load(memory, placement);
        LoaderText.WriteCommandLine(memory, file, LoaderLayout.MaxCommandLine, commandLine);
        var parameters = new BootParameters([]);
        if (modules.Initrd(file) is { } initrd)
        {
            var start = placement.AddHigh(initrd, "the initrd", LinuxInitrdMax);
            initrd.CopyTo(memory, start, 0, (ulong)initrd.Length, "the initrd");
            parameters.SetRamdisk(start, initrd.Length);
        }

        return new LoadedGuest(
            parameters.Write(memory, entry), $"64-bit ELF kernel, {elf.Segments.Count} segments, entry 0x{entry:x}");
    }
}
