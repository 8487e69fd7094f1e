using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Synic.Guests;

namespace Synic.Daemon.Partitions;

/// <summary>
/// The guest's serial output: the last lines for the API, and each line on to a terminal or file. The VP's thread
/// never waits for a reader; what a slow one misses is counted.
/// </summary>
/// <param name="sink">Takes whole lines on a task of its own; null for nowhere. Disposed with this.</param>
/// <param name="prefix">Before each line.</param>
/// <param name="time">For readers who wait.</param>
internal sealed class SerialOutput(TextWriter? sink, string prefix, TimeProvider time) : ISerialSink, IAsyncDisposable
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

    /// <summary>Lines that the terminal or file was too slow for.</summary>
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

    /// <summary>Lets lines go to the sink; those before wait for it.</summary>
    public void Start() => _writing = sink is null ? Task.CompletedTask : Task.Run(() => WriteLinesAsync(sink));

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
}
