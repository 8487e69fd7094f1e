using System.Buffers.Binary;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Guests.Loaders;

/// <summary>Loads a Linux bzImage and enters it by its 64-bit entry (boot protocol 2.12 and later).</summary>
internal static class LinuxLoader
{
    /// <summary>The setup header lies within it.</summary>
    public const int HeadBytes = 0x290;

    private const int SetupSectors = 0x1F1;
    private const int BootFlag = 0x1FE;
    private const int HeaderLength = 0x201; // of what follows 0x202: the jump's distance
    private const int HeaderMagic = 0x202;
    private const int Version = 0x206;
    private const int LoadFlags = 0x211;
    private const int InitrdMax = 0x22C;
    private const int LongLoadFlags = 0x236;
    private const int CommandLineSize = 0x238;
    private const int PreferredAddress = 0x258;
    private const int InitSize = 0x260;
    private const int Sector = 512;
    private const uint Entry64 = 0x200;

    public static bool IsBzImage(ReadOnlySpan<byte> head) =>
        head.Length >= HeadBytes
        && BinaryPrimitives.ReadUInt16LittleEndian(head[BootFlag..]) == 0xAA55
        && head[HeaderMagic..].StartsWith("HdrS"u8);

    /// <exception cref="GuestImageException">What is wrong with the file, the initrd or the command line.</exception>
    public static LoadedGuest Load(
        IGuestMemory memory, GuestPlacement placement, GuestImageFile file, GuestModules modules, string commandLine)
    {
        var head = file.ReadHead(HeadBytes);
        if (!IsBzImage(head))
        {
            throw file.Broken("is no Linux bzImage");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(Version));
        if (version < 0x20C || (head[LongLoadFlags] & 1) == 0 || (head[LoadFlags] & 1) == 0)
        {
            throw file.Broken($"is a Linux image without a 64-bit entry (boot protocol {version >> 8}.{version & 0xFF:d2})");
        }

        var sectors = head[SetupSectors] == 0 ? 4 : head[SetupSectors];
        var setup = (ulong)(sectors + 1) * Sector;
        if (setup + Entry64 >= (ulong)file.Length)
        {
            throw file.Broken($"ends within its setup code (0x{setup:x} bytes)");
        }

        var length = (ulong)file.Length - setup;
        var address = BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(PreferredAddress));
        var initSize = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(InitSize));
        placement.Add(file, "the kernel", address, Math.Max(length, initSize)); // it unpacks itself within this
        file.CopyTo(memory, new Gpa(address), setup, length, "the kernel");

        var limit = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(CommandLineSize));
        LoaderText.WriteCommandLine(
            memory, file, (int)Math.Min(limit == 0 ? 255 : limit, LoaderLayout.MaxCommandLine - 1) + 1, commandLine);
        var headerEnd = Math.Min(HeaderMagic + head[HeaderLength], BootParameters.SetupHeaderEnd);
        var parameters = new BootParameters(head.AsSpan(BootParameters.SetupHeader..headerEnd));
        if (modules.Initrd(file) is { } initrd)
        {
            var start = placement.AddHigh(initrd, "the initrd", BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(InitrdMax)));
            initrd.CopyTo(memory, start, 0, (ulong)initrd.Length, "the initrd");
            parameters.SetRamdisk(start, initrd.Length);
        }

        return new LoadedGuest(
            parameters.Write(memory, address + Entry64),
            $"Linux bzImage, boot protocol {version >> 8}.{version & 0xFF:d2}, loaded at 0x{address:x}");
    }
}
