using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

public sealed class PortsCommandTests
{
    [Fact]
    public async Task Ports_NoneMatches_IsEmptyAnd5OnlyWhenAsked()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var plain = await CliRun.AgainstAsync(daemon.Url, "ports", "-o", "ndjson");
        var strict = await CliRun.AgainstAsync(daemon.Url, "ports", "--fail-empty");

        Assert.Equal((ExitCode.Ok, "", ""), (plain.Code, plain.Output, plain.Errors));
        Assert.Equal(ExitCode.Nothing, strict.Code);
        Assert.Contains("has no ports", strict.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_Table_IsPlainTextWithoutATerminal()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "echo");

        var result = await CliRun.AgainstAsync(daemon.Url, "ports");

        Assert.Equal((ExitCode.Ok, ""), (result.Code, result.Errors));
        Assert.StartsWith("CONNECTION  KIND ", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("0x3000      message    0  api ", result.Lines[1], StringComparison.Ordinal);
        Assert.Equal(2, result.Lines.Count);
        Assert.DoesNotContain('\e', result.Output);
        Assert.All(result.Lines, static l => Assert.Equal(l.TrimEnd(), l));
    }

    [Fact]
    public async Task Ports_OwnerFromElsewhere_CannotWriteToTheTerminalOrASpreadsheet()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var made = await daemon.PostAsync(TestDaemon.Ports, new { connection = "1", handler = "sink", owner = "=1+1,\"x\" [red]\u202e" });
        made.EnsureSuccessStatusCode();

        var table = await CliRun.AgainstAsync(daemon.Url, "ports");
        var csv = await CliRun.AgainstAsync(daemon.Url, "ports", "-o", "csv");

        Assert.Contains("=1+1,\"x\" [red]\\u202e", table.Output, StringComparison.Ordinal);
        Assert.Contains(",\"'=1+1,\"\"x\"\" [red]\u202e\",", csv.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_LongOwner_IsNeitherCutNorFolded()
    {
        var owner = new string('x', 60);
        await using var daemon = await TestDaemon.StartAsync();
        using var made = await daemon.PostAsync(TestDaemon.Ports, new { connection = "1", handler = "sink", owner });
        made.EnsureSuccessStatusCode();

        var result = await CliRun.AgainstAsync(daemon.Url, "ports");

        Assert.Equal(2, result.Lines.Count);
        Assert.Contains(owner, result.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_Json_IsTheApisOwnAnswer()
    {
        await using var stub = await StubDaemon.StartAsync();
        const string Answer = """{"items":[],"next":null,"total":0,"asOf":"2026-01-01T00:00:00.1234567Z","later":12345678901234567890}""";
        stub.Answer("/api/v1/partitions/demo/ports", Answer);

        var result = await CliRun.AgainstAsync(stub.Url, "ports", "-o", "json");

        Assert.Equal((ExitCode.Ok, Answer + "\n", ""), (result.Code, result.Output, result.Errors));
    }

    [Fact]
    public async Task Ports_Limit_SaysOnStandardErrorThatThereAreMore()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        await daemon.AddPortAsync("2", "sink");

        var table = await CliRun.AgainstAsync(daemon.Url, "ports", "--limit", "1", "--sort", "-connection");
        var json = await CliRun.AgainstAsync(daemon.Url, "ports", "--limit", "1", "-o", "json");

        Assert.StartsWith("0x2 ", table.Lines[1], StringComparison.Ordinal);
        Assert.Equal("1 of 2 ports; --all shows all\n", table.Errors);
        Assert.Equal("", json.Errors);
        Assert.NotNull(JsonNode.Parse(json.Output)!["next"]);
    }

    [Fact]
    public async Task Ports_AllOverSeveralPages_IsOneAnswerInTheApisShape()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer("/api/v1/partitions/demo/ports", context => Results.Text(
            context.Request.Query["cursor"] == "b"
                ? $$"""{"items":[{{Port(2)}}],"next":null,"total":2,"asOf":"2026-01-01T00:00:01Z"}"""
                : $$"""{"items":[{{Port(1)}}],"next":"b","total":2,"asOf":"2026-01-01T00:00:00Z"}""",
            "application/json").ExecuteAsync(context));

        var json = await CliRun.AgainstAsync(stub.Url, "ports", "--all", "-o", "json");
        var lines = await CliRun.AgainstAsync(stub.Url, "ports", "--all", "-o", "ndjson");

        var answer = JsonNode.Parse(json.Output)!;
        Assert.Equal([1, 2], answer["items"]!.AsArray().Select(static i => (int)i!["connection"]!));
        Assert.Null(answer["next"]);
        Assert.Equal(["items", "next", "total", "asOf"], answer.AsObject().Select(static m => m.Key));
        Assert.Equal([1, 2], lines.Lines.Select(static l => JsonDocument.Parse(l).RootElement.GetProperty("connection").GetInt32()));
    }

    [Fact]
    public async Task Ports_Csv_HasAColumnForEachStatus()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "full");

        var result = await CliRun.AgainstAsync(daemon.Url, "ports", "-o", "csv");

        Assert.StartsWith("connection,connectionText,kind,", result.Lines[0], StringComparison.Ordinal);
        Assert.Contains("failuresByStatus.insufficient_buffers", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("12288,0x3000,message,0,api,", result.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_Watch_PrintsAsOftenAsAskedAndTheHeadOfCsvOnce()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");

        var result = await CliRun.AgainstAsync(daemon.Url, "ports", "--watch", "250ms", "-n", "2", "-o", "csv");

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Equal(3, result.Lines.Count);
        Assert.Equal(2, result.Lines.Count(static l => l.StartsWith("1,0x1,", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("12288")]
    [InlineData("0x3000")]
    public async Task Port_EitherSpelling_IsShown(string connection)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "full");

        var result = await CliRun.AgainstAsync(daemon.Url, "port", connection);

        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Contains("0x3000 (12288)", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x3001", "port_not_found")]
    [InlineData("many", "invalid_request")]
    [InlineData("../../demo", "invalid_request")]
    public async Task Port_NotThere_Is1(string connection, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, "port", connection);

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
        Assert.StartsWith($"synicd: {code}: ", result.Errors, StringComparison.Ordinal);
    }

    private static string Port(int connection) =>
        $$$"""{"connection":{{{connection}}},"connectionText":"0x{{{connection}}}","kind":"event","minimumVtl":0,"owner":"o","since":"2026-01-01T00:00:00Z","generation":1,"fastPath":"none","failuresByStatus":{}}""";
}
