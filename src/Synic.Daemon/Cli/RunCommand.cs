using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Guests;
using Synic.Hv;

namespace Synic.Daemon.Cli;

/// <summary><c>synicd run</c>: the daemon from its first line to its exit status.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(
        RunOptions options, ParseResult parsed, DaemonHost daemon, CliConsole console, CancellationToken cancellation)
    {
        var (output, errors) = (console.Out, console.Error);
        try
        {
            var builder = daemon.CreateBuilder();
            Configure(builder.Configuration, options, parsed);
            await using var app = daemon.Build(builder);
            await app.StartAsync(cancellation).ConfigureAwait(false);
            FirstScreen.Write(output, app);
            foreach (var host in app.Services.GetRequiredService<PartitionRegistry>().All)
            {
                host.Serial.Start(); // after the first screen, which is to stay readable
            }

            await app.WaitForShutdownAsync(cancellation).ConfigureAwait(false);
            return app.Services.GetRequiredService<GuestEnd>().Report(output) ? ExitCode.Ok : ExitCode.Refused;
        }
        catch (SettingsException e)
        {
            foreach (var mistake in e.Mistakes)
            {
                await errors.WriteLineAsync(mistake).ConfigureAwait(false);
            }

            return ExitCode.WrongUsage;
        }
        catch (GuestImageException e)
        {
            await errors.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.WrongUsage;
        }
        catch (HypervisorException e)
        {
            await errors.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Refused;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await errors.WriteLineAsync(
                $"{e.Message.TrimEnd('.')}: another synicd may be running; stop it, or choose another port with --urls http://127.0.0.1:PORT").ConfigureAwait(false);
            return ExitCode.Refused;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            await errors.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Refused;
        }
    }

    private static void Configure(ConfigurationManager configuration, RunOptions options, ParseResult parsed)
    {
        if (parsed.GetValue(options.Config) is { } file)
        {
            if (!File.Exists(file))
            {
                throw new SettingsException([$"--config: there is no file {file}"]);
            }

            try
            {
                configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
            }
            catch (InvalidDataException e)
            {
                throw new SettingsException([$"--config {file}: {e.InnerException?.Message ?? e.Message}"]);
            }
        }

        var given = options.PartitionOptions(parsed);
        if (given.Count > 0 && configuration.GetSection("Synic:Partitions").Exists())
        {
            throw new SettingsException(
                [$"{string.Join(", ", given)}: the configuration describes partitions (Synic:Partitions); change them there"]);
        }

        configuration.AddInMemoryCollection(options.ToConfiguration(parsed));
    }
}
