namespace Synic.Daemon.Cli;

/// <summary>What a command reads from and writes to; a test gives its own.</summary>
internal sealed class CliConsole
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Null: standard output is a file or a pipe.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>Output may be coloured.</summary>
    public bool Colors { get; init; }

    /// <summary>What was printed can be printed over.</summary>
    public bool CanRedraw => Terminal is not null && Environment("TERM") is not "dumb";

    public Func<string, string?> Environment { get; init; } = static _ => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The process's own.</summary>
    public static CliConsole OfProcess()
    {
        var terminal = Console.IsOutputRedirected ? null : new SystemTerminal();
        return new CliConsole
        {
            Out = PipeOrNull() ?? Console.Out,
            Error = Console.Error,
            In = Console.In,
            Terminal = terminal,
            Colors = terminal is not null
                && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR"))
                && System.Environment.GetEnvironmentVariable("TERM") is not "dumb",
            Environment = System.Environment.GetEnvironmentVariable,
        };
    }

    // The runtime's own writer says nothing when the reader of a pipe has gone, so that a command that follows
    // something would go on for ever behind `| head`. Writing to the handle throws.
    private static StreamWriter? PipeOrNull()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return null;
        }

        var stream = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? null : new StreamWriter(stream) { AutoFlush = true };
    }
}
