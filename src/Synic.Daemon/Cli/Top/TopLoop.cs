using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli.Top;

/// <summary>The live table on a terminal: keys, the clock and the daemon's answers, whichever comes first.</summary>
internal sealed class TopLoop(ClientSession session, string partition, TopView view, TimeSpan period)
{
    private readonly ITerminal _terminal = session.Console.Terminal!;
    private TopData _data = null!;
    private IReadOnlyList<string> _trouble = [];

    /// <exception cref="SynicUnavailableException">The daemon did not answer even once; later it is tried again.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _data = await LoadAsync(ending.Token).ConfigureAwait(false); // what fails now is told on the usual screen
        using var screen = new Screen(session.Console);
        try
        {
            await LoopAsync(screen, ending.Token).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task LoopAsync(Screen screen, CancellationToken cancellation)
    {
        var key = _terminal.ReadKeyAsync(cancellation).AsTask();
        var tick = Task.Delay(period, session.Console.Time, cancellation);
        Task<TopData>? loading = null;
        var again = false; // what was asked for changed while it was loading
        while (true)
        {
            Draw(screen);
            await Task.WhenAny(key, tick, (Task?)loading ?? key).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (loading is { IsCompleted: true })
            {
                await TakeAsync(loading).ConfigureAwait(false);
                loading = again ? LoadAsync(cancellation) : null;
                again = false;
            }

            if (tick.IsCompleted)
            {
                tick = Task.Delay(period, session.Console.Time, cancellation);
                loading ??= view.Paused ? null : LoadAsync(cancellation);
            }

            if (key.IsCompleted)
            {
                var action = view.Press(await key.ConfigureAwait(false), Rows);
                if (action is TopAction.Quit)
                {
                    return;
                }

                if (action is TopAction.Load)
                {
                    view.Limit(_data.Reachable, Rows);
                    again = loading is not null;
                    loading ??= LoadAsync(cancellation);
                }

                key = _terminal.ReadKeyAsync(cancellation).AsTask();
            }
        }
    }

    private int Rows => TopFrame.Rows(_terminal.Size.Height);

    private void Draw(Screen screen)
    {
        var (width, height) = _terminal.Size;
        var frame = new TopFrame(view, _data, session.Http.Address.ToString(), width, height)
        {
            Trouble = _trouble,
            Marks = TopFrame.MarksFor(session.Console.Out.Encoding),
        };
        screen.Draw(frame.Compose(), width);
    }

    private Task<TopData> LoadAsync(CancellationToken cancellation) =>
        TopData.LoadAsync(session.Http, partition, view, Rows, cancellation);

    // The last picture stays, with what went wrong below it.
    private async Task TakeAsync(Task<TopData> loading)
    {
        try
        {
            _data = await loading.ConfigureAwait(false);
            view.Limit(_data.Reachable, Rows);
            _trouble = [];
        }
        catch (SynicProblemException e)
        {
            const string Label = "filter  ";
            _trouble = view.Filter is { } filter && e.Position is { } place and > 0 && place <= filter.Length + 1
                ? [Label + filter, new string(' ', Label.Length + place - 1) + "^ " + e.Message]
                : [$"{e.Code}: {e.Message}"];
        }
        catch (SynicUnavailableException e)
        {
            _trouble = [$"{e.Message}; trying again"];
        }
    }
}
