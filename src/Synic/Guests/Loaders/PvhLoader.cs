using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>
/// Loads a 64-bit ELF kernel, such as an uncompressed vmlinux, and enters it in 64-bit mode with Linux's boot_params: no
/// self-decompression, which is slow where privileged code is emulated. A PVH entry note is not used.
/// </summary>
internal static class PvhLoader
{
    /// <summary>What kernels of this kind say in their bzImage's header.</summary>
    private const ulong LinuxInitrdMax = int.MaxValue;

    /// <exception cref="GuestImageException">What is wrong with the file, the initrd or the command line.</exception>
    public static LoadedGuest Load(
        IGuestMemory memory, GuestPlacement placement, GuestImageFile file, GuestImageFile? initrd, string commandLine)
    {
        var elf = ElfImage.Read(file);
        if (!elf.Is64)
        {
            throw file.Broken("is a 32-bit ELF file without a multiboot header; a kernel to enter in 64-bit mode is needed");
        }

        elf.Load(memory, placement);
        LoaderText.WriteCommandLine(memory, file, LoaderLayout.MaxCommandLine, commandLine);
        var parameters = new BootParameters([]);
        if (initrd is not null)
        {
            var start = placement.AddHigh(initrd, "the initrd", LinuxInitrdMax);
            initrd.CopyTo(memory, start, 0, (ulong)initrd.Length, "the initrd");
            parameters.SetRamdisk(start, initrd.Length);
        }

        return new LoadedGuest(
            parameters.Write(memory, elf.Entry), $"64-bit ELF kernel, {elf.Segments.Count} segments, entry 0x{elf.Entry:x}");
    }
}
