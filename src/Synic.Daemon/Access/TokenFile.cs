using System.Globalization;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Access;

/// <summary>
/// Keeps the start token, while the daemon runs, in a file that only its user can read: there client commands find it,
/// by the port that they talk to.
/// </summary>
internal sealed class TokenFile(StartToken token, DaemonSettings settings, IServiceProvider services) : IHostedLifecycleService
{
    /// <summary>Null when there is none.</summary>
    public string? Path { get; private set; }

    /// <summary>Why there is none.</summary>
    public string? Problem { get; private set; }

    /// <param name="port">That the daemon listens on; 0 for a Unix socket.</param>
    public static string NameFor(int port) => string.Create(CultureInfo.InvariantCulture, $"token-{port}");

    /// <summary>Where a daemon keeps the file, and its user's commands look for it.</summary>
    /// <param name="variable">Reads the environment.</param>
    public static string DefaultDirectory(Func<string, string?> variable)
    {
        if (NotEmpty(variable("RUNTIME_DIRECTORY")) is { } systemd)
        {
            return systemd.Split(':')[0];
        }

        var parent = NotEmpty(variable("XDG_RUNTIME_DIR"))
            ?? NotEmpty(variable("XDG_STATE_HOME"))
            ?? (OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"));
        return System.IO.Path.Combine(parent, "synic");
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var port = ListenAddresses.Of(services)
            .Select(BindingAddress.Parse).FirstOrDefault(static a => !a.IsUnixPipe)?.Port ?? 0;
        try
        {
            var directory = settings.TokenDirectory ?? DefaultDirectory(Environment.GetEnvironmentVariable);
            var path = System.IO.Path.Combine(directory, NameFor(port));
            Write(directory, path, token.Value);
            Path = path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message; // the token is printed; only client commands have to be given it
        }

        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Another daemon may have the port by now, and with it the file.
            if (Path is not null && File.Exists(Path) && File.ReadAllText(Path) == token.Value)
            {
                File.Delete(Path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Write(string directory, string path, string value)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory); // below the user's own folder: its rights are inherited
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Never written into a file that is there already: it could be a link, or have another mode.
        File.Delete(path);
        using var writer = new StreamWriter(path, options);
        writer.Write(value);
    }

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
