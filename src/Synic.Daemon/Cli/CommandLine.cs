using System.CommandLine;
using Synic.Daemon.Cli.Faults;
using Synic.Daemon.Cli.Printing;

namespace Synic.Daemon.Cli;

/// <summary>The program's subcommands; without one it runs.</summary>
internal static class CommandLine
{
    /// <summary>For a client command to end by itself after Ctrl+C.</summary>
    private static readonly TimeSpan s_timeToEnd = TimeSpan.FromSeconds(2);

    // Words as they are: no answer files, no "-owner:x" taken apart into options.
    private static readonly ParserConfiguration s_parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <param name="args">As typed.</param>
    /// <param name="console">Where it prints.</param>
    /// <param name="host">The daemon.</param>
    /// <param name="cancellation">Ends it as Ctrl+C does.</param>
    public static Task<int> InvokeAsync(
        IReadOnlyList<string> args, CliConsole console, DaemonHost host, CancellationToken cancellation = default)
    {
        var root = Create(console, host, out var run);
        var parsed = root.Parse(args, s_parsing);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExitCodeHelp)
        {
            foreach (var error in parsed.Errors)
            {
                console.Error.WriteLine(SafeText.Of(error.Message));
            }

            console.Error.WriteLine($"synicd {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help lists the options");
            return Task.FromResult(ExitCode.WrongUsage);
        }

        // SIGTERM and Ctrl+C belong to the daemon's own host, if it is what runs.
        var command = parsed.CommandResult.Command;
        return parsed.InvokeAsync(new InvocationConfiguration
        {
            ProcessTerminationTimeout = command == root || command == run ? null : s_timeToEnd,
            Output = console.Out,
            Error = console.Error,
        }, cancellation);
    }

    private static RootCommand Create(CliConsole console, DaemonHost host, out Command run)
    {
        var root = new RootCommand(
            "Synic: a Hyper-V synthetic interrupt controller to watch and to try things on. Without a subcommand it runs; the others look at one that does.");
        AddRun(root, console, host);
        run = new Command("run", "hosts partitions, the REST API, metrics and the dashboard (the default)");
        AddRun(run, console, host);
        root.Add(run);
        var client = new ClientCommand(new ClientOptions(), console);
        client.Options.Partition.CompletionSources.Add(context => Suggestions.Partitions(client, context));
        root.Add(PortsCommand.Create(client));
        root.Add(PortCommand.Create(client));
        root.Add(SintsCommand.Create(client));
        root.Add(MonitorCommand.Create(client));
        root.Add(ExplainCommand.Create(client));
        root.Add(InspectCommand.Create(client));
        root.Add(EventsCommand.Create(client));
        root.Add(FaultsCommand.Create(client));
        root.Add(SnapshotCommand.Create(client));
        root.Add(DiffCommand.Create(client));
        root.Add(RecordCommand.Create(client));
        root.Add(ReplayCommand.Create(client));
        root.Add(TopCommand.Create(client));
        root.Add(ExperimentCommand.Create(console, host));
        root.Add(CompletionCommand.Create(console));
        ExitCodeHelp.AddTo(root);
        return root;
    }

    private static void AddRun(Command command, CliConsole console, DaemonHost host)
    {
        var options = new RunOptions(command);
        command.SetAction((parsed, cancellation) => RunCommand.RunAsync(options, parsed, host, console, cancellation));
    }
}
