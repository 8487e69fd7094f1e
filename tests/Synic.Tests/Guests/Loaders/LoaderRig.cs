using System.Buffers.Binary;
using Synic.Guests;
using Synic.Guests.Loaders;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Tests.Guests.Loaders;

/// <summary>Guest memory and files for a loader under test.</summary>
internal sealed class LoaderRig : IDisposable
{
    private readonly TestFiles _files = new();

    public GuestMemory Memory { get; } = new(16 << 20);

    public LoadedGuest Multiboot(byte[] image, byte[]? module = null, string commandLine = "") =>
        MultibootWith(image, commandLine, Some(module));

    public LoadedGuest MultibootWith(byte[] image, string commandLine, params byte[][] modules) =>
        Load(MultibootLoader.Load, image, modules, commandLine);

    public LoadedGuest Pvh(byte[] image, byte[]? initrd = null, string commandLine = "") =>
        PvhWith(image, commandLine, Some(initrd));

    /// <summary>As asked for, not found out.</summary>
    public LoadedGuest PvhWith(byte[] image, string commandLine, params byte[][] modules) => Load(
        static (memory, placement, file, others, text) => PvhLoader.Load(memory, placement, file, others, text, preferNote: true),
        image, modules, commandLine);

    /// <summary>As found out.</summary>
    public LoadedGuest PvhAuto(byte[] image) => Load(
        static (memory, placement, file, others, text) => PvhLoader.Load(memory, placement, file, others, text, preferNote: false),
        image, [], "");

    public LoadedGuest Linux(byte[] image, byte[]? initrd = null, string commandLine = "") =>
        LinuxWith(image, commandLine, Some(initrd));

    public LoadedGuest LinuxWith(byte[] image, string commandLine, params byte[][] initrds) =>
        Load(LinuxLoader.Load, image, initrds, commandLine);

    public string WhyNot(Action load)
    {
        var exception = Assert.Throws<GuestImageException>(load);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.StartsWith(_files.Folder, exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }

    public GuestFormat Detect(byte[] image)
    {
        using var file = GuestImageFile.Open(_files.Write(image));
        return FileGuest.Detect(file);
    }

    public byte[] Read(ulong gpa, int length)
    {
        var bytes = new byte[length];
        Assert.True(Memory.TryRead(new Gpa(gpa), bytes));
        return bytes;
    }

    public uint U32(ulong gpa) => BinaryPrimitives.ReadUInt32LittleEndian(Read(gpa, 4));

    public ulong U64(ulong gpa) => BinaryPrimitives.ReadUInt64LittleEndian(Read(gpa, 8));

    public string Text(ulong gpa) => System.Text.Encoding.UTF8.GetString([.. Read(gpa, 256).TakeWhile(static b => b != 0)]);

    public void Dispose() => _files.Dispose();

    private static byte[][] Some(byte[]? module) => module is null ? [] : [module];

    private LoadedGuest Load(
        Func<IGuestMemory, GuestPlacement, GuestImageFile, GuestModules, string, LoadedGuest> load,
        byte[] image, byte[][] modules, string commandLine)
    {
        using var file = GuestImageFile.Open(_files.Write(image));
        using var others = GuestModules.Open(file, [.. modules.Select(m => _files.Write(m))]);
        return load(Memory, new GuestPlacement(Memory), file, others, commandLine);
    }
}
