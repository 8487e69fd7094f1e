using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>What the guest writes to its serial port, as it comes; at most four renders a second, however much that is.</summary>
public sealed partial class SerialTerminal
{
    /// <summary>In one render; more than that, and the next one follows.</summary>
    private const int MostAtOnce = 256 * 1024;

    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>The same buffer each time: it grows while it is shown.</summary>
    public sealed record Answer
    {
        internal Answer(TerminalBuffer text, bool open) => (Text, Open) = (text, open);

        internal TerminalBuffer Text { get; }

        /// <summary>More may come.</summary>
        internal bool Open { get; }
    }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>Each watch begins with all that is kept, so it begins with an empty buffer.</summary>
    protected override async IAsyncEnumerable<Answer> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var chunks = Client.WatchSerialAsync(Partition, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = chunks.MoveNextAsync().AsTask();
        try
        {
            var text = new TerminalBuffer();
            var pause = Task.Delay(s_shortest, Time, cancellation);
            await Task.WhenAny(next, pause); // a guest that has written nothing must not keep the page waiting
            for (var open = true; open;)
            {
                for (var left = MostAtOnce; next.IsCompleted && left > 0;)
                {
                    if (!await next)
                    {
                        open = false;
                        break;
                    }

                    var chunk = chunks.Current;
                    text.Append(chunk);
                    left -= 1 + chunk.Text.Length;
                    next = chunks.MoveNextAsync().AsTask();
                }

                yield return new Answer(text, open);
                if (open)
                {
                    pause = Task.Delay(s_shortest, Time, cancellation);
                    await Task.WhenAll(pause, Task.WhenAny(next));
                }
            }
        }
        finally
        {
            // An enumerator may not be disposed of while it is asked for its next item.
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await chunks.DisposeAsync();
        }
    }
}
