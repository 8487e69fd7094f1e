using System.Diagnostics;

namespace Synic.Daemon.Tests.Cli;

/// <summary>The daemon as its user starts it: a process.</summary>
internal sealed class DaemonProcess : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("synic-");
    private readonly List<string> _lines = [];

    private DaemonProcess(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "synicd.dll"), "--urls", "http://127.0.0.1:0", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName, // not where its files are
        };
        start.Environment["XDG_RUNTIME_DIR"] = _folder.FullName;
        start.Environment.Remove("RUNTIME_DIRECTORY");
        start.Environment.Remove("SYNIC_TOKEN");
        _process = Process.Start(start)!;
        Errors = _process.StandardError.ReadToEndAsync();
    }

    public Task<string> Errors { get; }

    public string Folder => _folder.FullName;

    /// <summary>Everything on standard output that was read so far.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Starts it and reads its first screen.</summary>
    public static async Task<DaemonProcess> StartAsync(params string[] args)
    {
        var daemon = new DaemonProcess(args);
        await daemon.ReadToAsync("  stop");
        return daemon;
    }

    /// <summary>Reads standard output up to a line that begins with this.</summary>
    public async Task<string> ReadToAsync(string begin)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            _lines.Add(line);
            if (line.StartsWith(begin, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"synicd ended early: {await Errors}");
    }

    /// <summary>Reads what is left of standard output, to the end of the process.</summary>
    public async Task<string> ReadToEndAsync() => await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

    public string Find(string begin) => _lines.First(l => l.TrimStart().StartsWith(begin, StringComparison.Ordinal)).TrimStart()[begin.Length..].Trim();

    /// <summary>Asks it to stop as a service manager does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])!;
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> WaitAsync(TimeSpan timeout)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(timeout);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
