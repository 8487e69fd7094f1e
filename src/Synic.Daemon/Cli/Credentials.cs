using System.CommandLine;
using Synic.Daemon.Access;
using Synic.Daemon.Configuration;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Cli;

/// <summary>Finds the daemon and the token that a command line means.</summary>
internal static class Credentials
{
    /// <summary>Where the service keeps its token: its runtime directory.</summary>
    private const string ServiceDirectory = "/run/synic";

    /// <exception cref="UsageException">The address is none.</exception>
    public static DaemonAddress Address(ClientOptions options, ParseResult parsed, CliConsole console)
    {
        var given = parsed.GetValue(options.Url);
        var text = given ?? (console.Environment(ClientOptions.UrlVariable) is { Length: > 0 } variable ? variable : DaemonSettings.DefaultUrl);
        return DaemonAddress.TryParse(text, out var address)
            ? address
            : throw new UsageException(
                $"{(given is null ? ClientOptions.UrlVariable : "--url")}: '{text}' is no address; an example is {DaemonSettings.DefaultUrl}");
    }

    /// <returns>Null: there is none, and only what everybody may see can be seen.</returns>
    /// <exception cref="UsageException">The file that was named cannot be read.</exception>
    public static string? Token(ClientOptions options, ParseResult parsed, CliConsole console, DaemonAddress address)
    {
        if (parsed.GetValue(options.Token) is { Length: > 0 } token)
        {
            return token;
        }

        if (parsed.GetValue(options.TokenFile) is { } file)
        {
            try
            {
                return File.ReadAllText(file).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"--token-file: {e.Message}");
            }
        }

        if (console.Environment(StartToken.Variable) is { Length: > 0 } variable)
        {
            return variable;
        }

        // Only to this machine: the token of a daemon here is no business of a host elsewhere.
        return address.IsLocal ? Kept(address, console) : null;
    }

    private static string? Kept(DaemonAddress address, CliConsole console)
    {
        var name = TokenFile.NameFor(address.Socket is null ? address.Url.Port : 0);
        foreach (var directory in new[] { TokenFile.DefaultDirectory(console.Environment), ServiceDirectory })
        {
            try
            {
                return File.ReadAllText(Path.Combine(directory, name)).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not there, or another user's: the daemon then says what needs the token.
            }
        }

        return null;
    }
}
