namespace Synic.Daemon.Cli;

/// <summary>Does something again and again, until it was done often enough or Ctrl+C ends it.</summary>
internal static class Repeat
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="console">On a terminal each time is printed over the last.</param>
    /// <param name="period">Null: once.</param>
    /// <param name="count">Null: without an end.</param>
    /// <param name="redraw">Each time is a whole picture, and not more lines.</param>
    /// <param name="once">Prints once and gives the exit status.</param>
    /// <param name="cancellation">Ctrl+C.</param>
    public static async Task<int> RunAsync(
        CliConsole console, TimeSpan? period, int? count, bool redraw, Func<Task<int>> once, CancellationToken cancellation)
    {
        if (period is not { } pause)
        {
            return await once().ConfigureAwait(false);
        }

        var status = ExitCode.Ok;
        try
        {
            for (var done = 0; count is null || done < count; done++)
            {
                if (done > 0)
                {
                    await Task.Delay(pause, console.Time, cancellation).ConfigureAwait(false);
                }

                if (redraw)
                {
                    console.Out.Write(console.CanRedraw ? "\e[H\e[J" : done > 0 ? Environment.NewLine : "");
                }

                status = await once().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The usual way to end it.
        }

        return status;
    }
}
