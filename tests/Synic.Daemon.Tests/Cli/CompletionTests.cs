using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

public sealed class CompletionTests
{
    [Fact]
    public async Task Suggest_NoDaemon_OffersNothingAndSaysNothing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var result = await SuggestAsync(new Uri($"http://{silent.LocalEndpoint}"), "synicd port ");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.DoesNotContain("0x", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Errors);
    }

    [Fact]
    public async Task Suggest_ConnectionsAndPartitions_AreThoseOfTheDaemon()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        await daemon.AddPortAsync("0x4000", "sink");

        var connections = await SuggestAsync(daemon.Url, "synicd port 0x3");
        var partitions = await SuggestAsync(daemon.Url, "synicd ports --partition ");

        Assert.Equal(["0x3000"], connections.Lines);
        Assert.Equal(["demo"], partitions.Lines);
    }

    [Fact]
    public async Task Suggest_Commands_AreAllOfThem()
    {
        var result = await SuggestAsync(new Uri("http://127.0.0.1:1"), "synicd ");

        Assert.Superset(new HashSet<string>(["run", "ports", "port", "sints", "monitor", "top", "completion"]), new HashSet<string>(result.Lines));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _synicd synicd")]
    [InlineData("zsh", "compdef _synicd synicd")]
    [InlineData("fish", "complete -c synicd")]
    public async Task Completion_Script_RegistersAndAsksTheProgram(string shell, string registration)
    {
        var result = await CliRun.InvokeAsync("completion", shell);

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Contains(registration, result.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_InBash_CompletesAWordOfTheCommandLine()
    {
        var folder = Directory.CreateTempSubdirectory("synic-");
        try
        {
            var program = Path.Combine(AppContext.BaseDirectory, "synicd.dll");
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "synicd"), $"#!/bin/sh\nexec dotnet '{program}' \"$@\"\n", TestContext.Current.CancellationToken);
            const string Script = """
                set -e; chmod +x ./synicd; PATH="$PWD:$PATH"; source <(synicd completion bash)
                COMP_LINE='synicd completion f'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(synicd completion f); COMP_CWORD=2
                _synicd; echo "${COMPREPLY[*]}"
                """;
            using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", Script]) { RedirectStandardOutput = true, WorkingDirectory = folder.FullName })!;

            Assert.Equal("fish\n", await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<CliRun> SuggestAsync(Uri daemon, string line) =>
        CliRun.AgainstAsync(daemon, $"[suggest:{line.Length}]", line);
}
