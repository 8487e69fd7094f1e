using System.Text;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Tests.Partitions;

public sealed class SerialOutputTests
{
    [Fact]
    public async Task Write_Lines_ReachTheSinkWithPrefix()
    {
        using var sink = new StringWriter();
        var serial = new SerialOutput(sink, "p| ", TimeProvider.System);
        serial.Start();
        Write(serial, "one\r\ntwo\nthree");

        await serial.DisposeAsync();

        Assert.Equal(["p| one", "p| two", "p| three"], sink.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Write_TerminalControl_IsSpeltOut()
    {
        await using var serial = new SerialOutput(null, "", TimeProvider.System);

        Write(serial, "\e[2J\a\0é\n");

        Assert.Equal([@"\x1b[2J\x07\x00\xc3\xa9"], serial.Lines());
    }

    [Fact]
    public async Task Write_EndlessLine_IsCutAndTheRingStaysBounded()
    {
        await using var serial = new SerialOutput(null, "", TimeProvider.System);

        for (var i = 0; i < (SerialOutput.KeptLines + 10) * SerialOutput.MaxLine; i++)
        {
            serial.Write((byte)'x');
        }

        Assert.All(serial.Lines(), static l => Assert.InRange(l.Length, 1, SerialOutput.MaxLine + 4));
        Assert.InRange(serial.Lines().Count, SerialOutput.KeptLines, SerialOutput.KeptLines + 1);
    }

    [Fact]
    public async Task Write_SinkNeverTakes_DropsAndCountsButDoesNotBlock()
    {
        using var sink = new StuckWriter();
        await using var serial = new SerialOutput(sink, "", TimeProvider.System);
        serial.Start();

        for (var i = 0; i < 5000; i++)
        {
            Write(serial, "line\n");
        }

        Assert.True(serial.Dropped > 0);
        Assert.Equal(SerialOutput.KeptLines, serial.Lines().Count);
        sink.Release();
    }

    [Fact]
    public async Task Write_SinkFails_KeepsTheLines()
    {
        using var sink = new StuckWriter();
        await using var serial = new SerialOutput(sink, "", TimeProvider.System);
        serial.Start();
        Write(serial, "line\n");

        sink.Fail(new IOException("disk full"));

        Assert.Equal(["line"], serial.Lines());
    }

    [Fact]
    public async Task Write_ToAFile_IsTheBytesAsTheyCame()
    {
        var path = Path.GetTempFileName();
        var serial = SerialOutput.Open(new SerialTarget(SerialKind.File, path), "p| ", TimeProvider.System);
        serial.Start();
        Write(serial, "\e[2Jé\r\nlast");

        await serial.DisposeAsync();

        Assert.Equal("\e[2Jé\r\nlast", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        File.Delete(path);
    }

    [Fact]
    public async Task Write_FileCannotTakeIt_CountsWhatItMissesAndKeepsTheLines()
    {
        await using var full = new FullDisk();
        var serial = new SerialOutput(null, "", TimeProvider.System, full);
        serial.Start();
        Write(serial, "1234\n");

        await serial.DisposeAsync();

        Assert.Equal((5L, "1234"), (serial.Dropped, serial.Lines().Single()));
    }

    private static void Write(SerialOutput serial, string text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            serial.Write(value);
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("no space left on device");
    }

    /// <summary>A terminal whose user scrolled back, until it is released.</summary>
    private sealed class StuckWriter : TextWriter
    {
        private readonly TaskCompletionSource _written = new();

        public override Encoding Encoding => Encoding.UTF8;

        public void Release() => _written.SetResult();

        public void Fail(Exception e) => _written.SetException(e);

        public override Task WriteLineAsync(string? value) => _written.Task;
    }
}
