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
        Load(MultibootLoader.Load, image, module, commandLine);

    public LoadedGuest Pvh(byte[] image, byte[]? initrd = null, string commandLine = "") =>
        Load(PvhLoader.Load, image, initrd, commandLine);

    public LoadedGuest Linux(byte[] image, byte[]? initrd = null, string commandLine = "") =>
        Load(LinuxLoader.Load, image, initrd, commandLine);

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

    private LoadedGuest Load(
        Func<IGuestMemory, GuestPlacement, GuestImageFile, GuestImageFile?, string, LoadedGuest> load,
        byte[] image, byte[]? second, string commandLine)
    {
        using var file = GuestImageFile.Open(_files.Write(image));
        using var other = second is null ? null : GuestImageFile.Open(_files.Write(second));
        return load(Memory, new GuestPlacement(Memory), file, other, commandLine);
    }
}
