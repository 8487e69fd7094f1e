using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Synic.Contracts;
using Synic.Daemon.Api;
using Synic.Daemon.Inspection;
using Synic.Inspection;
using static Synic.Daemon.Tests.Inspection.TreeExtensions;

namespace Synic.Daemon.Tests.Inspection;

public sealed class WatchRouteTests
{
    private const string Watch = TestDaemon.Partition + "/inspect-watch";
    private const string Fast = "?periodMs=250";
    private const string Events = "text/event-stream";
    private const string Lines = "application/x-ndjson";

    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private ulong _value = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("?periodMs=249", 400, "invalid_request")]
    [InlineData("?periodMs=60001", 400, "invalid_request")]
    [InlineData("?periodMs=fast", 400, "invalid_request")]
    [InlineData("?depth=-1", 400, "invalid_request")]
    [InlineData("?depth=4097", 400, "invalid_request")]
    [InlineData("?sensitivity=", 400, "invalid_request")]
    [InlineData("?timeoutMs=5", 400, "invalid_request")]
    [InlineData("/%01", 400, "invalid_path")]
    [InlineData("/nothing", 404, "path_not_found")]
    public async Task Watch_WhatCannotBeWatched_IsAProblemAndNoStream(string what, int status, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await OpenAsync(daemon.Viewer, what, Events);

        await response.AssertProblemAsync(status, code);
    }

    [Fact]
    public async Task Watch_Changes_FollowTheTree()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Counting);
        using var response = await OpenAsync(daemon.Viewer, "/test" + Fast, Events);
        using var reader = await ReaderAsync(response);

        var tree = await NextEventAsync(reader);
        Volatile.Write(ref _value, 5);
        var changes = await NextEventAsync(reader);

        Assert.Equal(("tree", 1, "test", null), (tree.Record, tree.Generation, tree.Path, tree.Restarted));
        Assert.Equal(("changes", 2, true), (changes.Record, changes.Generation, changes.Complete));
        var change = Assert.Single(changes.Changes!);
        Assert.Equal(("test/calls", "changed", 100, 5), (change.Path, change.Kind, change.Before!.Value!.Value.GetInt32(), change.After!.Value!.Value.GetInt32()));
        var rate = Assert.Single(changes.Rates!);
        Assert.True(rate is { Path: "test/calls", Reset: true, PerSecond: > 0 }, rate.ToString());
    }

    [Fact]
    public async Task Watch_AsLines_IsARecordALine()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Counting);
        using var response = await OpenAsync(daemon.Viewer, "/test" + Fast, Lines);
        using var reader = await ReaderAsync(response);

        var tree = JsonNode.Parse((await reader.ReadLineAsync(Cancellation))!)!;
        Volatile.Write(ref _value, 101);
        var changes = JsonNode.Parse((await reader.ReadLineAsync(Cancellation))!)!;

        Assert.Equal(Lines, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("tree", "changes"), ((string?)tree["record"], (string?)changes["record"]));
    }

    [Fact]
    public async Task Watch_Resumed_IsAllOfTheTreeAgain()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Counting);
        using var response = await OpenAsync(daemon.Viewer, "/test" + Fast, Events, lastEventId: "nonsense, not a number");
        using var reader = await ReaderAsync(response);

        var tree = await NextEventAsync(reader);

        Assert.Equal(("tree", "resumed"), (tree.Record, tree.Restarted));
    }

    [Fact]
    public async Task Watch_StuckBranchLetGo_SendsTheTreeAgain()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var stuck = daemon.Grow(new StuckBranch());
        using var response = await OpenAsync(daemon.Viewer, "?periodMs=250&depth=1&sensitivity=safe", Events);
        using var reader = await ReaderAsync(response);
        var first = await NextEventAsync(reader);

        stuck.LetGo();
        InspectWatchRecord next;
        do
        {
            next = await NextEventAsync(reader);
        }
        while (next.Record == "changes"); // of the process

        Assert.Equal((false, "deadline"), (first.Complete, Assert.Single(first.Incomplete!).Reason));
        Assert.Equal(("tree", "recovered", true), (next.Record, next.Restarted, next.Complete));
    }

    [Fact]
    public async Task Watch_NamesWithLineBreaks_DoNotLeaveTheirEvent()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node => node.Field("a\n\ndata: b", "c\r\nid: 7", InspectTraits.Safe));
        using var response = await OpenAsync(daemon.Viewer, "/test", Events);
        using var reader = await ReaderAsync(response);

        var tree = await NextEventAsync(reader);

        Assert.Equal(("a\n\ndata: b", "c\r\nid: 7"), (tree.Node!.Children![0].Name, tree.Node.Children[0].Node.Value!.Value.GetString()));
    }

    [Fact]
    public async Task Watch_TwoAlike_ShareOneSamplerThatEndsWithThem()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Counting);
        var one = await OpenAsync(daemon.Viewer, "/test" + Fast, Events);
        var other = await OpenAsync(daemon.Operator, "/test/" + Fast, Lines);
        using var different = await OpenAsync(daemon.Viewer, "/test?periodMs=60000", Events);
        await WatchesAsync(daemon, watchers: 3, samplers: 2);

        one.Dispose();
        other.Dispose();

        await WatchesAsync(daemon, watchers: 1, samplers: 1);
    }

    [Fact]
    public async Task Watch_OneCallersStreamsUsedUp_DoNotHinderAnother()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < StreamLimits.MaxPerCaller; i++)
        {
            open.Add(await OpenAsync(daemon.Viewer, "", Events));
        }

        using var refused = await OpenAsync(daemon.Viewer, "", Events);
        using var another = await OpenAsync(daemon.Operator, "", Events);

        await refused.AssertProblemAsync(429, "too_many_streams");
        Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        open.ForEach(static r => r.Dispose());
    }

    [Fact]
    public async Task Watch_DaemonStops_Ends()
    {
        var daemon = await TestDaemon.StartAsync();
        using var response = await OpenAsync(daemon.Viewer, "/process/version", Events);
        var rest = response.Content.ReadAsStringAsync(Cancellation);

        await daemon.DisposeAsync();

        Assert.DoesNotContain("event: changes", await rest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, ": still here\n\n")]
    [InlineData(true, "{\"record\":\"heartbeat\",\"generation\":0}\n")]
    public async Task Watch_NothingNew_BeatsEvery15Seconds(bool lines, string beat)
    {
        await using var daemon = await TestDaemon.StartAsync();
        var time = new FakeTimeProvider();
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(time).AddSingleton<StreamLimits>()
            .AddSingleton(daemon.Services.GetRequiredService<IHostApplicationLifetime>()).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        using var body = new MemoryStream();
        context.Response.Body = body;
        var left = 0;
        var watcher = new InspectWatcher(null, static () => { }, _ => left++);
        var running = new WatchStream(() => watcher, lines).ExecuteAsync(context);

        while (body.Length == 0)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        watcher.End();
        await running;
        Assert.StartsWith(beat, Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        Assert.Equal(1, left);
    }

    private void Counting(InspectResponse node) => node.Field("calls", Volatile.Read(ref _value), InspectTraits.SafeCounter);

    private static async Task WatchesAsync(TestDaemon daemon, int watchers, int samplers)
    {
        (int?, int?) now;
        do
        {
            var answer = await daemon.GetAsync($"{Tree}/process/streams/watches?format=plain");
            now = ((int?)answer["node"]!["watchers"], (int?)answer["node"]!["samplers"]);
        }
        while (now != (watchers, samplers)); // the test's time limit is the limit
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient client, string what, string accept, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Watch + what) { Headers = { { "Accept", accept } } };
        if (lastEventId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task<StreamReader> ReaderAsync(HttpResponseMessage response) =>
        new(await response.Content.ReadAsStreamAsync(Cancellation));

    private static async Task<InspectWatchRecord> NextEventAsync(StreamReader reader)
    {
        var name = await reader.ReadLineAsync(Cancellation);
        var id = await reader.ReadLineAsync(Cancellation);
        var data = await reader.ReadLineAsync(Cancellation);
        Assert.Equal("", await reader.ReadLineAsync(Cancellation));
        var record = JsonSerializer.Deserialize<InspectWatchRecord>(data!["data: ".Length..], s_strict)!;
        Assert.Equal(($"event: {record.Record}", $"id: {record.Generation}"), (name, id));
        return record;
    }
}
