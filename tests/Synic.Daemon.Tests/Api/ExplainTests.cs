using System.Text.Json.Nodes;
using Synic.Daemon.Partitions;
using Synic.Hv;

namespace Synic.Daemon.Tests.Api;

/// <summary>Explaining and doing have to agree, and explaining must not do anything.</summary>
public sealed class ExplainTests
{
    private const string Ports = TestDaemon.Ports;
    private const ulong Page = 0x10_0000;

    // Connection, operation, VTL, size, type, flag.
    private static readonly (string Connection, string Operation, int Vtl, uint Size, uint Type, int Flag)[] s_calls =
    [
        ("0x10", "post", 0, 0, 1, 0),
        ("0x10", "post", 0, 240, 1, 0),
        ("0x10", "post", 0, 241, 1, 0),
        ("0x10", "post", 0, 0, 0, 0),
        ("0x10", "post", 0, 0, 0x8000_0001, 0),
        ("0x10", "post", 2, 8, 77, 0),
        ("0x10", "signal", 0, 0, 1, 0),
        ("0x1000010", "post", 0, 0, 1, 0),
        ("0x1000010", "signal", 0, 0, 1, 0),
        ("0x11", "post", 0, 0, 1, 0),
        ("0x11", "post", 1, 0, 1, 0),
        ("0x11", "post", 2, 0, 1, 0),
        ("0x11", "signal", 0, 0, 1, 0),
        ("0x12", "post", 0, 0, 1, 0),
        ("0x12", "post", 0, 999, 1, 0),
        ("0x13", "signal", 0, 0, 1, 0),
        ("0x13", "signal", 0, 0, 1, 1),
        ("0x13", "signal", 0, 0, 1, 2047),
        ("0x13", "signal", 0, 0, 1, 2048),
        ("0x13", "signal", 0, 0, 1, 65535),
        ("0x13", "post", 0, 0, 1, 0),
        ("0x1000013", "signal", 0, 0, 1, 0),
        ("0x1000013", "signal", 0, 0, 1, 3),
        ("0x14", "signal", 0, 0, 1, 0),
        ("0x14", "signal", 1, 0, 1, 0),
        ("0x15", "post", 0, 16, 1, 0),
        ("0x16", "post", 0, 0, 1, 0),
        ("0x16", "signal", 0, 0, 1, 0),
        ("0x16", "signal", 0, 0, 1, 5000),
        ("0xffffffff", "post", 0, 0, 1, 0),
        ("0xffffffff", "signal", 0, 0, 1, 0),
    ];

    [Theory]
    [InlineData("openvmm")]
    [InlineData("tlfs")]
    [InlineData("qemu")]
    public async Task Call_EachCase_ExplainedAsItIsAnswered(string dialect)
    {
        await using var daemon = await StartAsync(dialect);
        foreach (var call in s_calls)
        {
            var explained = await daemon.GetAsync(
                $"{Ports}/{call.Connection}/explain?operation={call.Operation}&vtl={call.Vtl}&size={call.Size}&type={call.Type}&flag={call.Flag}");
            using var response = call.Operation == "post"
                ? await daemon.PostAsync(
                    $"{Ports}/{call.Connection}/messages", new { vtl = call.Vtl, messageType = call.Type, payload = Convert.ToBase64String(new byte[call.Size]) })
                : await daemon.PostAsync($"{Ports}/{call.Connection}/signal", new { vtl = call.Vtl, flag = call.Flag });
            var answered = await response.ReadAsync();

            var verdict = explained["verdict"]!;
            Assert.True(
                (string?)answered["hvStatus"]!["value"] == (string?)verdict["hvStatus"]!["value"],
                $"{call}: explained {verdict.ToJsonString()}, answered {answered.ToJsonString()}");
            Assert.True((bool)verdict["certain"]!, $"{call}");
            Assert.Equal((string?)verdict["decidedBy"], (string?)explained["firstFailure"]);
            Assert.Equal((string?)verdict["result"] == "success", explained["firstFailure"] is null);
        }
    }

    [Fact]
    public async Task Call_Explained_CountsAndCallsNothing()
    {
        await using var daemon = await StartAsync("openvmm");
        foreach (var connection in (string[])["0x10", "0x11", "0x12", "0x13", "0x15", "0x16"])
        {
            await daemon.GetAsync($"{Ports}/{connection}/explain?operation=post&size=8");
            await daemon.GetAsync($"{Ports}/{connection}/explain?operation=signal");
        }

        Assert.Equal(default, Totals.Read(daemon.Host.Partition.Ports.Map));
        Assert.All(daemon.Host.Partition.Ports.Map.Snapshot(), static p => Assert.Equal(default, p.Statistics));
        Assert.Equal(0, daemon.Host.Partition.Synic.QueueLength(Vtl.Vtl0, new VpIndex(0), SintIndex.VmBus));
    }

    [Fact]
    public async Task Call_ToAPort_ListsEveryCheckInOrder()
    {
        await using var daemon = await StartAsync("openvmm");

        var report = await daemon.GetAsync(Ports + "/0x12/explain");

        Assert.Equal(
            ["backend_up:ok", "payload_size:ok", "message_type:not_applicable", "fault_rules:ok", "connection_exists:ok", "kind:ok", "minimum_vtl:ok", "port_accepts:failed"],
            Checks(report));
        Assert.Equal(("port_accepts", "insufficient_buffers"), ((string?)report["firstFailure"], (string?)report["verdict"]!["result"]));
        Assert.NotNull(report["checks"]![4]!["since"]);
        using var linked = await daemon.Viewer.GetAsync((string)report["checks"]![4]!["link"]!, TestContext.Current.CancellationToken);
        Assert.True(linked.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Call_OfAnEventPortWithoutOperation_IsASignal()
    {
        await using var daemon = await StartAsync("openvmm");

        Assert.Equal("signal", (string?)(await daemon.GetAsync(Ports + "/0x13/explain"))["operation"]);
        Assert.Equal("post", (string?)(await daemon.GetAsync(Ports + "/0x99/explain"))["operation"]);
    }

    [Fact]
    public async Task Call_ToNobody_HintsAtNeighboursTombstoneAndHex()
    {
        await using var daemon = await StartAsync("openvmm");
        await daemon.AddPortAsync("0x99", "sink");
        using var deleted = await daemon.Operator.DeleteAsync(Ports + "/0x99", TestContext.Current.CancellationToken);

        var gone = await daemon.GetAsync(Ports + "/0x99/explain");
        var slip = await daemon.GetAsync(Ports + "/10/explain");

        Assert.Contains("until", (string?)gone["hints"]![0]!["text"], StringComparison.Ordinal);
        await daemon.GetAsync((string)gone["hints"]![0]!["link"]!);
        Assert.Equal([Ports + "/0x13", Ports + "/0x14", Ports + "/0x15"], gone["hints"]!.AsArray().Skip(1).Select(static h => (string)h!["link"]!));
        Assert.Equal(Ports + "/0x10", (string?)slip["hints"]![0]!["link"]);
    }

    [Theory]
    [InlineData("/ports/0x10/explain?operation=posts", "operation")]
    [InlineData("/ports/0x10/explain?vtl=3", "vtl")]
    [InlineData("/ports/0x10/explain?vtl=-1", "vtl")]
    [InlineData("/ports/0x10/explain?vp=2", "vp")]
    [InlineData("/ports/0x10/explain?size=4294967296", "size")]
    [InlineData("/ports/0x10/explain?type=x", "type")]
    [InlineData("/ports/0x10/explain?flag=65536", "flag")]
    [InlineData("/ports/0x10/explain?flags=1", "flags")]
    [InlineData("/ports/nobody/explain", "connection")]
    [InlineData("/vps/0/sints/256/explain", "sint")]
    [InlineData("/vps/-1/sints/2/explain", "vp")]
    [InlineData("/vps/0/sints/2/explain?vtl=9", "vtl")]
    public async Task Explain_BadParameter_IsNamed(string path, string field)
    {
        await using var daemon = await StartAsync("openvmm");

        using var response = await daemon.Viewer.GetAsync(TestDaemon.Partition + path, TestContext.Current.CancellationToken);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Theory]
    [InlineData("", "masked", "sint_unmasked", "siefp_disabled")]
    [InlineData("sint", "deferred", "simp_enabled", "siefp_disabled")]
    [InlineData("simp siefp", "masked", "sint_unmasked", "masked")]
    [InlineData("simp siefp sint", "delivered", null, "interrupt")]
    [InlineData("simp siefp polling", "delivered", null, "interrupt")]
    [InlineData("simp siefp sint proxy", "masked", "sint_unmasked", "masked")]
    [InlineData("simp siefp sint off", "deferred", "scontrol_enabled", "s_control_disabled")]
    [InlineData("simp siefp sint message flag", "deferred", "slot_free", "coalesced")]
    [InlineData("simp siefp sint message message flag", "deferred", "slot_free", "coalesced")]
    [InlineData("simp siefp sint message message take", "deferred", "eom_seen", "interrupt")]
    [InlineData("simp siefp sint full", "queue_full", "queue_room", "interrupt")]
    [InlineData("simp siefp sint full take", "deferred", "eom_seen", "interrupt")]
    [InlineData("sint stop", "deferred", "simp_enabled", "siefp_disabled")]
    [InlineData("simp sint close", "partition_gone", "backend_up", "partition_gone")]
    public async Task Delivery_EachState_ExplainedAsItEnds(string state, string post, string? decidedBy, string signal)
    {
        await using var daemon = await StartAsync("openvmm");
        Bring(daemon.Host, state.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var path = TestDaemon.Partition + "/vps/1/sints/2/explain";

        var explainedPost = await daemon.GetAsync(path);
        var explainedSignal = await daemon.GetAsync(path + "?operation=signal&flag=9");

        Assert.Equal((post, decidedBy), ((string?)explainedPost["verdict"]!["result"], (string?)explainedPost["verdict"]!["decidedBy"]));
        var synic = daemon.Host.Partition.Synic;
        Assert.Equal(signal, (string?)explainedSignal["verdict"]!["result"]);
        Assert.Equal(signal, Names.Snake(synic.SignalEvent(Vtl.Vtl0, new VpIndex(1), new SintIndex(2), 9).ToString()));
        Assert.Equal(post, Names.Snake(synic.PostMessage(Vtl.Vtl0, new VpIndex(1), new SintIndex(2), 1, []).ToString()));
    }

    [Theory]
    [InlineData("/vps/7/sints/2", "invalid_vp", "vp_exists")]
    [InlineData("/vps/0/sints/16", "invalid_sint", "sint_in_range")]
    [InlineData("/vps/0/sints/255", "invalid_sint", "sint_in_range")]
    public async Task Delivery_ToNobody_SaysSo(string target, string result, string check)
    {
        await using var daemon = await StartAsync("openvmm");

        var report = await daemon.GetAsync($"{TestDaemon.Partition}{target}/explain");

        Assert.Equal((result, check), ((string?)report["verdict"]!["result"], (string?)report["verdict"]!["decidedBy"]));
    }

    [Fact]
    public async Task GuestPort_OfAnEcho_IsExplainedWhereItSends()
    {
        await using var daemon = await StartAsync("openvmm");
        var id = (long)(await daemon.GetAsync(TestDaemon.Partition + "/guest-ports"))["items"]![0]!["id"]!;

        var report = await daemon.GetAsync($"{TestDaemon.Partition}/guest-ports/{id}/explain");

        Assert.Equal("host_to_guest", (string?)report["direction"]);
        Assert.Equal(("simp_enabled", "sint_unmasked"), ((string?)report["firstFailure"], (string?)report["verdict"]!["decidedBy"]));
        Assert.Equal(
            ["backend_up:ok", "fault_rules:ok", "vp_exists:ok", "vp_online:unknown", "scontrol_enabled:ok", "simp_enabled:failed", "sint_in_range:ok",
                "sint_unmasked:failed", "slot_free:ok", "queue_room:ok", "vector_valid:failed", "interrupt_accepted:unknown", "eom_seen:ok"],
            Checks(report));
    }

    private static IEnumerable<string> Checks(JsonObject report) => report["checks"]!.AsArray().Select(static c => $"{c!["check"]}:{c["state"]}");

    private static void Bring(PartitionHost host, string[] words)
    {
        var (vp, sint, synic) = (new VpIndex(1), new SintIndex(2), host.Partition.Synic);
        Dictionary<string, Action> steps = new()
        {
            ["simp"] = () => Write(HvMsr.Simp, Page | 1),
            ["siefp"] = () => Write(HvMsr.Siefp, (Page + 0x1000) | 1),
            ["sint"] = () => Write(HvMsr.Sint0 + 2, 0x40),
            ["polling"] = () => Write(HvMsr.Sint0 + 2, 1UL << 18),
            ["proxy"] = () => Write(HvMsr.Sint0 + 2, 0x40 | (1UL << 20)),
            ["off"] = () => Write(HvMsr.SControl, 0),
            ["message"] = () => synic.PostMessage(Vtl.Vtl0, vp, sint, 1, []),
            ["flag"] = () => synic.SignalEvent(Vtl.Vtl0, vp, sint, 9),
            ["take"] = () => Assert.True(host.Partition.Memory.TryWrite(new Gpa(Page + (2 * 256)), new byte[4])),
            ["full"] = () =>
            {
                while (synic.PostMessage(Vtl.Vtl0, vp, sint, 1, []) != Synic.Ports.GuestPostResult.QueueFull)
                {
                }
            },
            ["stop"] = host.Partition.Stop,
            ["close"] = () =>
            {
                host.Partition.Stop();
                synic.Close();
            },
        };
        foreach (var word in words)
        {
            steps[word]();
        }

        void Write(uint msr, ulong value) => Assert.True(synic.TryWriteMsr(Vtl.Vtl0, vp, msr, value));
    }

    private static async Task<TestDaemon> StartAsync(string dialect)
    {
        var daemon = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:Dialect", dialect));
        await AddAsync("0x10", "sink", 0);
        await AddAsync("0x11", "sink", 2);
        await AddAsync("0x12", "full", 0);
        await AddAsync("0x13", "counter", 0);
        await AddAsync("0x14", "counter", 1);
        await AddAsync("0x15", "echo", 0);
        return daemon;

        async Task AddAsync(string connection, string handler, int minimumVtl)
        {
            using var response = await daemon.PostAsync(Ports, new { connection, handler, minimumVtl });
            response.EnsureSuccessStatusCode();
        }
    }
}
