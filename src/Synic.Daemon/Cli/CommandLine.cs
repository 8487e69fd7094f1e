using System.CommandLine;

namespace Synic.Daemon.Cli;

/// <summary>The program's subcommands; without one it runs.</summary>
internal static class CommandLine
{
    public const int Refused = 1;
    public const int WrongUsage = 2;

    public static Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var root = new RootCommand("Synic: a Hyper-V synthetic interrupt controller to watch and to try things on. Without a subcommand it runs.");
        AddRun(root, output, errors);
        var run = new Command("run", "hosts partitions, the REST API, metrics and the dashboard (the default)");
        AddRun(run, output, errors);
        root.Add(run);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                errors.WriteLine(error.Message);
            }

            errors.WriteLine("synicd --help lists the options");
            return Task.FromResult(WrongUsage);
        }

        // SIGTERM and Ctrl+C belong to the host.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = output, Error = errors });
    }

    private static void AddRun(Command command, TextWriter output, TextWriter errors)
    {
        var options = new RunOptions(command);
        command.SetAction((parsed, cancellation) => RunCommand.RunAsync(options, parsed, output, errors, cancellation));
    }
}
