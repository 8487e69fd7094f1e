using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Synic.Daemon.Tests.Api;

/// <summary>Fault rules through the API, from the first draft to what the guest sees.</summary>
public sealed class FaultRouteTests
{
    private const string Faults = TestDaemon.Partition + "/faults";
    private const string KillSwitch = "/api/v1/fault-kill-switch";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rule_ArmedTwice_RefusesTwoPostsAndThenNone()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");
        using var created = await daemon.PostAsync(Faults, Full("full", times: 2));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(Faults + "/full", created.Headers.Location?.OriginalString);

        JsonObject[] posts = [await PostAsync(daemon), await PostAsync(daemon), await PostAsync(daemon)];

        Assert.Equal(["insufficient_buffers", "insufficient_buffers", "success"], posts.Select(static p => (string?)p["hvStatus"]!["name"]));
        Assert.Equal(["full", "full", null], posts.Select(static p => (string?)p["injectedBy"]));
        var rule = await daemon.GetAsync(Faults + "/full");
        Assert.Equal(("exhausted", 2), ((string?)rule["state"], (int)rule["hits"]!));
        var decisions = (await daemon.GetAsync(Faults + "/full/decisions"))["items"]!.AsArray();
        Assert.Equal([(1, "injected"), (2, "injected")], decisions.Select(static d => ((int)d!["number"]!, (string?)d["outcome"])));
    }

    [Fact]
    public async Task Decisions_Paged_AreAllThereOnce()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full"));
        for (var i = 0; i < 5; i++)
        {
            await PostAsync(daemon);
        }

        var first = await daemon.GetAsync(Faults + "/full/decisions?limit=3");
        var second = await daemon.GetAsync($"{Faults}/full/decisions?limit=3&cursor={first["next"]}");

        Assert.Equal([1, 2, 3, 4, 5], first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(static d => (int)d!["number"]!));
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Events_OfInjectedCalls_NameTheRule()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full", times: 1));
        await PostAsync(daemon);
        await PostAsync(daemon);

        var events = (await daemon.GetAsync("/api/v1/events?filter=injected:full%20kind:post"))["items"]!.AsArray();

        Assert.Equal(["full"], events.Select(static e => (string?)e!["injectedBy"]));
    }

    [Fact]
    public async Task Put_Twice_NeedsTheVersionAndSendsANewOne()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var first = await SendAsync(daemon, HttpMethod.Put, Faults + "/full", null, Full("full"));
        using var blind = await SendAsync(daemon, HttpMethod.Put, Faults + "/full", null, Full("full"));
        using var stale = await SendAsync(daemon, HttpMethod.Put, Faults + "/full", "\"0\"", Full("full"));
        using var second = await SendAsync(daemon, HttpMethod.Put, Faults + "/full", $"{first.Headers.ETag}", Full("full"));

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await blind.AssertProblemAsync(428, "version_required");
        await stale.AssertProblemAsync(412, "stale_version");
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.False(second.Headers.ETag!.IsWeak);
        Assert.NotEqual(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task Put_OtherIdThanThePath_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await SendAsync(daemon, HttpMethod.Put, Faults + "/this", null, Full("that"));

        Assert.NotNull((await response.AssertProblemAsync(422, "invalid_fault"))["errors"]!["id"]);
    }

    [Fact]
    public async Task Patch_OneMember_KeepsTheOthersAndTheSeed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full", times: 2));
        var before = (await created.ReadAsync())["rule"]!;

        using var response = await SendAsync(
            daemon, HttpMethod.Patch, Faults + "/full", $"{created.Headers.ETag}", new { trigger = new { times = 7 }, name = "seven" });

        var after = await response.ReadAsync();
        Assert.Equal("armed", (string?)after["state"]);
        Assert.Equal((7, "seven"), ((int)after["rule"]!["trigger"]!["times"]!, (string?)after["rule"]!["name"]));
        Assert.Equal((string?)before["seed"], (string?)after["rule"]!["seed"]);
        Assert.Equal(before["match"]!.ToJsonString(), after["rule"]!["match"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"id":"other"}""", 422, "invalid_fault")]
    [InlineData("""{"action":{"kind":"nonsense"}}""", 422, "invalid_fault")]
    [InlineData("""{"match":null}""", 422, "invalid_fault")]
    [InlineData("""{"nobody":1}""", 400, "invalid_request")]
    [InlineData("""{"trigger":{"nobody":1}}""", 400, "invalid_request")]
    [InlineData("""{"ttlSeconds":"long"}""", 400, "invalid_request")]
    [InlineData("[]", 400, "invalid_request")]
    [InlineData("null", 400, "invalid_request")]
    [InlineData("{", 400, "invalid_request")]
    [InlineData("""{"name":"a","name":"b"}""", 400, "invalid_request")]
    public async Task Patch_BadBody_ChangesNothing(string body, int status, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full"));
        using var request = new HttpRequestMessage(HttpMethod.Patch, Faults + "/full") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("If-Match", "*");

        using var response = await daemon.Operator.SendAsync(request, Cancellation);

        await response.AssertProblemAsync(status, code);
        Assert.Equal((string?)(await created.ReadAsync())["version"], (string?)(await daemon.GetAsync(Faults + "/full"))["version"]);
    }

    [Fact]
    public async Task Delete_ArmedRule_EndsIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full"));
        using var blind = await SendAsync(daemon, HttpMethod.Delete, Faults + "/full", null, null);
        using var deleted = await SendAsync(daemon, HttpMethod.Delete, Faults + "/full", "*", null);

        await blind.AssertProblemAsync(428, "version_required");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Null((string?)(await PostAsync(daemon))["injectedBy"]);
        Assert.Empty((await daemon.GetAsync(Faults))["items"]!.AsArray());
    }

    [Fact]
    public async Task Life_DraftArmPauseResetRenew_IsShown()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, new
        {
            id = "full", match = new { connections = new[] { 0x10 } }, action = new { kind = "busy" }, leaseSeconds = 60,
        });
        Assert.Equal("draft", (string?)(await created.ReadAsync())["state"]);

        using var bare = await daemon.PostAsync(Faults + "/full/arm", new { });
        await bare.AssertProblemAsync(422, "invalid_fault"); // no reason
        using var armed = await daemon.PostAsync(Faults + "/full/arm", new { reason = "a test" });
        await PostAsync(daemon);
        using var renewed = await daemon.PostAsync(Faults + "/full/renew", new { });
        using var paused = await daemon.PostAsync(Faults + "/full/pause", new { });
        using var reset = await daemon.PostAsync(Faults + "/full/reset-counters", new { });

        using var stopped = await daemon.PostAsync(Faults + "/full/stop", new { });
        using var again = await daemon.PostAsync(Faults + "/full/pause", new { });

        Assert.Equal(["armed", "armed", "paused", "paused", "stopped"], await StatesAsync(armed, renewed, paused, reset, stopped));
        await again.AssertProblemAsync(409, "fault_state");
        Assert.Equal(1, (int)(await paused.ReadAsync())["matches"]!);
        Assert.Equal(0, (int)(await reset.ReadAsync())["matches"]!);
    }

    [Theory]
    [InlineData("""{"action":{"kind":"drop"}}""", "match")]
    [InlineData("""{"match":{"matchAll":true},"action":{"kind":"busy"},"seed":"x"}""", "seed")]
    [InlineData("""{"match":{"connections":["0x1..0"]},"action":{"kind":"busy"}}""", "match.connections[0]")]
    [InlineData("""{"match":{"operation":"post_message"},"action":{"kind":"status","status":"0"}}""", "action.status")]
    [InlineData("""{"match":{"operation":"post_message"},"action":{"kind":"busy"},"trigger":{"probability":2}}""", "trigger.probability")]
    [InlineData("""{"match":{"operation":"post_message"},"action":{"kind":"busy"},"arm":true}""", "reason")]
    [InlineData("""{"id":"A B","match":{"operation":"post_message"},"action":{"kind":"busy"}}""", "id")]
    public async Task Create_WrongField_IsRefusedWithItsPath(string body, string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Operator.PostAsync(Faults, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

        Assert.NotNull((await response.AssertProblemAsync(422, "invalid_fault"))["errors"]![path]);
        Assert.Empty((await daemon.GetAsync(Faults))["items"]!.AsArray());
    }

    [Fact]
    public async Task Create_Overlap_PointsToTheOther()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var first = await daemon.PostAsync(Faults, Full("first"));

        using var second = await daemon.PostAsync(Faults, Full("second"));

        Assert.Equal(Faults + "/first", (string?)(await second.AssertProblemAsync(409, "fault_conflict"))["conflictsWith"]);
    }

    [Fact]
    public async Task Create_SameKeyAgain_MakesOneRule()
    {
        await using var daemon = await TestDaemon.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Faults) { Content = JsonContent.Create(new { match = new { operation = "post_message" }, action = new { kind = "busy" } }) };
            request.Headers.Add("Idempotency-Key", "once");
            using var response = await daemon.Operator.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }

        Assert.Equal("rule-1", (string?)Assert.Single((await daemon.GetAsync(Faults))["items"]!.AsArray())!["id"]);
    }

    [Fact]
    public async Task Create_OneTooMany_IsFaultLimit()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var rules = daemon.Host.Faults!;
        for (var i = 0; i < 256; i++)
        {
            Assert.True(Synic.Faults.FaultRuleReader.TryRead(
                new() { Match = new() { Operation = "post_message" }, Action = new() { Kind = "busy" } }, $"r{i}", null, out var rule, out _));
            rules.Put(rule, arm: false);
        }

        using var response = await daemon.PostAsync(Faults, Full("full"));

        await response.AssertProblemAsync(409, "fault_limit");
    }

    [Fact]
    public async Task KillSwitch_Engaged_StopsAndRefusesUntilReleased()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full"));
        using var engaged = await daemon.Viewer.PutAsJsonAsync(KillSwitch, new { reason = "enough" }, Cancellation);
        var stopped = await daemon.GetAsync(Faults + "/full");
        var post = await PostAsync(daemon);
        using var refused = await daemon.PostAsync(Faults + "/full/arm", new { });
        using var again = await daemon.Viewer.PutAsJsonAsync(KillSwitch, new { reason = "later" }, Cancellation);
        using var byViewer = await daemon.Viewer.DeleteAsync(KillSwitch, Cancellation);
        using var released = await daemon.Operator.DeleteAsync(KillSwitch, Cancellation);

        Assert.True((bool)(await engaged.ReadAsync())["engaged"]!);
        Assert.Equal(("stopped", "kill switch: enough"), ((string?)stopped["state"], (string?)stopped["stateReason"]));
        Assert.Null((string?)post["injectedBy"]);
        await refused.AssertProblemAsync(409, "kill_switch_engaged");
        Assert.Equal("enough", (string?)(await again.ReadAsync())["reason"]);
        await byViewer.AssertProblemAsync(401, "not_authenticated");
        Assert.False((bool)(await released.ReadAsync())["engaged"]!);
        Assert.Equal("stopped", (string?)(await daemon.GetAsync(Faults + "/full"))["state"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public async Task KillSwitch_BadReason_IsRefused(string reason)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.PutAsJsonAsync(KillSwitch, new { reason }, Cancellation);

        Assert.NotNull((await response.AssertProblemAsync(400, "invalid_request"))["errors"]!["reason"]);
    }

    [Theory]
    [InlineData("GET", Faults)]
    [InlineData("POST", Faults)]
    [InlineData("GET", Faults + "/x")]
    [InlineData("PUT", Faults + "/x")]
    [InlineData("PATCH", Faults + "/x")]
    [InlineData("DELETE", Faults + "/x")]
    [InlineData("POST", Faults + "/x/arm")]
    [InlineData("POST", Faults + "/x/pause")]
    [InlineData("POST", Faults + "/x/stop")]
    [InlineData("POST", Faults + "/x/reset-counters")]
    [InlineData("POST", Faults + "/x/renew")]
    [InlineData("GET", Faults + "/x/decisions")]
    [InlineData("POST", Faults + "/preview")]
    [InlineData("GET", KillSwitch)]
    [InlineData("PUT", KillSwitch)]
    [InlineData("DELETE", KillSwitch)]
    public async Task EveryRoute_WithoutLab_IsInjectionDisabled(string method, string path)
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));
        using var response = await SendAsync(daemon, new HttpMethod(method), path, "*", method is "GET" or "DELETE" ? null : new { reason = "x" });

        await response.AssertProblemAsync(403, "injection_disabled");
        Assert.Null(daemon.Host.Faults);
        Assert.Null(daemon.Host.Partition.Faults.Plan);
    }

    [Fact]
    public async Task Preview_TellsPortsCallsAndReactionAndKeepsNothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");
        await daemon.AddPortAsync("0x11", "sink");
        for (var i = 0; i < 4; i++)
        {
            await PostAsync(daemon);
        }

        using var response = await daemon.PostAsync(Faults + "/preview", Full("full", times: 3));

        var preview = await response.ReadAsync();
        Assert.Equal((1, 2), ((int)preview["portsMatched"]!, (int)preview["portsTotal"]!));
        Assert.Equal((4, 3), ((int)preview["calls"]!["matched"]!, (int)preview["calls"]!["hit"]!));
        Assert.Contains("100 times", (string?)preview["guestReaction"]![0], StringComparison.Ordinal);
        Assert.Empty((await daemon.GetAsync(Faults))["items"]!.AsArray());
        Assert.Null((string?)(await PostAsync(daemon))["injectedBy"]);
    }

    [Fact]
    public async Task Preview_Conflict_IsNamed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var first = await daemon.PostAsync(Faults, Full("first"));

        using var response = await daemon.PostAsync(Faults + "/preview", Full("second"));

        Assert.Equal(Faults + "/first", (string?)(await response.ReadAsync())["conflictsWith"]);
    }

    [Fact]
    public async Task Explain_ArmedRule_IsShownAndNothingIsCertain()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");
        using var created = await daemon.PostAsync(Faults, Full("full"));

        var meant = await daemon.GetAsync(TestDaemon.Ports + "/0x10/explain");
        var other = await daemon.GetAsync(TestDaemon.Ports + "/0x11/explain");

        var check = meant["checks"]!.AsArray().Single(static c => (string?)c!["check"] == "fault_rules")!;
        Assert.Equal(("unknown", "full"), ((string?)check["state"], (string?)check["value"]));
        Assert.False((bool)meant["verdict"]!["certain"]!);
        Assert.Equal("ok", (string?)other["checks"]!.AsArray().Single(static c => (string?)c!["check"] == "fault_rules")!["state"]);
    }

    [Fact]
    public async Task Metrics_AndTree_ShowTheRule()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, Full("full"));
        await PostAsync(daemon);

        var metrics = await daemon.Viewer.GetStringAsync("/metrics", Cancellation);
        var tree = await daemon.GetAsync(TestDaemon.Partition + "/inspect/faults/full?format=plain");

        Assert.Contains("synic_fault_rules{partition=\"demo\",state=\"armed\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("synic_faults_injected_total{action=\"status\",operation=\"post_message\",partition=\"demo\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("synic_fault_kill_switch_engaged{} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("\"armed\"", tree.ToJsonString(), StringComparison.Ordinal);
    }

    private static object Full(string id, int? times = null) => new
    {
        id,
        match = new { operation = "post_message", connections = new[] { "0x10" } },
        action = new { kind = "status", status = "insufficient_buffers" },
        trigger = new { times },
        reason = "a test",
        arm = true,
    };

    private static async Task<JsonObject> PostAsync(TestDaemon daemon)
    {
        using var response = await daemon.PostAsync(TestDaemon.Ports + "/0x10/messages", new { });
        return await response.ReadAsync();
    }

    private static async Task<HttpResponseMessage> SendAsync(TestDaemon daemon, HttpMethod method, string path, string? version, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", version);
        }

        return await daemon.Operator.SendAsync(request, Cancellation);
    }

    private static async Task<List<string?>> StatesAsync(params HttpResponseMessage[] responses)
    {
        var states = new List<string?>();
        foreach (var response in responses)
        {
            states.Add((string?)(await response.ReadAsync())["state"]);
        }

        return states;
    }
}
