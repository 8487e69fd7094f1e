using System.Threading.Channels;

namespace Synic.Daemon.Cli;

/// <summary>The terminal that this process was started in.</summary>
internal sealed class SystemTerminal : ITerminal
{
    private const int TypedAhead = 64;
    private readonly Lazy<ChannelReader<ConsoleKeyInfo>> _keys = new(StartReading);

    public (int Width, int Height) Size
    {
        get
        {
            // A pseudo-terminal that nobody gave a size says 0.
            var (width, height) = (Console.WindowWidth, Console.WindowHeight);
            return (width > 0 ? width : 80, height > 0 ? height : 24);
        }
    }

    public async ValueTask<ConsoleKeyInfo> ReadKeyAsync(CancellationToken cancellation)
    {
        if (Console.IsInputRedirected)
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        }

        return await _keys.Value.ReadAsync(cancellation).ConfigureAwait(false);
    }

    // A thread that waits for keys all the time keeps the terminal from showing what is typed.
    private static ChannelReader<ConsoleKeyInfo> StartReading()
    {
        var keys = Channel.CreateBounded<ConsoleKeyInfo>(new BoundedChannelOptions(TypedAhead) { FullMode = BoundedChannelFullMode.DropWrite });
        new Thread(() =>
        {
            try
            {
                while (true)
                {
                    keys.Writer.TryWrite(Console.ReadKey(intercept: true));
                }
            }
            catch (Exception e) when (e is InvalidOperationException or IOException)
            {
                keys.Writer.TryComplete(e); // the terminal is gone
            }
        })
        {
            IsBackground = true,
            Name = "keys",
        }.Start();
        return keys.Reader;
    }
}
