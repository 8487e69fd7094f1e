using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--nonsense")]
    [InlineData("start")]
    [InlineData("--vps", "0")]
    [InlineData("--vps", "many")]
    [InlineData("--backend", "xen")]
    [InlineData("--synic", "kernel")]
    [InlineData("--guest", "/nonexistent/vmlinuz", "--urls", "http://127.0.0.1:0")]
    [InlineData("--guest", "x", "--guest-format", "zip")]
    [InlineData("--guest", "x", "--initrd", "")]
    [InlineData("--guest", "x", "--initrd", "a", "--initrd", "")]
    [InlineData("--guest", "none", "--initrd", "a", "--initrd", "b")]
    [InlineData("--guest", "")]
    [InlineData("--guest", "file")]
    [InlineData("--vmbus", "maybe")]
    [InlineData("--vmbus", "on", "--vmbus-max-version", "4.7")]
    [InlineData("--vmbus-max-version", "4.1")]
    [InlineData("--guest", "none", "--initrd", "x")]
    [InlineData("--demo-rate", "0")]
    [InlineData("--urls", "http://0.0.0.0:5080")]
    [InlineData("--config", "/nonexistent.json")]
    [InlineData("--token-file", "/nonexistent")]
    [InlineData("run", "--memory", "x")]
    public async Task Run_WrongUsage_Is2WithALineAndNoStackTrace(params string[] args)
    {
        var (code, output, errors) = await InvokeAsync(args);

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Empty(output);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenGuestFile_IsOneLineWithTheFile()
    {
        using var file = new TemporaryFile("not a guest");

        var (code, _, errors) = await InvokeAsync("--guest", file.Path, "--urls", "http://127.0.0.1:0", "--serial", "none");

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.StartsWith(file.Path + ": ", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_InitrdGivenTwice_BecomesAList()
    {
        var command = new Command("run");
        var options = new RunOptions(command);

        var once = options.ToConfiguration(command.Parse("--guest x --initrd a;b"));
        var twice = options.ToConfiguration(command.Parse("--guest x --initrd a;b --initrd c"));

        Assert.Equal("a;b", once["Synic:Partitions:0:Guest:Initrd"]);
        Assert.Equal(("a;b", "c"), (twice["Synic:Partitions:0:Guest:Initrd:0"], twice["Synic:Partitions:0:Guest:Initrd:1"]));
        Assert.Equal(3, twice.Count);
    }

    [Fact]
    public async Task Run_GuestFileWithoutVps_SaysWhatItNeeds()
    {
        using var file = new TemporaryFile("not a guest");

        var (code, _, errors) = await InvokeAsync("--guest", file.Path, "--backend", "emulated", "--urls", "http://127.0.0.1:0");

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Contains("needs virtual processors", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortInUse_IsOneLineWithTheRemedy()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";

        var (code, _, errors) = await InvokeAsync("--urls", url, "--guest", "none", "--backend", "emulated", "--serial", "none");

        Assert.Equal(ExitCode.Refused, code);
        var line = Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains(url, line, StringComparison.Ordinal);
        Assert.Contains("--urls", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FileDescribesPartitions_PartitionOptionsAreRefused()
    {
        using var file = new TemporaryFile("""{ "Synic": { "Partitions": [ { "Name": "a" } ] } }""");

        var (code, _, errors) = await InvokeAsync("--config", file.Path, "--vps", "4");

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Contains("--vps", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "Synic": { "Unknown": 1 } }""")]
    public async Task Run_BadFile_IsToldInOneLine(string text)
    {
        using var file = new TemporaryFile(text);

        var (code, _, errors) = await InvokeAsync("--config", file.Path);

        Assert.Equal(ExitCode.WrongUsage, code);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Help_ListsTheOptions()
    {
        var (code, output, _) = await InvokeAsync("run", "--help");

        Assert.Equal(0, code);
        Assert.Contains("--exit-with-guest", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("ports")]
    [InlineData("top")]
    public async Task Help_AnyCommand_TellsTheExitStatuses(params string[] args)
    {
        var (code, output, _) = await InvokeAsync([.. args, "--help"]);

        Assert.Equal(0, code);
        Assert.Contains(ExitCode.Help.Trim(), output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> InvokeAsync(params string[] args)
    {
        var result = await CliRun.InvokeAsync(args);
        return (result.Code, result.Output, result.Errors);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text)
        {
            Path = System.IO.Path.GetTempFileName();
            File.WriteAllText(Path, text);
        }

        public string Path { get; }

        public void Dispose() => File.Delete(Path);
    }
}
