using System.Net.Http.Headers;
using System.Text;
using Synic.Contracts;
using Synic.Daemon.Api;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Tests.Api;

/// <summary>Each problem code is provoked once, from outside.</summary>
public sealed class ProblemTests
{
    private const string Ports = TestDaemon.Ports;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryCode_Provoked_IsADocumentWithAPage()
    {
        var seen = new HashSet<string>();
        foreach (var (code, provoke) in s_provocations)
        {
            await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory
            {
                WithoutMonitors = code == "backend_unsupported",
                OpenFastPath = code switch
                {
                    "backend_refused" => () => throw new HypervisorException("ioctl", 12),
                    "stale_version" or "version_required" => static () => new FakePartitionFactory.Shortcut().Enter(),
                    _ => null,
                },
            });
            using var response = await provoke(daemon);
            await response.AssertProblemAsync(ProblemCodes.All.Single(k => k.Code == code).Status, code);
            var page = await daemon.Viewer.GetStringAsync($"/problems/{code}", Cancellation);
            Assert.Contains(code, page, StringComparison.Ordinal);
            seen.Add(code);
        }

        // Others have tests of their own: they need another daemon, or a defect.
        string[] elsewhere = ["internal_error", "port_limit", "injection_disabled", "backend_down", "serial_input_full", "too_many_streams",
            "too_many_recordings", "too_many_snapshots", "value_rejected", "deadline_exceeded", "rate_limited", "fault_limit", "audit_unavailable"];
        Assert.Equal(ProblemCodes.All.Select(static k => k.Code).Order(), seen.Concat(elsewhere).Order());
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "")]
    [InlineData("{\"connection\":\"1\"}", "handler")]
    [InlineData("{\"connection\":1,\"handler\":\"sink\"}", "connection")]
    [InlineData("{\"connection\":null,\"handler\":\"sink\"}", "connection")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"minimumVtl\":\"0\"}", "minimumVtl")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"minimumVtl\":99999999999}", "minimumVtl")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"extra\":0}", "extra")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"nobody\"}", "handler")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"minimumVtl\":3}", "minimumVtl")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"minimumVtl\":-1}", "minimumVtl")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"owner\":\"\"}", "owner")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"owner\":\"a\\nb\"}", "owner")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"monitorId\":1}", "monitorId")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"counter\",\"monitorId\":128}", "monitorId")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"counter\",\"monitorId\":-1}", "monitorId")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"echo\",\"vp\":2}", "vp")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"echo\",\"sint\":16}", "sint")]
    [InlineData("{\"connection\":\"1\",\"handler\":\"sink\",\"sint\":2}", "sint")]
    public async Task CreatePort_BadBody_IsRefusedAndNamesTheField(string body, string named)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Operator.PostAsync(Ports, Json(body), Cancellation);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.Contains(named, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Empty(daemon.Host.Partition.Ports.Map.Snapshot());
    }

    [Theory]
    [InlineData("messages", "{\"vp\":2}", "vp")]
    [InlineData("messages", "{\"vtl\":3}", "vtl")]
    [InlineData("messages", "{\"vtl\":-1}", "vtl")]
    [InlineData("messages", "{\"payload\":\"?\"}", "payload")]
    [InlineData("messages", "{\"payload\":\"\",\"text\":\"\"}", "text")]
    [InlineData("messages", "{\"messageType\":4294967296}", "messageType")]
    [InlineData("signal", "{\"flag\":65536}", "flag")]
    [InlineData("signal", "{\"flag\":-1}", "flag")]
    public async Task ActAsGuest_WhatNoGuestCanSay_IsRefused(string call, string body, string field)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Operator.PostAsync($"{Ports}/1/{call}", Json(body), Cancellation);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Fact]
    public async Task Body_LargerThanAllowedWithoutLength_IsTooLarge()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Ports) { Content = Json($"{{\"owner\":\"{new string('x', 1 << 20)}\"}}") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await daemon.Operator.SendAsync(request, Cancellation);

        await response.AssertProblemAsync(413, "too_large");
    }

    [Fact]
    public async Task RaiseOnStatus_Refused_CarriesTheStatus()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.PostAsync(Ports + "/1/signal?raiseOnStatus=true", new { });

        var problem = await response.AssertProblemAsync(409, "hypercall_refused");
        Assert.Equal("0x12", (string?)problem["hvStatus"]!["value"]);
    }

    [Fact]
    public async Task ConnectionInUse_PointsToThePort()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");

        using var response = await daemon.PostAsync(Ports, new { connection = "16", handler = "full" });

        var problem = await response.AssertProblemAsync(409, "connection_id_in_use");
        Assert.Equal(Ports + "/0x10", (string?)problem["conflictsWith"]);
    }

    [Fact]
    public async Task PortLimit_IsTold()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var ports = daemon.Host.Partition.Ports;
        for (var id = 0u; id < SynicPortMap.MaxPorts; id++)
        {
            ports.AddMessagePort(new ConnectionId(id), Vtl.Vtl0, new Synic.Ports.Handlers.SinkPort(), "test");
        }

        using var response = await daemon.PostAsync(Ports, new { connection = "0xffffff", handler = "sink" });

        await response.AssertProblemAsync(409, "port_limit");
    }

    [Fact]
    public async Task InternalError_TellsNothingButTheTrace()
    {
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory { Defect = new InvalidOperationException("secret") });

        using var response = await daemon.Viewer.GetAsync(TestDaemon.Partition + "/backend", Cancellation);

        var problem = await response.AssertProblemAsync(500, "internal_error");
        Assert.DoesNotContain("secret", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MonitorInUse_LeavesNoPort()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var first = await daemon.PostAsync(Ports, new { connection = "1", handler = "counter", monitorId = 5 });

        using var second = await daemon.PostAsync(Ports, new { connection = "2", handler = "counter", monitorId = 5 });

        await second.AssertProblemAsync(409, "monitor_id_in_use");
        Assert.Single(daemon.Host.Partition.Ports.Map.Snapshot());
    }

    private static readonly (string Code, Func<TestDaemon, Task<HttpResponseMessage>> Provoke)[] s_provocations =
    [
        ("invalid_request", static d => d.Viewer.GetAsync(Ports + "?limit=0", Cancellation)),
        ("invalid_filter", static d => d.Viewer.GetAsync(Ports + "?filter=kidn:event", Cancellation)),
        ("invalid_cursor", static d => d.Viewer.GetAsync(Ports + "?cursor=abc", Cancellation)),
        ("invalid_path", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/inspect/%01", Cancellation)),
        ("invalid_filter", static d => d.Viewer.GetAsync("/api/v1/events?filter=knd:post", Cancellation)),
        ("host_not_allowed", static d => SendAsync(d.Viewer, HttpMethod.Get, "/", static r => r.Host = "evil.example")),
        ("not_authenticated", static d => d.Viewer.PostAsync(Ports, Json("{}"), Cancellation)),
        ("login_link_used", static d => d.Viewer.GetAsync("/login?t=0", Cancellation)),
        ("cross_origin", static d => SendAsync(d.Operator, HttpMethod.Post, Ports, static r => r.Add("Origin", "http://evil.example"))),
        ("path_not_found", static d => d.Viewer.GetAsync("/api/v1/nothing", Cancellation)),
        ("partition_not_found", static d => d.Viewer.GetAsync("/api/v1/partitions/nobody", Cancellation)),
        ("port_not_found", static d => d.Viewer.GetAsync(Ports + "/0xffffff", Cancellation)),
        ("port_departed", DepartedAsync),
        ("too_many_rows", TooManyRowsAsync),
        ("guest_port_not_found", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/guest-ports/77/explain", Cancellation)),
        ("vp_not_found", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/vps/2/sints", Cancellation)),
        ("vmbus_not_present", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/vmbus", Cancellation)),
        ("snapshot_not_found", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/snapshots/1", Cancellation)),
        ("node_immutable", static d => d.Operator.PatchAsync(TestDaemon.Partition + "/inspect/process", Json("""{"value":"1"}"""), Cancellation)),
        ("recording_not_found", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/recordings/r1", Cancellation)),
        ("invalid_recording", static d => d.Operator.PostAsync("/api/v1/replays", new StringContent("{}", Encoding.UTF8, "application/x-ndjson"), Cancellation)),
        ("no_serial_input", static d => d.PostAsync(TestDaemon.Partition + "/serial", new { text = "x" })),
        ("method_not_allowed", static d => d.Operator.PutAsync(Ports, Json("{}"), Cancellation)),
        ("connection_id_in_use", static d => TwiceAsync(d, new { connection = "1", handler = "sink" }, new { connection = "0x1", handler = "sink" })),
        ("monitor_id_in_use", static d => TwiceAsync(d, new { connection = "1", handler = "counter", monitorId = 5 }, new { connection = "2", handler = "counter", monitorId = 5 })),
        ("port_not_removable", RemoveForeignAsync),
        ("backend_refused", static d => d.PostAsync(Ports, new { connection = "1", handler = "counter" })),
        ("hypercall_refused", static d => d.PostAsync(Ports + "/1/messages?raiseOnStatus=true", new { })),
        ("stale_version", static d => FastPathAsync(d, "\"0\"")),
        ("version_required", static d => FastPathAsync(d, null)),
        ("idempotency_mismatch", KeyTwiceAsync),
        ("too_large", static d => SendAsync(d.Operator, HttpMethod.Post, Ports, static r => r.ExpectContinue = true, Json(new string(' ', 10_000_000)))),
        ("unsupported_media_type", static d => d.Operator.PostAsync(Ports, new StringContent("a=b", Encoding.UTF8, "text/plain"), Cancellation)),
        ("fault_not_found", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/faults/nobody", Cancellation)),
        ("scenario_not_found", static d => d.Viewer.GetAsync("/api/v1/scenarios/nobody", Cancellation)),
        ("fault_conflict", static d => FaultAsync(d, "", """{"id":"a","match":{"matchAll":true},"action":{"kind":"busy"}}""")),
        ("fault_state", static d => FaultAsync(d, "/a/pause", "{}")),
        ("kill_switch_engaged", KilledAsync),
        ("invalid_fault", static d => d.PostAsync(TestDaemon.Partition + "/faults", new { })),
        ("backend_unsupported", static d => d.Viewer.GetAsync(TestDaemon.Partition + "/monitor-pages", Cancellation)),
    ];

    private static async Task<HttpResponseMessage> FaultAsync(TestDaemon daemon, string path, string body)
    {
        const string faults = TestDaemon.Partition + "/faults";
        using var first = await daemon.Operator.PostAsync(faults, Json("""{"id":"a","match":{"matchAll":true},"action":{"kind":"busy"}}"""), Cancellation);
        first.EnsureSuccessStatusCode();
        return await daemon.Operator.PostAsync(faults + path, Json(body), Cancellation);
    }

    private static async Task<HttpResponseMessage> KilledAsync(TestDaemon daemon)
    {
        using var engaged = await daemon.Operator.PutAsync("/api/v1/fault-kill-switch", Json("""{"reason":"a test"}"""), Cancellation);
        return await FaultRefusedAsync(daemon);
    }

    private static Task<HttpResponseMessage> FaultRefusedAsync(TestDaemon daemon) =>
        daemon.Operator.PostAsync(TestDaemon.Partition + "/faults", Json("""{"match":{"matchAll":true},"action":{"kind":"busy"}}"""), Cancellation);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod method, string path, Action<HttpRequestHeaders> headers, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        headers(request.Headers);
        return await client.SendAsync(request, Cancellation);
    }

    private static async Task<HttpResponseMessage> TwiceAsync(TestDaemon daemon, object first, object second)
    {
        using var response = await daemon.PostAsync(Ports, first);
        response.EnsureSuccessStatusCode();
        return await daemon.PostAsync(Ports, second);
    }

    private static async Task<HttpResponseMessage> FastPathAsync(TestDaemon daemon, string? version)
    {
        await daemon.AddPortAsync("1", "counter");
        return await SendAsync(daemon.Operator, HttpMethod.Put, Ports + "/1/fast-path", r =>
        {
            if (version is not null)
            {
                r.TryAddWithoutValidation("If-Match", version);
            }
        }, Json("{\"enabled\":false}"));
    }

    private static async Task<HttpResponseMessage> KeyTwiceAsync(TestDaemon daemon)
    {
        using var first = await SendAsync(daemon.Operator, HttpMethod.Post, Ports, static r => r.Add("Idempotency-Key", "k"), Json("{\"connection\":\"1\",\"handler\":\"sink\"}"));
        return await SendAsync(daemon.Operator, HttpMethod.Post, Ports, static r => r.Add("Idempotency-Key", "k"), Json("{\"connection\":\"2\",\"handler\":\"sink\"}"));
    }

    private static async Task<HttpResponseMessage> DepartedAsync(TestDaemon daemon)
    {
        await daemon.AddPortAsync("9", "sink");
        using var removed = await daemon.Operator.DeleteAsync(Ports + "/9", Cancellation);
        return await daemon.Viewer.GetAsync(Ports + "/9", Cancellation);
    }

    private static Task<HttpResponseMessage> TooManyRowsAsync(TestDaemon daemon)
    {
        for (var id = 0u; id <= Csv<PortSummary>.MaxRows; id++)
        {
            daemon.Host.Partition.Ports.AddMessagePort(new ConnectionId(id), Vtl.Vtl0, new Synic.Ports.Handlers.SinkPort(), "test");
        }

        return daemon.Viewer.GetAsync(Ports + "?format=csv", Cancellation);
    }

    private static async Task<HttpResponseMessage> RemoveForeignAsync(TestDaemon daemon)
    {
        using var handle = daemon.Host.Partition.Ports.AddMessagePort(
            new ConnectionId(9), Vtl.Vtl0, new Synic.Ports.Handlers.SinkPort(), "somebody else");
        return await daemon.Operator.DeleteAsync(Ports + "/9", Cancellation);
    }
}
