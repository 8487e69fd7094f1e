using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

/// <summary>A command as its user runs it, but in this process and without a terminal.</summary>
internal sealed record CliRun(int Code, string Output, string Errors)
{
    /// <summary>Lines of standard output.</summary>
    public IReadOnlyList<string> Lines => Output.TrimEnd('\n').Split('\n');

    public static Task<CliRun> InvokeAsync(params string[] args) => InvokeAsync(new Dictionary<string, string>(), args);

    /// <summary>Against a daemon, without its token.</summary>
    public static Task<CliRun> AgainstAsync(Uri daemon, params string[] args) =>
        InvokeAsync(new Dictionary<string, string> { ["SYNIC_URL"] = daemon.ToString(), ["XDG_RUNTIME_DIR"] = "/nonexistent" }, args);

    /// <summary>Against a daemon, as somebody who has its token.</summary>
    public static Task<CliRun> AsOperatorAsync(Uri daemon, params string[] args) => InvokeAsync(
        new Dictionary<string, string> { ["SYNIC_URL"] = daemon.ToString(), ["SYNIC_TOKEN"] = TestDaemon.Token }, args);

    /// <summary>Against a daemon, on a terminal with somebody at it.</summary>
    public static async Task<int> OnTerminalAsync(
        Uri daemon, ScriptedTerminal terminal, TimeProvider time, params string[] args)
    {
        await using var errors = new StringWriter { NewLine = "\n" };
        var console = new CliConsole
        {
            Out = terminal, Error = errors, Terminal = terminal, Time = time, Environment = name => name == "SYNIC_URL" ? daemon.ToString() : null,
        };
        terminal.Begin();
        var code = await CommandLine.InvokeAsync(args, console, new DaemonHost(DaemonApp.CreateBuilder, DaemonApp.Build), terminal.Cancellation);
        Assert.Empty(terminal.Left);
        return code;
    }

    public static async Task<CliRun> InvokeAsync(IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter { NewLine = "\n" };
        var console = new CliConsole { Out = output, Error = errors, Environment = name => environment.GetValueOrDefault(name), Time = new HurriedTime() };
        var code = await CommandLine.InvokeAsync(args, console, new DaemonHost(DaemonApp.CreateBuilder, DaemonApp.Build), TestContext.Current.CancellationToken);
        return new CliRun(code, output.ToString(), errors.ToString());
    }
}
