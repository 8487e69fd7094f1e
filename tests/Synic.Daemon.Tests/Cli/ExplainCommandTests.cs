using System.Text.Json.Nodes;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

public sealed class ExplainCommandTests
{
    [Theory]
    [InlineData]
    [InlineData("0x3000", "--sint", "2")]
    [InlineData("--sint", "2", "--guest-port", "1")]
    [InlineData("0x3000", "--vtl", "low")]
    public async Task Explain_NotOneThing_IsWrongUsage(params string[] args)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, ["explain", .. args]);

        Assert.Equal((ExitCode.WrongUsage, ""), (result.Code, result.Output));
    }

    [Theory]
    [InlineData("0x3000", "--operation", "shout")]
    [InlineData("0x3000", "--vtl", "9")]
    [InlineData("--guest-port", "99")]
    public async Task Explain_DaemonRefuses_Is1(params string[] args)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, ["explain", .. args]);

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
    }

    [Fact]
    public async Task Explain_NobodyThere_SaysTheStatusAndTheFirstCheckThatFails()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var table = await CliRun.AgainstAsync(daemon.Url, "explain", "0x3000");
        var json = await CliRun.AgainstAsync(daemon.Url, "explain", "0x3000", "-o", "json");

        Assert.Equal(ExitCode.Ok, table.Code);
        Assert.Contains("invalid_connection_id (0x12)", table.Lines[0], StringComparison.Ordinal);
        Assert.Contains(table.Lines, static l => l.Contains(" failed ", StringComparison.Ordinal));
        Assert.Equal("invalid_connection_id", (string?)JsonNode.Parse(json.Output)!["verdict"]!["result"]);
    }
}
