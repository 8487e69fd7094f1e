namespace Synic.Daemon.Cli;

/// <summary>The terminal that standard output goes to.</summary>
internal interface ITerminal
{
    (int Width, int Height) Size { get; }

    /// <summary>Waits for a key; never ends where there is no keyboard.</summary>
    ValueTask<ConsoleKeyInfo> ReadKeyAsync(CancellationToken cancellation);
}
