using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Tests.Api;

public sealed class RouteTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Index_Viewer_ListsLinksThatAnswer()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var index = await daemon.GetAsync("/api/v1");

        Assert.Equal(["view"], index["rights"]!.AsArray().Select(static r => (string)r!));
        foreach (var (name, path) in index["links"]!.AsObject())
        {
            using var response = await daemon.Viewer.GetAsync((string)path!, Cancellation);
            Assert.True(response.IsSuccessStatusCode || name == "dashboard", $"{name}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Index_WithToken_NamesTheRights()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var index = JsonNode.Parse(await daemon.Operator.GetStringAsync("/api/v1", Cancellation))!;

        Assert.Equal(["view", "console", "payload", "audit", "change", "inject"], index["rights"]!.AsArray().Select(static r => (string)r!));
    }

    [Fact]
    public async Task Partitions_Two_AreListedInOrder()
    {
        await using var daemon = await TestDaemon.StartAsync(null,
            ("Synic:Partitions:0:Name", "zoo"), ("Synic:Partitions:1:Name", "ant"),
            ("Synic:Partitions:1:Backend", "emulated"), ("Synic:Partitions:1:Guest:Kind", "none"));

        var list = await daemon.GetAsync("/api/v1/partitions");

        Assert.Equal(["zoo", "ant"], list["items"]!.AsArray().Select(static p => (string)p!["name"]!));
        Assert.Equal(2, (int?)list["total"]);
        Assert.Null(list["next"]);
    }

    [Fact]
    public async Task Partition_Running_ShowsBackendGuestAndActions()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:Vps", "3"), ("Synic:Partitions:0:Dialect", "tlfs"));

        var partition = await daemon.GetAsync(TestDaemon.Partition);

        Assert.Equal(
            ("running", "emulated", "tlfs", "none", 3, 16),
            ((string?)partition["state"], (string?)partition["backend"], (string?)partition["dialect"],
                (string?)partition["guest"]!["kind"], (int)partition["vps"]!, (int)partition["memoryMiB"]!));
        Assert.Contains("act_as_guest", partition["actions"]!.AsArray().Select(static a => (string)a!));
    }

    [Fact]
    public async Task Backend_SaysWhyNotTheOthers()
    {
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory());

        var backend = await daemon.GetAsync(TestDaemon.Partition + "/backend");

        Assert.Equal("a test asked for it", (string?)backend["reason"]);
        Assert.Equal("a fake has no KVM", (string?)backend["choices"]![0]!["reason"]);
        Assert.False((bool)backend["capabilities"]![0]!["available"]!);
        Assert.Equal(0, (long)backend["exits"]!["monitor_write"]!);
    }

    [Fact]
    public async Task CreatePort_Echo_IsListedAndAnswersAndGoes()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var created = await daemon.PostAsync(TestDaemon.Ports, new { connection = "12288", handler = "echo", owner = "me", sint = 5, vp = 1 });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(TestDaemon.Ports + "/0x3000", created.Headers.Location?.ToString());

        using var posted = await daemon.PostAsync(TestDaemon.Ports + "/0x3000/messages", new { text = "hello" });
        Assert.Equal("success", (string?)(await posted.ReadAsync())["hvStatus"]!["name"]);
        var port = await daemon.GetAsync(TestDaemon.Ports + "/12288");
        Assert.Equal(("me", 1L, 5L), ((string?)port["owner"], (long)port["calls"]!, (long)port["bytes"]!));
        Assert.NotNull(port["lastActivity"]);
        var answers = (await daemon.GetAsync(TestDaemon.Partition + "/guest-ports"))["items"]![0]!;
        Assert.Equal((1, 5, 1L), ((int)answers["vp"]!, (int)answers["sint"]!, (long)answers["calls"]!));

        using var deleted = await daemon.Operator.DeleteAsync(created.Headers.Location, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await daemon.Viewer.GetAsync(created.Headers.Location, Cancellation);
        var problem = await gone.AssertProblemAsync(410, "port_departed");
        var tombstone = await daemon.GetAsync((string)problem["tombstone"]!);
        Assert.Equal((1L, 5L, "disposed"), ((long)tombstone["calls"]!, (long)tombstone["bytes"]!, (string?)tombstone["departed"]!["reason"]));
        Assert.Empty((await daemon.GetAsync(TestDaemon.Partition + "/guest-ports"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("sink", "messages", "success")]
    [InlineData("full", "messages", "insufficient_buffers")]
    [InlineData("counter", "signal", "success")]
    [InlineData("counter", "messages", "invalid_connection_id")]
    [InlineData("sink", "signal", "invalid_connection_id")]
    public async Task ActAsGuest_EachHandler_AnswersAsTheGuestWouldSee(string handler, string call, string status)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", handler);

        using var response = await daemon.PostAsync($"{TestDaemon.Ports}/0x3000/{call}", new { });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, (string?)(await response.ReadAsync())["hvStatus"]!["name"]);
    }

    [Fact]
    public async Task ActAsGuest_LowVtl_IsDenied()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(TestDaemon.Ports, new { connection = "1", handler = "sink", minimumVtl = 2 });

        using var low = await daemon.PostAsync(TestDaemon.Ports + "/1/messages", new { vtl = 1 });
        using var high = await daemon.PostAsync(TestDaemon.Ports + "/1/messages", new { vtl = 2 });

        Assert.Equal("0x08", (string?)(await low.ReadAsync())["hvStatus"]!["value"]);
        Assert.Equal("0x00", (string?)(await high.ReadAsync())["hvStatus"]!["value"]);
    }

    [Fact]
    public async Task ActAsGuest_Payload241_IsRefusedAsTheGuestWouldBe()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");

        using var longest = await daemon.PostAsync(TestDaemon.Ports + "/1/messages", new { payload = Convert.ToBase64String(new byte[240]) });
        using var tooLong = await daemon.PostAsync(TestDaemon.Ports + "/1/messages", new { payload = Convert.ToBase64String(new byte[241]) });

        Assert.Equal("success", (string?)(await longest.ReadAsync())["hvStatus"]!["name"]);
        Assert.Equal("invalid_parameter", (string?)(await tooLong.ReadAsync())["hvStatus"]!["name"]);
    }

    [Fact]
    public async Task Vps_Two_HaveSixteenSintsAndFourTimers()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var list = await daemon.GetAsync(TestDaemon.Partition + "/vps");
        var one = await daemon.GetAsync(TestDaemon.Partition + "/vps/1/sints");

        Assert.Equal(2, list["items"]!.AsArray().Count);
        var synic = one["synics"]![0]!;
        Assert.Equal(1, (int)one["vp"]!);
        Assert.Equal((16, 4), (synic["sints"]!.AsArray().Count, synic["timers"]!.AsArray().Count));
        Assert.Equal(("0x10000", true), ((string?)synic["sints"]![15]!["raw"], (bool)synic["sints"]![15]!["masked"]!));
    }

    [Fact]
    public async Task Vps_GuestTurnedSynicOn_ShowsRegistersAndWaitingMessage()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var synic = daemon.Host.Partition.Synic;
        Assert.True(synic.TryWriteMsr(Vtl.Vtl0, new VpIndex(0), HvMsr.Sint0 + 2, 0x40));
        Assert.Equal(GuestPostResult.Deferred, synic.PostMessage(Vtl.Vtl0, new VpIndex(0), SintIndex.VmBus, 1, [1]));

        var vp = await daemon.GetAsync(TestDaemon.Partition + "/vps/0/sints");

        var sint = vp["synics"]![0]!["sints"]![2]!;
        Assert.True((bool)vp["online"]!);
        Assert.Equal((64, 1, "simp_disabled"), ((int)sint["vector"]!, (int)sint["queueLength"]!, (string?)sint["blockedBy"]));
    }

    [Fact]
    public async Task MonitorPages_BoundPort_ShowsItsConnection()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(TestDaemon.Ports, new { connection = "0x77", handler = "counter", monitorId = 127 });

        var pages = await daemon.GetAsync(TestDaemon.Partition + "/monitor-pages");

        var cells = pages["items"]![0]!["cells"]!.AsArray();
        Assert.Equal(128, cells.Count);
        Assert.Equal("0x77", (string?)cells[127]!["connection"]);
        Assert.Null(cells[126]!["connection"]);
    }

    [Fact]
    public async Task FastPath_SuspendAndResume_ShowsInThePort()
    {
        var shortcut = new FakePartitionFactory.Shortcut();
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory { OpenFastPath = shortcut.Enter });
        await daemon.AddPortAsync("1", "counter");

        using var off = await daemon.PostAsync(TestDaemon.Ports + "/1/fast-path", new { enabled = false });
        using var offAgain = await daemon.PostAsync(TestDaemon.Ports + "/1/fast-path", new { enabled = false });
        Assert.Equal(("suspended", false), ((string?)(await offAgain.ReadAsync())["fastPath"], shortcut.Open));
        using var on = await daemon.PostAsync(TestDaemon.Ports + "/1/fast-path", new { enabled = true });
        Assert.Equal(("active", true), ((string?)(await on.ReadAsync())["fastPath"], shortcut.Open));
    }

    [Fact]
    public async Task FastPath_RemovedWhileSuspended_IsNotOpenedAgain()
    {
        var shortcut = new FakePartitionFactory.Shortcut();
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory { OpenFastPath = shortcut.Enter });
        await daemon.AddPortAsync("1", "counter");
        using var off = await daemon.PostAsync(TestDaemon.Ports + "/1/fast-path", new { enabled = false });

        using var deleted = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/1", Cancellation);

        Assert.Equal((HttpStatusCode.NoContent, false), (deleted.StatusCode, shortcut.Open));
    }

    [Fact]
    public async Task Serial_NeedsTheTokenAndShowsLines()
    {
        await using var daemon = await TestDaemon.StartAsync();
        foreach (var value in "one\ntwo"u8)
        {
            daemon.Host.Serial.Write(value);
        }

        var serial = JsonNode.Parse(await daemon.Operator.GetStringAsync(TestDaemon.Partition + "/serial", Cancellation))!;

        Assert.Equal(["one", "two"], serial["lines"]!.AsArray().Select(static l => (string)l!));
    }

    [Fact]
    public async Task Health_BackendGaveUp_IsDegradedAndNotReady()
    {
        var factory = new FakePartitionFactory();
        await using var daemon = await TestDaemon.StartAsync(factory);
        using var before = await daemon.Viewer.GetAsync("/health/ready", Cancellation);
        factory.Last!.EndAs(Backends.PartitionState.Failed, new Backends.PartitionExit(Clean: false, DebugExitValue: null, "a test broke it"));

        using var after = await daemon.Viewer.GetAsync("/health/ready", Cancellation);
        var health = await daemon.GetAsync("/api/v1/health");

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await after.AssertProblemAsync(503, "backend_down");
        Assert.Equal(("degraded", "a test broke it"), ((string?)health["status"], (string?)health["partitions"]![0]!["reason"]));
        Assert.Equal("live", (string?)(await daemon.GetAsync("/health/live"))["status"]);
    }

    [Fact]
    public async Task GuestPorts_PageOfOne_WalksAllOnce()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "echo");
        await daemon.AddPortAsync("2", "echo");

        var first = await daemon.GetAsync(TestDaemon.Partition + "/guest-ports?limit=1");
        var second = await daemon.GetAsync($"{TestDaemon.Partition}/guest-ports?limit=1&cursor={(string)first["next"]!}");

        Assert.NotEqual((long)first["items"]![0]!["id"]!, (long)second["items"]![0]!["id"]!);
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task Json_CountsAsText_AreRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Operator.PostAsJsonAsync(TestDaemon.Ports + "/1/signal", new { flag = "0" }, Cancellation);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]!["flag"]);
    }
}
