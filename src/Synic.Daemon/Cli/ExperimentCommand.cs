using System.CommandLine;
using System.Globalization;
using Synic.Daemon.Cli.Printing;
using Synic.Daemon.Experiments;
using Synic.Daemon.Experiments.Reading;
using Synic.Daemon.Experiments.Reports;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd experiment</c>: starts a guest, injects faults at given points and checks what comes of it, for a CI.</summary>
internal static class ExperimentCommand
{
    public static Command Create(CliConsole console, DaemonHost daemon) => new("experiment", "run a guest with faults from a file, and check what comes of it")
    {
        Run(console, daemon),
        Check(console),
    };

    private static Command Run(CliConsole console, DaemonHost daemon)
    {
        var options = new Options();
        var report = new Option<string?>("--report") { Description = "write what came of it as JSON", HelpName = "FILE" };
        var junit = new Option<string?>("--junit") { Description = "write it as JUnit XML", HelpName = "FILE" };
        var command = new Command("run", "run experiments one after the other; exit status 0: all passed, 1: an assertion failed, 2: a file is wrong, 3: one could not run");
        options.AddTo(command);
        command.Add(report);
        command.Add(junit);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!options.TryRead(parsed, console, out var experiments))
            {
                return ExitCode.WrongUsage;
            }

            try
            {
                // Opened first: nobody wants to learn after an hour that the report cannot be written.
                await using var json = Open(parsed.GetValue(report));
                await using var xml = Open(parsed.GetValue(junit));
                return await RunAsync(experiments, console, daemon, json, xml, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                console.Error.WriteLine($"synicd: {SafeText.Of(e.Message)}");
                return ExitCode.WrongUsage;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static Command Check(CliConsole console)
    {
        var options = new Options();
        var command = new Command("check", "only read the files and say what is wrong with them");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            if (!options.TryRead(parsed, console, out var experiments))
            {
                return ExitCode.WrongUsage;
            }

            foreach (var one in experiments)
            {
                console.Out.WriteLine(SafeText.Of(string.Create(
                    CultureInfo.InvariantCulture, $"{one.File}: '{one.Name}', {one.Rules.Count} rules, {one.Steps.Count} steps, {one.Checks.Count()} checks")));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<Experiment> experiments, CliConsole console, DaemonHost daemon, Stream? json, Stream? xml, CancellationToken cancellation)
    {
        var runner = new ExperimentRunner(daemon, new ExperimentScreen(console), TimeProvider.System);
        var reports = new List<ExperimentReport>();
        foreach (var experiment in experiments)
        {
            reports.Add(await runner.RunAsync(experiment, cancellation).ConfigureAwait(false));
        }

        var all = RunReport.Of(reports);
        if (json is not null)
        {
            JsonReport.Write(all, json);
        }

        if (xml is not null)
        {
            JUnitReport.Write(all, xml);
        }

        return all.Outcome switch
        {
            CaseOutcome.Failed => ExitCode.AssertionFailed,
            CaseOutcome.Error => ExitCode.CouldNotRun,
            _ => ExitCode.Ok,
        };
    }

    private static FileStream? Open(string? file) => file is null ? null : new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>Which files, and what is to be otherwise than they say.</summary>
    private sealed class Options
    {
        private readonly Argument<string[]> _files = new("file") { Description = "the experiments: JSON, in which comments are allowed", Arity = ArgumentArity.OneOrMore };
        private readonly Option<string?> _guest = new("--guest") { Description = "the guest's file, instead of partition.guest.path", HelpName = "FILE" };
        private readonly Option<string?> _initrd = new("--initrd") { Description = "instead of partition.guest.initrd", HelpName = "FILE" };
        private readonly Option<string?> _append = new("--append") { Description = "the guest's command line, instead of partition.guest.append", HelpName = "TEXT" };
        private readonly Option<string?> _backend = new("--backend") { Description = "auto, kvm, whp or emulated, instead of partition.backend", HelpName = "KIND" };
        private readonly Option<string?> _seed = new("--seed") { Description = "of every rule that has none of its own; makes a run repeat another", HelpName = "N" };
        private readonly Option<double?> _deadline = new("--deadline") { Description = "seconds for each experiment, instead of deadlineSeconds", HelpName = "SECONDS" };

        public void AddTo(Command command)
        {
            command.Add(_files);
            foreach (var option in (Option[])[_guest, _initrd, _append, _backend, _seed, _deadline])
            {
                command.Add(option);
            }
        }

        public bool TryRead(ParseResult parsed, CliConsole console, out IReadOnlyList<Experiment> experiments)
        {
            var read = new List<Experiment>();
            experiments = read;
            if (!TryOverrides(parsed, console, out var overrides))
            {
                return false;
            }

            var valid = true;
            foreach (var file in parsed.GetRequiredValue(_files))
            {
                var mistakes = new Mistakes();
                if (ExperimentReader.Read(file, overrides, mistakes) is { } experiment)
                {
                    read.Add(experiment);
                }

                foreach (var mistake in mistakes.All)
                {
                    console.Error.WriteLine(SafeText.Of($"{file}: {mistake}"));
                    valid = false;
                }
            }

            return valid;
        }

        private bool TryOverrides(ParseResult parsed, CliConsole console, out ExperimentOverrides overrides)
        {
            ulong? seed = null;
            var deadline = parsed.GetValue(_deadline);
            overrides = new ExperimentOverrides();
            if (parsed.GetValue(_seed) is { } text)
            {
                var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
                if (!ulong.TryParse(hex ? text[2..] : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    console.Error.WriteLine($"synicd: --seed: a number of 64 bits, decimal or 0x…, not '{SafeText.Of(text)}'");
                    return false;
                }

                seed = number;
            }

            if (deadline is not (null or (> 0 and <= ExperimentReader.LongestSeconds)))
            {
                console.Error.WriteLine($"synicd: --deadline: more than 0 and at most {ExperimentReader.LongestSeconds} seconds");
                return false;
            }

            overrides = new ExperimentOverrides
            {
                Guest = parsed.GetValue(_guest),
                Initrd = parsed.GetValue(_initrd),
                Append = parsed.GetValue(_append),
                Backend = parsed.GetValue(_backend),
                Seed = seed,
                Deadline = deadline is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
            return true;
        }
    }
}
