using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>What the guest writes to its serial port, as it comes; at most four renders a second, however much that is.</summary>
public sealed partial class SerialTerminal
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>The same buffer each time: it grows while it is shown.</summary>
    public sealed record Answer
    {
        internal Answer(SerialReader reader) => (Text, Open) = (reader.Text, reader.Open);

        internal TerminalBuffer Text { get; }

        internal bool Open { get; }
    }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>What is printed is shown as it comes.</summary>
    protected override bool IsPaced => false;

    /// <summary>Each watch begins with all that is kept, so it begins with an empty buffer.</summary>
    protected override async IAsyncEnumerable<Answer> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var reader = new SerialReader(c => Client.WatchSerialAsync(Partition, c), cancellation);
        await reader.WaitAsync(Task.Delay(s_shortest, Time, cancellation)); // a silent guest must not keep the page waiting
        await reader.TakeAsync(Task.CompletedTask);
        while (true)
        {
            var pause = Task.Delay(s_shortest, Time, cancellation);
            yield return new Answer(reader);
            if (!reader.Open)
            {
                break;
            }

            var taken = await reader.TakeAsync(pause);
            await pause;
            if (!taken)
            {
                await reader.WaitAsync();
                await reader.TakeAsync(Task.CompletedTask);
            }
        }
    }
}
