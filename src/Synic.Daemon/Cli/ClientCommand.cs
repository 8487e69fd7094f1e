using System.CommandLine;
using Synic.Daemon.Cli.Printing;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>What client commands share: their options, and how what goes wrong is told.</summary>
internal sealed class ClientCommand(ClientOptions options, CliConsole console)
{
    private const double LongestWait = 3600;

    public ClientOptions Options => options;

    public CliConsole Console => console;

    /// <summary>A command about a partition, whose answer can be printed in every format.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">One line.</param>
    /// <param name="run">Does it and gives the exit status.</param>
    public Command OfPartition(string name, string description, Func<ClientSession, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = WithoutFormat(name, description, run);
        options.AddFormat(command);
        return command;
    }

    /// <summary>A command about the daemon itself, whose answer can be printed in every format.</summary>
    public Command OfDaemon(string name, string description, Func<ClientSession, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        options.AddConnection(command);
        options.AddFormat(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, run, cancellation));
        return command;
    }

    /// <summary>A command about a partition that prints in its own way.</summary>
    public Command WithoutFormat(string name, string description, Func<ClientSession, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        options.AddConnection(command);
        options.AddPartition(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, run, cancellation));
        return command;
    }

    private async Task<int> RunAsync(
        ParseResult parsed, Func<ClientSession, ParseResult, CancellationToken, Task<int>> run, CancellationToken cancellation)
    {
        try
        {
            var address = Credentials.Address(options, parsed, console);
            var token = Credentials.Token(options, parsed, console, address);
            using var http = new SynicHttp(address, token, Timeout(parsed), console.Time);
            var session = new ClientSession(http, console, parsed.GetValue(options.Format), parsed.GetValue(options.Partition));
            return await run(session, parsed, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UsageException or UriFormatException)
        {
            return Fail(ExitCode.WrongUsage, e.Message);
        }
        catch (SynicProblemException e)
        {
            return Fail(e.IsForbidden ? ExitCode.NotAllowed : ExitCode.Refused, $"{e.Code}: {e.Message}{Hint(e)}");
        }
        catch (SynicUnavailableException e)
        {
            return Fail(ExitCode.NoConnection, e.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException and not PathTooLongException)
        {
            // Whoever read the output has seen enough, as in `synicd ports | head`; or a file could not be written.
            return IsBrokenPipe(e) ? ExitCode.Ok : Fail(ExitCode.Refused, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.WrongUsage, e.Message);
        }
    }

    private TimeSpan Timeout(ParseResult parsed)
    {
        var seconds = parsed.GetValue(options.Wait);
        return seconds is > 0 and <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--timeout: more than 0 and at most {LongestWait} seconds");
    }

    private static string Hint(SynicProblemException e) => e.Code is "port_departed"
        ? " 'synicd ports --departed' has its counters, 'synicd events conn:ID' its last calls." : "";

    private int Fail(int status, string message)
    {
        console.Error.WriteLine($"synicd: {SafeText.Of(message)}");
        return status;
    }

    private static bool IsBrokenPipe(IOException e)
    {
        const int PipeOfPosix = 32;
        return !OperatingSystem.IsWindows() && (e.HResult & 0xFFFF) == PipeOfPosix;
    }
}
