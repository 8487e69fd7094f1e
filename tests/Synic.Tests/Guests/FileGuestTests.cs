using Synic.Backends;
using Synic.Backends.Emulated;
using Synic.Guests;
using Synic.Guests.Loaders;

namespace Synic.Tests.Guests;

public sealed class FileGuestTests : IDisposable
{
    private readonly TestFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Load_OnTheEmulatedBackend_IsRefusedWithTheReason()
    {
        using var partition = new EmulatedPartition(new PartitionOptions());

        var exception = Assert.Throws<GuestImageException>(
            () => FileGuest.Load(partition, new FileGuestOptions { Path = "/vmlinuz" }, new NoSerial()));

        Assert.Equal("/vmlinuz: a guest from a file needs virtual processors, and the backend \"emulated\" has none", exception.Message);
    }

    [Fact]
    public void Open_WhatIsNoFile_SaysWhy()
    {
        Assert.Contains("cannot be read", Why(Path.Combine(_files.Folder, "missing")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Why(_files.Folder), StringComparison.Ordinal);
        Assert.Contains("is empty", Why(_files.Write([])), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Why(""), StringComparison.Ordinal);

        static string Why(string path) => Assert.Throws<GuestImageException>(() => GuestImageFile.Open(path)).Message;
    }

    [Fact]
    public void Read_FileThatBecameShorter_SaysSo()
    {
        var path = _files.Write(new byte[100]);
        using var file = GuestImageFile.Open(path);
        using (var shorter = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            shorter.SetLength(10);
        }

        var exception = Assert.Throws<GuestImageException>(() => file.Read(0, new byte[50], "it"));

        Assert.Contains("became shorter", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GuestFormat.Multiboot, true)]
    [InlineData(GuestFormat.Pvh, false)]
    [InlineData(GuestFormat.Linux, false)]
    public void WantsTimers_ByFormat_SparesALinuxKernel(GuestFormat format, bool expected)
    {
        var path = _files.Write(new byte[100]);

        Assert.Equal(expected, FileGuest.WantsTimers(new FileGuestOptions { Path = path, Format = format }));
    }

    [Fact]
    public void WantsTimers_FileOfNoKnownKind_Throws()
    {
        var path = _files.Write(new byte[100]);

        Assert.Throws<GuestImageException>(() => FileGuest.WantsTimers(new FileGuestOptions { Path = path }));
    }

    private sealed class NoSerial : ISerialSink
    {
        public void Write(byte value)
        {
        }
    }
}
