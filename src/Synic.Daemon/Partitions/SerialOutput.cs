using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Synic.Daemon.Configuration;
using Synic.Guests;

namespace Synic.Daemon.Partitions;

/// <summary>
/// The guest's serial output: the last lines for the API, and each line on to a terminal, or each byte to a file. The
/// VP's thread never waits for a reader; what a slow one misses is counted.
/// </summary>
/// <param name="sink">Takes whole lines on a task of its own; null for nowhere. Disposed with this.</param>
/// <param name="prefix">Before each line.</param>
/// <param name="time">For readers who wait.</param>
/// <param name="raw">Takes the bytes as the guest wrote them, on a task of its own; null for nowhere. Disposed with this.</param>
internal sealed class SerialOutput(TextWriter? sink, string prefix, TimeProvider time, Stream? raw = null) : ISerialSink, IAsyncDisposable
{
    public const int KeptLines = 1000;
    public const int MaxLine = 512;
    private const int WaitingLines = 1024;

    private readonly Lock _gate = new(); // guards _line, _kept and _dropped
    private readonly StringBuilder _line = new();
    private readonly Queue<string> _kept = new();
    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(
        new BoundedChannelOptions(WaitingLines) { SingleReader = true });
    private Task _writing = Task.CompletedTask;
    private long _dropped;

    /// <summary>The output as it came, for readers who follow it.</summary>
    public SerialRing Ring { get; } = new(time);

    /// <summary>Lines that the terminal, or bytes that the file was too slow for.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SerialOutput Open(SerialTarget target, string prefix, TimeProvider time) => target.Kind switch
    {
        SerialKind.Stdio => new SerialOutput(Console.Out, prefix, time),
        SerialKind.File => new SerialOutput(null, prefix, time, new FileStream(target.Path!, FileMode.Append, FileAccess.Write, FileShare.Read)),
        _ => new SerialOutput(null, prefix, time),
    };

    /// <summary>Lets lines go to the sink, and bytes to the file; those before wait for it.</summary>
    public void Start() => _writing = Task.WhenAll(
        sink is null ? Task.CompletedTask : Task.Run(() => WriteLinesAsync(sink)),
        raw is null ? Task.CompletedTask : Task.Run(() => WriteBytesAsync(raw)));

    /// <summary>The last lines, oldest first; the unfinished one too.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_gate)
        {
            return _line.Length == 0 ? [.. _kept] : [.. _kept, _line.ToString()];
        }
    }

    public void Write(byte value)
    {
        lock (_gate)
        {
            WriteLocked(value);
        }
    }

    /// <summary>A line of the host's own among the guest's.</summary>
    public void Note(string text)
    {
        lock (_gate)
        {
            foreach (var value in Encoding.Latin1.GetBytes($"{(_line.Length == 0 ? "" : "\r\n")}{text}\r\n"))
            {
                WriteLocked(value);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_line.Length > 0)
            {
                EndLine();
            }
        }

        Ring.End();
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        if (sink is not null && sink != Console.Out)
        {
            await sink.DisposeAsync().ConfigureAwait(false);
        }

        if (raw is not null)
        {
            await raw.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void WriteLocked(byte value)
    {
        Ring.Write(value);
        if (value == '\n')
        {
            EndLine();
        }
        else if (value != '\r')
        {
            Append(value);
        }
    }

    // What is no plain character is spelt out: a guest must not steer the operator's terminal.
    private void Append(byte value)
    {
        if (_line.Length >= MaxLine)
        {
            EndLine();
        }

        if (value is >= 0x20 and < 0x7F or (byte)'\t')
        {
            _line.Append((char)value);
        }
        else
        {
            _line.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }
    }

    private void EndLine()
    {
        var line = _line.ToString();
        _line.Clear();
        if (_kept.Count == KeptLines)
        {
            _kept.Dequeue();
        }

        _kept.Enqueue(line);
        if (sink is not null && !_waiting.Writer.TryWrite(line))
        {
            _dropped++;
        }
    }

    private async Task WriteLinesAsync(TextWriter writer)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_waiting.Reader.TryRead(out var line))
                {
                    await writer.WriteLineAsync($"{prefix}{line}").ConfigureAwait(false);
                }

                await writer.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // A full disk or a closed pipe: the guest goes on, the ring still has the lines, later ones count as dropped.
        }
    }

    private async Task WriteBytesAsync(Stream file)
    {
        var broken = false;
        await foreach (var chunk in Ring.ReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var lost = chunk.Lost;
            try
            {
                if (!broken)
                {
                    await file.WriteAsync(Encoding.Latin1.GetBytes(chunk.Text)).ConfigureAwait(false);
                    await file.FlushAsync().ConfigureAwait(false);
                }
            }
            catch (IOException)
            {
                broken = true; // a full disk: the guest goes on, the API still has the lines
            }

            lock (_gate)
            {
                _dropped += lost + (broken ? chunk.Text.Length : 0);
            }
        }
    }
}
