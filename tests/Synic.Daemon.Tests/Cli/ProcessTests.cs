namespace Synic.Daemon.Tests.Cli;

public sealed class ProcessTests
{
    // The promise is 2 s; the rest is for the runtime of a busy machine to end.
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(4);

    public static bool HaveSignals => OperatingSystem.IsLinux();

    [Fact(Skip = "needs POSIX signals", SkipUnless = nameof(HaveSignals))]
    public async Task Sigterm_WithOpenPage_EndsWithStatus0()
    {
        using var daemon = await DaemonProcess.StartAsync("--backend", "emulated", "--serial", "none");
        using var client = new HttpClient();
        var api = daemon.Find("api").Split(' ')[0];
        using var page = await PageSocket.OpenAsync(new Uri(api));
        Assert.Contains("\"demo\"", await client.GetStringAsync($"{api}/partitions", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var tokenFile = daemon.Find("kept in");
        Assert.True(File.Exists(tokenFile));

        await daemon.TerminateAsync();

        Assert.Equal(0, await daemon.WaitAsync(s_stopLimit));
        Assert.False(File.Exists(tokenFile));
        Assert.Equal("", await daemon.Errors);
    }

    [Fact(Skip = "needs POSIX signals", SkipUnless = nameof(HaveSignals))]
    public async Task FirstScreen_SaysWhereWhatWhyAndHowToStop()
    {
        using var daemon = await DaemonProcess.StartAsync("--backend", "emulated", "--guest", "none", "--serial", "none", "--name", "zoo");

        Assert.Contains("/login?t=", daemon.Find("dashboard"), StringComparison.Ordinal);
        Assert.Contains("/metrics", daemon.Find("metrics"), StringComparison.Ordinal);
        Assert.Equal("zoo: guest none, 2 VPs, 16 MiB", daemon.Find("partition"));
        Assert.Contains("asked for", daemon.Find("backend emulated:"), StringComparison.Ordinal);
        Assert.Contains("--lab", daemon.Find("lab"), StringComparison.Ordinal);
        Assert.NotEqual("", daemon.Find("not whp:"));
        Assert.Equal("Ctrl+C", daemon.Find("stop"));
    }

    [Fact(Skip = "needs POSIX signals", SkipUnless = nameof(HaveSignals))]
    public async Task Serial_Stdio_ShowsTheGuestsLinesBehindTheFirstScreen()
    {
        using var daemon = await DaemonProcess.StartAsync("--backend", "emulated", "--demo-rate", "100");

        var line = await daemon.ReadToAsync("demo| ");

        Assert.NotEqual("demo| ", line);
    }
}
