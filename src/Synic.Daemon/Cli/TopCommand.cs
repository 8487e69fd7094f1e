using System.CommandLine;
using System.Globalization;
using Synic.Daemon.Cli.Top;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd top</c>: the ports that are busiest, or fail most, as a live table.</summary>
internal static class TopCommand
{
    private const int UsualWidth = 160;
    private const int UsualHeight = 60;

    public static Command Create(ClientCommand client)
    {
        var filter = FilterText.Argument("conn kind vtl owner fast monitor status rate failures idle age injected");
        var period = new Option<TimeSpan?>("--period", "-p") { Description = "time between two pictures (default 1s)", HelpName = "TIME" }
            .Between(Repeat.Usual, Repeat.Shortest, Repeat.Longest);
        var count = new Option<int?>("--count", "-n") { Description = "print this many pictures and end, also where there is no terminal", HelpName = "N" };
        var sort = new Option<string?>("--sort") { Description = "column, - for descending (default -callsPerSecond)", HelpName = "COLUMN" };
        var command = client.WithoutFormat("top", "live table of the busiest ports; ? lists its keys", async (session, parsed, cancellation) =>
        {
            var view = TopView.Of(FilterText.Of(parsed.GetValue(filter)), parsed.GetValue(sort));
            var pause = parsed.GetValue(period) ?? Repeat.Usual;
            var pictures = parsed.GetValue(count);
            if (pictures is < 1)
            {
                throw new UsageException("--count: at least 1");
            }

            if (pictures is null && !session.Console.CanRedraw)
            {
                throw new UsageException("top needs a terminal; -n 1 prints one picture anywhere");
            }

            var partition = await session.PartitionAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (pictures is not null)
                {
                    return await Repeat.RunAsync(
                        session.Console, pause, pictures, redraw: false, () => PrintAsync(session, partition, view, cancellation), cancellation).ConfigureAwait(false);
                }

                await new TopLoop(session, partition, view, pause).RunAsync(cancellation).ConfigureAwait(false);
            }
            catch (SynicProblemException e) when (FilterText.IsMistake(e) && view.Filter is { } text)
            {
                return FilterText.Explain(session.Console, text, e);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Ctrl+C is a usual way to quit.
            }

            return ExitCode.Ok;
        });
        command.Add(filter);
        command.Add(period);
        command.Add(count);
        command.Add(sort);
        return command;
    }

    private static async Task<int> PrintAsync(ClientSession session, string partition, TopView view, CancellationToken cancellation)
    {
        var console = session.Console;
        var width = console.Terminal?.Size.Width
            ?? (int.TryParse(console.Environment("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 ? given : UsualWidth);
        var height = console.Terminal?.Size.Height ?? UsualHeight;
        var data = await TopData.LoadAsync(session.Http, partition, view, TopFrame.Rows(height), cancellation).ConfigureAwait(false);
        var frame = new TopFrame(view, data, session.Http.Address.ToString(), width, height)
        {
            WithKeys = false,
            Marks = TopFrame.MarksFor(console.Out.Encoding),
        };
        foreach (var line in frame.Compose())
        {
            await console.Out.WriteLineAsync(line.Render(width, console.Colors)).ConfigureAwait(false);
        }

        return ExitCode.Ok;
    }
}
