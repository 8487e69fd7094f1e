using Synic.Daemon;
using Synic.Daemon.Cli;

return await CommandLine.InvokeAsync(args, CliConsole.OfProcess(), new DaemonHost(DaemonApp.CreateBuilder, DaemonApp.Build)).ConfigureAwait(false);
