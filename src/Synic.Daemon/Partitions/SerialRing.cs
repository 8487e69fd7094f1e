using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Synic.Contracts;

namespace Synic.Daemon.Partitions;

/// <summary>
/// The last characters of a guest's serial output for any number of readers, each at its own place. The writer never
/// waits; a reader that is too slow is told how much it missed.
/// </summary>
internal sealed class SerialRing(TimeProvider time)
{
    public const int Capacity = 1 << 16;
    public const int MaxChunk = 4096;

    /// <summary>Characters come one by one; a reader that is woken by the first gets those that follow with it.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new(); // guards every field below
    private readonly byte[] _bytes = new byte[Capacity];
    private TaskCompletionSource? _waiting;
    private long _written;
    private bool _ended;

    /// <summary>Nothing more will come.</summary>
    public bool Ended
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    public void Write(byte value)
    {
        lock (_gate)
        {
            _bytes[_written++ % Capacity] = value;
            Wake();
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Wake();
        }
    }

    /// <summary>Takes what there is from a place on, and moves it.</summary>
    /// <param name="position">Any; one that nothing was written at yet belongs to another run and begins anew.</param>
    /// <param name="chunk">At most <see cref="MaxChunk"/> characters.</param>
    public bool TryTake(ref long position, [NotNullWhen(true)] out SerialChunk? chunk)
    {
        lock (_gate)
        {
            if (position > _written)
            {
                position = 0;
            }

            var oldest = Math.Max(0, _written - Capacity);
            var lost = Math.Max(0, oldest - position);
            var begin = position + lost;
            var length = (int)Math.Min(MaxChunk, _written - begin);
            if (length == 0)
            {
                chunk = null;
                return false;
            }

            chunk = new SerialChunk(begin, Text(begin, length), lost);
            position = begin + length;
            return true;
        }
    }

    /// <summary>Waits for something to take at a place, or for the end.</summary>
    /// <returns>False: neither came in time.</returns>
    public async Task<bool> WaitAsync(long position, TimeSpan timeout, CancellationToken cancellation)
    {
        Task more;
        lock (_gate)
        {
            if (position != _written || _ended)
            {
                return true;
            }

            // Never run a reader's code on the writer's thread.
            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            more = _waiting.Task;
        }

        try
        {
            await more.WaitAsync(timeout, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }

        await Task.Delay(s_gather, time, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>What is kept, then what comes, until the end.</summary>
    public async IAsyncEnumerable<SerialChunk> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var position = 0L;
        while (true)
        {
            var ended = Ended; // asked first: what was written before the end is still taken
            while (TryTake(ref position, out var chunk))
            {
                yield return chunk;
            }

            if (ended)
            {
                yield break;
            }

            await WaitAsync(position, Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(false);
        }
    }

    private void Wake()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }

    private string Text(long begin, int length)
    {
        var at = (int)(begin % Capacity);
        var first = Math.Min(length, Capacity - at);
        return string.Concat(
            Encoding.Latin1.GetString(_bytes, at, first), Encoding.Latin1.GetString(_bytes, 0, length - first));
    }
}
