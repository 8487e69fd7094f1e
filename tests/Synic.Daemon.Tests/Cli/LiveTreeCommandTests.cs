using System.Text.Json.Nodes;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

/// <summary>The commands about the inspect tree, its snapshots, events and departed ports, against a whole daemon.</summary>
public sealed class LiveTreeCommandTests
{
    private const string Port = "synic_ports/ports/0x3000";

    [Theory]
    [InlineData(ExitCode.WrongUsage, "names nothing", "inspect", "backend/../../..")]
    [InlineData(ExitCode.WrongUsage, "names nothing", "record", "delete", "..")]
    [InlineData(ExitCode.WrongUsage, "--depth: 0 to 4096", "inspect", "-d", "-1")]
    [InlineData(ExitCode.WrongUsage, "no such file", "replay", "./nothing.ndjson")]
    [InlineData(ExitCode.Refused, "There is no 'nothing' in 'backend'", "inspect", "backend/nothing")]
    [InlineData(ExitCode.Refused, "node_immutable", "inspect", "dialect", "-u", "tlfs")]
    [InlineData(ExitCode.Refused, "snapshot_not_found", "diff", "77")]
    [InlineData(ExitCode.Refused, "recording_not_found", "replay", "r77")]
    [InlineData(ExitCode.Refused, "^ did you mean kind?", "events", "knd:post")]
    [InlineData(ExitCode.Refused, "path_not_found", "inspect", "nothing", "-p", "1s")]
    public async Task Command_BadInput_IsNamedAndPrintsNothingElse(int code, string error, params string[] args)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AsOperatorAsync(daemon.Url, args);

        Assert.Equal((code, ""), (result.Code, result.Output));
        Assert.Contains(error, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_Field_IsThereInEveryFormat()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");

        var text = await CliRun.AgainstAsync(daemon.Url, "inspect", Port);
        var lines = await CliRun.AgainstAsync(daemon.Url, "inspect", Port, "-o", "ndjson");
        var csv = await CliRun.AgainstAsync(daemon.Url, "inspect", Port, "-o", "csv");
        var plain = await CliRun.AgainstAsync(daemon.Url, "inspect", Port, "-j");

        Assert.Contains(Port + "/owner: \"api\"", text.Lines);
        Assert.Contains(lines.Lines.Select(static l => JsonNode.Parse(l)!), static l => ((string?)l["path"], l["value"]?.ToString()) == (Port + "/owner", "api"));
        Assert.Contains(csv.Lines, static l => l.StartsWith(Port + "/owner,string,api,", StringComparison.Ordinal));
        Assert.Equal("api", (string?)JsonNode.Parse(plain.Output)!["node"]!["owner"]);
    }

    [Fact]
    public async Task Inspect_Update_PrintsBeforeAndNow()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AsOperatorAsync(daemon.Url, "inspect", "settings/port_fault_log/interval", "-u", "20s", "-o", "json");

        var answer = JsonNode.Parse(result.Output)!;
        Assert.Equal((ExitCode.Ok, ""), (result.Code, result.Errors));
        Assert.Equal((10, 20), ((int)answer["old"]!["value"]!, (int)answer["new"]!["value"]!));
    }

    [Fact]
    public async Task Inspect_Watch_IsTheTreeThenWhatChangedAsBareValuesInCsv()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, "inspect", "process", "-p", "250ms", "-n", "2", "-o", "csv");

        Assert.Equal((ExitCode.Ok, ""), (result.Code, result.Errors));
        Assert.Contains(result.Lines, static l => l.Contains(",tree,process/version,,,0.1.0", StringComparison.Ordinal));
        Assert.Contains(result.Lines, static l => l.Contains(",changes,process/uptime,changed,", StringComparison.Ordinal));
        Assert.DoesNotContain(" s,", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_PortAddedBetweenSnapshots_IsShown()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var one = await CliRun.AsOperatorAsync(daemon.Url, "snapshot", "create", "--name", "before");
        await daemon.AddPortAsync("0x3000", "sink");
        await CliRun.AsOperatorAsync(daemon.Url, "snapshot", "create");

        var table = await CliRun.AgainstAsync(daemon.Url, "diff", "1", "2", "--path", "synic_ports");
        var now = await CliRun.AgainstAsync(daemon.Url, "diff", "1", "--path", "synic_ports", "-o", "ndjson");

        Assert.Equal(ExitCode.Ok, one.Code);
        Assert.Contains(table.Lines, static l => l.StartsWith("added", StringComparison.Ordinal) && l.Contains(Port, StringComparison.Ordinal));
        Assert.Contains(now.Lines.Select(static l => JsonNode.Parse(l)!), static l => (string?)l["kind"] == "added" && ((string?)l["path"])!.StartsWith(Port, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_ListAndFollow_TellTheSameCall()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "full");
        using var posted = await daemon.PostAsync(TestDaemon.Ports + "/0x3000/messages", new { text = "hello" });

        var list = await CliRun.AgainstAsync(daemon.Url, "events", "kind:post", "-o", "ndjson");
        var follow = await CliRun.AgainstAsync(daemon.Url, "events", "--follow", "--after", "0", "-n", "1", "kind:post", "-o", "json");
        var table = await CliRun.AsOperatorAsync(daemon.Url, "events", "conn:0x3000", "-status:success");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(list.Output), JsonNode.Parse(follow.Output)));
        Assert.Contains("0x3000      insufficient_buffers    partition=demo reason=port_full owner=api", table.Lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("payload=aGVsbG8=", table.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_Departed_Is1AndItsCountersAreListed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        using var gone = await daemon.Operator.DeleteAsync(new Uri(TestDaemon.Ports + "/0x3000", UriKind.Relative), TestContext.Current.CancellationToken);

        var port = await CliRun.AgainstAsync(daemon.Url, "port", "0x3000");
        var live = await CliRun.AgainstAsync(daemon.Url, "ports");
        var all = await CliRun.AgainstAsync(daemon.Url, "ports", "--departed");

        Assert.Equal(ExitCode.Refused, port.Code);
        Assert.Contains("'synicd ports --departed'", port.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("0x3000", live.Output, StringComparison.Ordinal);
        Assert.EndsWith("GONE", all.Lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith("now", all.Lines[1].TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("snapshot", "list")]
    [InlineData("record", "list")]
    [InlineData("ports")]
    public async Task List_Empty_IsNoRowInCsvAndNdJson(params string[] args)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var csv = await CliRun.AgainstAsync(daemon.Url, [.. args, "-o", "csv"]);
        var lines = await CliRun.AgainstAsync(daemon.Url, [.. args, "-o", "ndjson"]);

        Assert.Equal(("", "", ""), (csv.Output, lines.Output, csv.Errors));
    }
}
