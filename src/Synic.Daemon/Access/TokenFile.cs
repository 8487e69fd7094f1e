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

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var port = ListenAddresses.Of(services)
            .Select(static u => Uri.TryCreate(u, UriKind.Absolute, out var uri) ? uri.Port : -1).FirstOrDefault(static p => p > 0);
        try
        {
            var directory = settings.TokenDirectory ?? DefaultDirectory();
            var path = System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"token-{port}"));
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

    private static string DefaultDirectory()
    {
        if (Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") is { Length: > 0 } systemd)
        {
            return systemd.Split(':')[0];
        }

        var parent = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? runtime
            : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        return System.IO.Path.Combine(parent, "synic");
    }
}
