using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Tests.Api;

public sealed class RecordingRouteTests
{
    private const string Recordings = TestDaemon.Partition + "/recordings";
    private const string Replays = "/api/v1/replays";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"maxRecords":0}""", "maxRecords")]
    [InlineData("""{"maxRecords":65537}""", "maxRecords")]
    [InlineData("""{"payload":"yes"}""", "payload")]
    [InlineData("""{"forever":true}""", "forever")]
    public async Task Start_BadBody_IsRefusedAndNamesTheField(string body, string field)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Operator.PostAsync(Recordings, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

        Assert.NotNull((await response.AssertProblemAsync(400, "invalid_request"))["errors"]![field]);
        Assert.Equal(0, (int)(await daemon.GetAsync(Recordings))["total"]!);
    }

    [Fact]
    public async Task Changes_WithoutToken_AreRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await StartAsync(daemon, new { });

        foreach (var path in (string[])["", "/r1/stop", "/r1/replay"])
        {
            using var response = await daemon.Viewer.PostAsync(Recordings + path, null, Cancellation);
            await response.AssertProblemAsync(401, "not_authenticated");
        }

        using var replay = await daemon.Viewer.PostAsync(Replays, Lines("x"), Cancellation);
        await replay.AssertProblemAsync(401, "not_authenticated");
    }

    [Fact]
    public async Task Record_CallsWithPorts_ReplaysAsRecorded()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:Dialect", "tlfs"));
        await daemon.AddPortAsync("0x10", "sink");
        await daemon.AddPortAsync("0x11", "full");
        await PostAsync(daemon, "0x10", "before");
        await StartAsync(daemon, new { name = "all sorts", payload = true });
        await PostAsync(daemon, "0x10", "secret");
        await PostAsync(daemon, "0x11", "full");
        await PostAsync(daemon, "0x12", "nobody");
        await daemon.AddPortAsync("0x12", "counter");
        await PostAsync(daemon, "0x12", "wrong kind");
        await PostAsync(daemon, "0x10", new string('x', 241));
        using var stopped = await daemon.PostAsync(Recordings + "/r1/stop", new { });

        var content = await daemon.Operator.GetStringAsync(Recordings + "/r1/content", Cancellation);
        using var own = await daemon.PostAsync(Recordings + "/r1/replay", new { });
        using var sent = await daemon.Operator.PostAsync(Replays, Lines(content), Cancellation);

        Assert.Equal(("stopped", 6, "all sorts"), Three(await stopped.ReadAsync()));
        Assert.DoesNotContain("before", content, StringComparison.Ordinal);
        var report = await sent.ReadAsync();
        Assert.Equal((await own.ReadAsync()).ToJsonString(), report.ToJsonString());
        Assert.Equal((true, 6, 5, 5, 0, "tlfs"), (
            (bool)report["complete"]!, (int)report["records"]!, (int)report["replayed"]!, (int)report["matched"]!,
            report["differences"]!.AsArray().Count, (string?)report["dialect"]));
    }

    [Fact]
    public async Task Replay_AnotherDialect_ListsTheDifferenceByNumber()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "counter");
        await StartAsync(daemon, new { });
        await PostAsync(daemon, "0x10", "wrong kind");

        using var response = await daemon.PostAsync(Recordings + "/r1/replay?dialect=tlfs", new { });
        using var unknown = await daemon.PostAsync(Recordings + "/r1/replay?dialect=xen", new { });

        var report = await response.ReadAsync();
        var difference = Assert.Single(report["differences"]!.AsArray())!;
        Assert.Equal(("invalid_connection_id", "invalid_port_id", "recorded: wrong_kind; replayed: wrong_kind"), (
            (string?)difference["expected"], (string?)difference["actual"], (string?)difference["reason"]));
        Assert.False((bool)report["complete"]!); // it still records
        await unknown.AssertProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Content_ForViewers_HasNoPayloadBytes()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await StartAsync(daemon, new { payload = true });
        await PostAsync(daemon, "0x10", "secret");

        var viewer = await LinesAsync(daemon.Viewer);
        var reader = await LinesAsync(daemon.Operator);

        Assert.Equal((false, true), ((bool)viewer[0]["payload"]!, (bool)reader[0]["payload"]!));
        Assert.Null(viewer[1]["payload"]);
        Assert.Equal((string?)reader[1]["payloadHash"], (string?)viewer[1]["payloadHash"]);
        Assert.Equal(Convert.ToBase64String("secret"u8), (string?)reader[1]["payload"]);
    }

    [Fact]
    public async Task Record_WithoutPayload_KeepsNone()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await StartAsync(daemon, new { });
        await PostAsync(daemon, "0x10", "secret");

        Assert.Null((await LinesAsync(daemon.Operator))[1]["payload"]);
    }

    [Fact]
    public async Task Record_ToItsLimit_EndsAndSaysSo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await StartAsync(daemon, new { maxRecords = 2 });
        for (var i = 0; i < 4; i++)
        {
            await PostAsync(daemon, "0x10", "x");
        }

        var lines = await LinesAsync(daemon.Viewer);
        using var stopped = await daemon.PostAsync(Recordings + "/r1/stop", new { });

        Assert.Equal(["header", "post", "post", "end"], lines.Select(static l => (string?)l["kind"]));
        Assert.Equal(("full", 2, null), Three(await stopped.ReadAsync()));
    }

    [Fact]
    public async Task Record_RingOverrun_IsAnnouncedInIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await StartAsync(daemon, new { });
        for (var i = 0; i < 5000; i++)
        {
            // A rented context's ring has 512 places; the collector may or may not come in time.
            daemon.Host.Signal(default, new Hv.ConnectionId(0x99), 0);
        }

        var lines = await LinesAsync(daemon.Viewer);
        var summary = await daemon.GetAsync(Recordings + "/r1");

        var missing = lines.Where(static l => (string?)l["kind"] == "dropped").Sum(static l => (long)l["count"]!);
        Assert.Equal(5000, missing + lines.Count(static l => (string?)l["kind"] == "signal"));
        Assert.Equal(missing, (long)summary["dropped"]!);
    }

    [Fact]
    public async Task Recordings_AsManyAsMayBe_AreRefusedUntilOneIsDeleted()
    {
        await using var daemon = await TestDaemon.StartAsync();
        for (var i = 0; i < RecordingStore.MaxRecordings; i++)
        {
            await StartAsync(daemon, new { });
        }

        using var refused = await daemon.PostAsync(Recordings, new { });
        using var deleted = await daemon.Operator.DeleteAsync(Recordings + "/r3", Cancellation);
        using var gone = await daemon.Viewer.GetAsync(Recordings + "/r3", Cancellation);
        using var again = await daemon.PostAsync(Recordings, new { });

        await refused.AssertProblemAsync(409, "too_many_recordings");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await gone.AssertProblemAsync(404, "recording_not_found");
        Assert.Equal("r9", (string?)(await again.ReadAsync())["id"]);
    }

    [Fact]
    public async Task ReplayBody_BadLine_IsNamed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        const string Header = """{"kind":"header","schemaVersion":1,"dialect":"openvmm","ports":[]}""";

        using var response = await daemon.Operator.PostAsync(Replays, Lines(Header + "\n{\"kind\":\"post\",\n"), Cancellation);

        var problem = await response.AssertProblemAsync(422, "invalid_recording");
        Assert.NotNull(problem["errors"]!["line 2"]);
    }

    [Theory]
    [InlineData("application/json", 415, "unsupported_media_type")]
    [InlineData("application/x-ndjson", 413, "too_large")]
    public async Task ReplayBody_OfAnotherTypeOrTooLarge_IsRefused(string type, int status, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Replays)
        {
            Content = new StringContent("{\"kind\":\"header\",\"x\":\"" + new string('x', 1 << 20) + "\"}", Encoding.UTF8, type),
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await daemon.Operator.SendAsync(request, Cancellation);

        await response.AssertProblemAsync(status, code);
    }

    private static (string? State, int Records, string? Name) Three(JsonObject summary) =>
        ((string?)summary["state"], (int)summary["records"]!, (string?)summary["name"]);

    private static async Task StartAsync(TestDaemon daemon, object request)
    {
        using var response = await daemon.PostAsync(Recordings, request);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static async Task PostAsync(TestDaemon daemon, string connection, string text)
    {
        using var response = await daemon.PostAsync($"{TestDaemon.Ports}/{connection}/messages", new { text });
        response.EnsureSuccessStatusCode();
    }

    private static async Task<List<JsonObject>> LinesAsync(HttpClient client)
    {
        var text = await client.GetStringAsync(Recordings + "/r1/content", Cancellation);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonNode.Parse(l)!.AsObject())];
    }

    private static StringContent Lines(string text) => new(text, Encoding.UTF8, "application/x-ndjson");
}
