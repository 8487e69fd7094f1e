namespace Synic.Daemon.Tests.Access;

public sealed class TokenFileTests
{
    [Fact]
    public async Task Started_FileIsForItsUserAlone_AndGoesWithTheDaemon()
    {
        var daemon = await TestDaemon.StartAsync();
        var path = Path.Combine(daemon.Folder, "kept", $"token-{daemon.Url.Port}");

        Assert.Equal(TestDaemon.Token, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        }

        await daemon.DisposeAsync();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Folder_CannotBeMade_DaemonRunsWithoutFile()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:TokenDirectory", "/dev/null/no"));

        Assert.Equal("live", (string?)(await daemon.GetAsync("/health/live"))["status"]);
    }
}
