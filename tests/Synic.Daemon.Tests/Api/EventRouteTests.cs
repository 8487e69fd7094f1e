using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Synic.Daemon.Api;
using Synic.Daemon.Partitions;
using Synic.History;

namespace Synic.Daemon.Tests.Api;

public sealed class EventRouteTests
{
    private const string Events = "/api/v1/events";
    private const string OfPartition = TestDaemon.Partition + "/events";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?filter=knd:post", "invalid_filter")]
    [InlineData("?filter=kind:postt", "invalid_filter")]
    [InlineData("?filter=conn:0x2..0x1", "invalid_filter")]
    [InlineData("?filter=%22", "invalid_filter")]
    [InlineData("?after=-1", "invalid_request")]
    [InlineData("?after=now", "invalid_request")]
    [InlineData("?after=99999999999999999999", "invalid_request")]
    [InlineData("?limit=0", "invalid_request")]
    [InlineData("?limit=1001", "invalid_request")]
    [InlineData("?kind=post", "invalid_request")]
    [InlineData("?cursor=abc", "invalid_cursor")]
    public async Task List_BadQuery_IsNamed(string query, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();
        foreach (var path in (string[])[Events, OfPartition, TestDaemon.Ports + "/0x10/history"])
        {
            using var response = await daemon.Viewer.GetAsync(path + query, Cancellation);
            await response.AssertProblemAsync(400, code);
        }
    }

    [Fact]
    public async Task List_CursorOfAnotherFilter_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await PostAsync(daemon, "0x10", "a", "b", "c");
        var page = await daemon.GetAsync(OfPartition + "?limit=1");

        using var response = await daemon.Viewer.GetAsync(Events + $"?limit=1&cursor={page["next"]}", Cancellation);

        await response.AssertProblemAsync(400, "invalid_cursor");
    }

    [Fact]
    public async Task List_Pages_LeadBackToTheFirst()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await PostAsync(daemon, "0x10", "a", "b", "c", "d", "e");

        var first = await daemon.GetAsync(OfPartition + "?limit=2&filter=kind:post");
        var second = await daemon.GetAsync(OfPartition + $"?limit=2&filter=kind:post&cursor={first["next"]}");
        var third = await daemon.GetAsync(OfPartition + $"?limit=2&filter=kind:post&cursor={second["next"]}");

        Assert.Equal([1, 2, 2], new[] { third, second, first }.Select(static p => p["items"]!.AsArray().Count));
        var numbers = new[] { third, second, first }.SelectMany(Numbers).ToList();
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal((5, null), ((int)first["total"]!, third["next"]));
    }

    [Fact]
    public async Task List_After_GoesForward()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await PostAsync(daemon, "0x10", "a", "b", "c");
        var all = Numbers(await daemon.GetAsync(OfPartition + "?filter=kind:post"));

        var first = await daemon.GetAsync(OfPartition + $"?after={all[0]}&limit=1&filter=kind:post");
        var second = await daemon.GetAsync(OfPartition + $"?after={all[0]}&limit=1&filter=kind:post&cursor={first["next"]}");

        Assert.Equal([all[1], all[2]], [.. Numbers(first), .. Numbers(second)]);
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Post_ToNobody_IsThereWithReasonAndWithoutBytesForViewers()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await PostAsync(daemon, "0x2001", "secret");

        var seen = Assert.Single((await daemon.GetAsync(TestDaemon.Ports + "/0x2001/history"))["items"]!.AsArray())!;
        var read = JsonNode.Parse(await daemon.Operator.GetStringAsync(TestDaemon.Ports + "/8193/history", Cancellation))!["items"]![0]!;

        Assert.Equal(("post", "0x2001", "invalid_connection_id", "no_port"), (
            (string?)seen["kind"], (string?)seen["connection"], (string?)seen["status"], (string?)seen["reason"]));
        Assert.Equal((6, null, "demo"), ((int)seen["size"]!, seen["payload"], (string?)seen["partition"]));
        Assert.Null(seen["vp"]);
        Assert.Equal(Convert.ToBase64String("secret"u8), (string?)read["payload"]);
        Assert.Equal((string?)seen["payloadHash"], (string?)read["payloadHash"]);
    }

    [Fact]
    public async Task Post_OfVmBus_IsNamed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var contact = await daemon.PostAsync(
            TestDaemon.Ports + "/4/messages", new { messageType = 1, payload = Convert.ToBase64String([14, 0, 0, 0, .. new byte[36]]) });
        using var another = await daemon.PostAsync(
            TestDaemon.Ports + "/5/messages", new { messageType = 1, payload = Convert.ToBase64String([14, 0, 0, 0, .. new byte[36]]) });

        var page = await daemon.GetAsync(OfPartition + "?filter=vmbus:INITIATE*");

        Assert.Equal("0x4", (string?)Assert.Single(page["items"]!.AsArray())!["connection"]);
    }

    [Fact]
    public async Task Ports_ComeAndGo_AreThere()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");
        using var again = await daemon.PostAsync(TestDaemon.Ports, new { connection = "0x10", handler = "sink" });
        using var gone = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/0x10", Cancellation);

        var items = (await daemon.GetAsync(OfPartition + "?filter=kind:port.*"))["items"]!.AsArray();

        Assert.Equal(["port.added", "port.refused", "port.removed"], items.Select(static i => (string?)i!["kind"]));
        Assert.Equal(("message", 0, "api"), ((string?)items[0]!["portKind"], (int)items[0]!["minimumVtl"]!, (string?)items[0]!["owner"]));
        Assert.Equal("in_use", (string?)items[1]!["reason"]);
        Assert.Equal((long)items[0]!["portGeneration"]!, (long)items[2]!["portGeneration"]!);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/x-ndjson")]
    public async Task Stream_FromNow_HasHeadersAtOnceAndThenWhatHappens(string type)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await PostAsync(daemon, "0x10", "before");
        using var response = await OpenAsync(daemon, Events + "?filter=kind:post", type); // would wait forever for headers
        await PostAsync(daemon, "0x11", "after");

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var record = await NextAsync(reader);

        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("0x11", (string?)record["connection"]);
    }

    [Fact]
    public async Task Stream_LastEventId_GoesOnBehindIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await PostAsync(daemon, "0x10", "a", "b");
        var first = Numbers(await daemon.GetAsync(OfPartition + "?filter=kind:post"))[0];

        using var response = await OpenAsync(daemon, OfPartition + "?filter=kind:post&after=0", "text/event-stream", first.ToString(CultureInfo.InvariantCulture));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        var id = await reader.ReadLineAsync(Cancellation);
        var record = await NextAsync(reader);

        Assert.Equal($"id: {record["seq"]}", id);
        Assert.Equal(first + 1, (long)record["seq"]!);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task Stream_BadLastEventId_IsNamed(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var response = await OpenAsync(daemon, Events, "text/event-stream", id);
        Assert.NotNull((await response.AssertProblemAsync(400, "invalid_request"))["errors"]!["Last-Event-ID"]);
    }

    [Fact]
    public async Task Stream_NumberOfAnotherRun_SaysSoAndBeginsAnew()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var response = await OpenAsync(daemon, Events, "application/x-ndjson", "123456789");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        var told = await NextAsync(reader);
        var first = await NextAsync(reader);

        Assert.Equal(("dropped", "other_run", null), ((string?)told["kind"], (string?)told["reason"], told["count"]));
        Assert.Equal(("backend.state", "running", 1L), ((string?)first["kind"], (string?)first["status"], (long)first["seq"]!));
    }

    [Fact]
    public async Task Stream_ResumedFromWhatIsGone_SaysHowMuch()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Flood(daemon, EventHistory.Capacity + 1000);
        using var response = await OpenAsync(daemon, Events + "?filter=-kind:signal", "application/x-ndjson", "5");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        var told = await NextAsync(reader);

        // The first record is the backend's start; 5 were seen.
        Assert.Equal(("dropped", "overwritten", 1001 - 5L), ((string?)told["kind"], (string?)told["reason"], (long)told["count"]!));
        Assert.Equal(1001, (long)told["seq"]!);
    }

    [Fact]
    public async Task Stream_TooMany_AreRefusedAndMeasured()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < StreamLimits.MaxPerCaller; i++)
        {
            open.Add(await OpenAsync(daemon, Events, "application/x-ndjson"));
        }

        using var response = await OpenAsync(daemon, Events, "application/x-ndjson");

        await response.AssertProblemAsync(429, "too_many_streams");
        var metrics = await daemon.Viewer.GetStringAsync("/metrics", Cancellation);
        Assert.Contains(metrics.Split('\n'), static l => l.StartsWith("synic_event_stream_subscribers", StringComparison.Ordinal) && l.Contains(" 32", StringComparison.Ordinal));
        open.ForEach(static r => r.Dispose());
    }

    internal static void Flood(TestDaemon daemon, int signals)
    {
        for (var i = 0; i < signals; i++)
        {
            daemon.Host.Signal(default, new Hv.ConnectionId(0x99), 0);
            if (i % 200 == 0)
            {
                daemon.Services.GetService<EventHub>()!.Collect();
            }
        }

        daemon.Services.GetService<EventHub>()!.Collect();
    }

    private static async Task PostAsync(TestDaemon daemon, string connection, params string[] texts)
    {
        foreach (var text in texts)
        {
            using var response = await daemon.PostAsync($"{TestDaemon.Ports}/{connection}/messages", new { text });
            response.EnsureSuccessStatusCode();
        }
    }

    private static async Task<HttpResponseMessage> OpenAsync(TestDaemon daemon, string path, string type, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(type);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await daemon.Viewer.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task<JsonObject> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start)
            {
                return JsonNode.Parse(line[start..])!.AsObject();
            }
        }

        throw new EndOfStreamException();
    }

    private static List<long> Numbers(JsonObject page) => [.. page["items"]!.AsArray().Select(static i => (long)i!["seq"]!)];
}
