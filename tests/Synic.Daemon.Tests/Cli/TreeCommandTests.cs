using System.Text.Json.Nodes;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

/// <summary>The commands about the inspect tree, its snapshots, events and recordings, against answers that a test made.</summary>
public sealed class TreeCommandTests
{
    private const string Base = "/api/v1/partitions/demo/";

    [Theory]
    [InlineData("inspect", "-r", "-d", "3")]
    [InlineData("inspect", "-u", "1", "-p", "1s")]
    [InlineData("inspect", "-t", "0")]
    [InlineData("inspect", "-t", "31s")]
    [InlineData("inspect", "-p", "1ms")]
    [InlineData("inspect", "-p", "1s", "-n", "0")]
    [InlineData("events", "--limit", "0")]
    [InlineData("events", "--follow", "-n", "0")]
    [InlineData("diff")]
    [InlineData("record", "stop")]
    [InlineData("replay")]
    [InlineData("snapshot", "eat")]
    public async Task Command_WrongUsage_Is2(params string[] args)
    {
        var result = await CliRun.AgainstAsync(new Uri("http://127.0.0.1:1"), args);

        Assert.Equal((ExitCode.WrongUsage, ""), (result.Code, result.Output));
    }

    [Fact]
    public async Task Inspect_BranchDidNotAnswer_Is4InEveryFormat()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer(Base + "inspect/vps", context => context.Request.Query["format"] == "text"
            ? Text(context, "vps/0: _\n# incomplete: vps/0: deadline\n", "text/plain")
            : Text(context, Tree("""{"kind":"unevaluated","reason":"deadline"}""", complete: false), "application/json"));

        foreach (var format in (string[][])[[], ["-o", "json"], ["-o", "ndjson"], ["-o", "csv"], ["-j"]])
        {
            var result = await CliRun.AgainstAsync(stub.Url, ["inspect", "/vps/", "-d", "1", "-t", "500ms", .. format]);

            Assert.Equal((ExitCode.Partial, ""), (result.Code, result.Errors));
        }

        Assert.Contains(Base + "inspect/vps?depth=1&timeoutMs=500&format=text", stub.Requests);
    }

    [Fact]
    public async Task Inspect_HostileText_CannotReachTheTerminal()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer(Base + "inspect", static context => Text(context, "a: \"\e[31m\"\n", "text/plain"));

        var result = await CliRun.AgainstAsync(stub.Url, "inspect");

        Assert.Equal("a: \"\\u001b[31m\"\n", result.Output);
    }

    [Fact]
    public async Task Inspect_NdJson_IsALineForEachField()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer(Base + "inspect", Tree("""{"kind":"u64","value":"0x12","format":"hex"}""", complete: true));

        var result = await CliRun.AgainstAsync(stub.Url, "inspect", "-r", "-o", "ndjson");

        var line = JsonNode.Parse(Assert.Single(result.Lines))!;
        Assert.Equal(("vps/0", "u64", "0x12"), ((string?)line["path"], (string?)line["kind"], (string?)line["value"]));
        Assert.Contains(Base + "inspect?depth=4096&format=typed", stub.Requests);
    }

    [Fact]
    public async Task Inspect_UpdateWithoutToken_Is6()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Refuse(Base + "inspect/a", 401, """{"code":"not_authenticated","detail":"This needs the start token."}""");

        var result = await CliRun.AgainstAsync(stub.Url, "inspect", "a", "-u", "1");

        Assert.Equal((ExitCode.NotAllowed, ""), (result.Code, result.Output));
    }

    [Fact]
    public async Task Inspect_Watch_PrintsChangesAndRatesAndCountsWhatWasLost()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer(Base + "inspect-watch", static context => Text(
            context,
            """
            data: {"record":"tree","generation":1,"complete":true,"incomplete":[],"path":"","node":{"kind":"dir","children":[{"name":"a","node":{"kind":"u64","value":1}}]}}

            data: {"record":"changes","generation":2,"complete":true,"incomplete":[],"changes":[{"path":"a","kind":"changed","before":{"kind":"u64","value":1},"after":{"kind":"u64","value":2}}],"rates":[{"path":"a","perSecond":4,"reset":true}]}

            data: {"record":"dropped","generation":9,"dropped":5}


            """,
            "text/event-stream"));

        var two = await CliRun.AgainstAsync(stub.Url, "inspect", "-p", "1s", "-n", "2");
        var three = await CliRun.AgainstAsync(stub.Url, "inspect", "-p", "1s", "-n", "3", "-o", "ndjson");

        Assert.Equal(ExitCode.Ok, two.Code);
        Assert.Equal(["a: 1", "a: 1 -> 2", "a: 4.0/s (began anew)"], two.Lines.Where(static l => !l.StartsWith('#')));
        Assert.Equal((ExitCode.Partial, 3), (three.Code, three.Lines.Count));
    }

    [Fact]
    public async Task Diff_MissingBranch_Is4AndPagesAreOne()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer(Base + "snapshots/1/diff/now", context => Text(context, Diff(context.Request.Query["cursor"] == "b"), "application/json"));

        var result = await CliRun.AgainstAsync(stub.Url, "diff", "1");

        Assert.Equal(ExitCode.Partial, result.Code);
        Assert.Equal(3, result.Lines.Count);
        Assert.Equal("changed  p0    1       2", result.Lines[1]);
        Assert.Contains("incomplete: vps/1: deadline", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_FollowWithAGap_Is4AndGoesOn()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer("/api/v1/events", static context => Text(
            context,
            "id: 7\ndata: {\"seq\":7,\"time\":\"2026-01-01T00:00:00Z\",\"monotonicNs\":1,\"kind\":\"dropped\",\"count\":3}\n\n"
            + "id: 8\ndata: {\"seq\":8,\"time\":\"2026-01-01T00:00:01Z\",\"monotonicNs\":2,\"kind\":\"post\",\"connection\":\"0x3000\",\"status\":\"success\"}\n\n",
            "text/event-stream"));

        var result = await CliRun.AgainstAsync(stub.Url, "events", "--follow", "-n", "2", "kind:post,dropped", "-o", "csv");

        Assert.Equal((ExitCode.Partial, 3), (result.Code, result.Lines.Count));
        Assert.StartsWith("seq,time,", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("8,2026-01-01T00:00:01Z,2,,post,", result.Lines[2], StringComparison.Ordinal);
        Assert.Contains("/api/v1/events?filter=kind%3Apost%2Cdropped", stub.Requests);
    }

    [Fact]
    public async Task Replay_Difference_Is4WithItsNumber()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer(Base + "recordings/r1/replay", """
            {"dialect":"tlfs","complete":true,"records":2,"replayed":2,"matched":1,"skipped":{},"dropped":0,"differencesTotal":1,
             "differences":[{"seq":42,"kind":"post","connection":"0x3000","vp":0,"vtl":0,"expected":"success","actual":"invalid_port_id","reason":"kind"}]}
            """);

        var table = await CliRun.AgainstAsync(stub.Url, "replay", "r1");
        var json = await CliRun.AgainstAsync(stub.Url, "replay", "r1", "-o", "json");

        Assert.Equal(ExitCode.Partial, table.Code);
        Assert.StartsWith(" 42  post", table.Lines[1], StringComparison.Ordinal);
        Assert.Contains("1 alike, 1 different", table.Errors, StringComparison.Ordinal);
        Assert.Single(json.Lines);
    }

    [Fact]
    public async Task Replay_FileThatIsNoRecording_Is2WithoutADaemon()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "{}\n", TestContext.Current.CancellationToken);

            var result = await CliRun.AgainstAsync(new Uri("http://127.0.0.1:1"), "replay", file);

            Assert.Equal((ExitCode.WrongUsage, ""), (result.Code, result.Output));
            Assert.Contains(file, result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Record_StartStopGetReplay_IsAlikeHereAndThere()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        var started = await CliRun.AsOperatorAsync(daemon.Url, "record", "start", "-o", "json");
        var id = (string)JsonNode.Parse(started.Output)!["id"]!;
        using var posted = await daemon.PostAsync(TestDaemon.Ports + "/0x3000/messages", new { text = "hello" });
        var stopped = await CliRun.AsOperatorAsync(daemon.Url, "record", "stop", id);
        var file = Path.Combine(daemon.Folder, "recording");

        var got = await CliRun.AsOperatorAsync(daemon.Url, "record", "get", id, "--file", file);
        var there = await CliRun.AsOperatorAsync(daemon.Url, "replay", id, "-o", "json");
        var here = await CliRun.AgainstAsync(new Uri("http://127.0.0.1:1"), "replay", file, "-o", "json");

        Assert.Equal((0, 0, 0, 0), (started.Code, stopped.Code, got.Code, there.Code));
        Assert.Equal(there, here);
    }

    [Fact]
    public async Task Record_WithoutToken_Is6()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, "record", "start");

        Assert.Equal((ExitCode.NotAllowed, ""), (result.Code, result.Output));
    }

    private static Task Text(Microsoft.AspNetCore.Http.HttpContext context, string text, string type)
    {
        context.Response.ContentType = type;
        return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, text, context.RequestAborted);
    }

    private static string Tree(string leaf, bool complete) =>
        $$$"""
        {"schemaVersion":1,"path":"vps","complete":{{{(complete ? "true" : "false")}}},"incomplete":[],"asOf":"2026-01-01T00:00:00Z",
         "node":{"kind":"dir","children":[{"name":"0","node":{{{leaf}}}}]}}
        """;

    private static string Diff(bool second) =>
        $$$"""
        {"before":"1","after":"now","beforeTakenAt":"2026-01-01T00:00:00Z","afterTakenAt":"2026-01-01T00:00:00Z","complete":false,
         "incomplete":[{"path":"vps/1","reason":"deadline"}],"next":{{{(second ? "null" : "\"b\"")}}},"total":2,
         "items":[{"path":"p{{{(second ? 1 : 0)}}}","kind":"changed","before":{"kind":"u64","value":1},"after":{"kind":"u64","value":2}}]}
        """;
}
