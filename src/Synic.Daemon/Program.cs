return await Synic.Daemon.Cli.CommandLine.InvokeAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
