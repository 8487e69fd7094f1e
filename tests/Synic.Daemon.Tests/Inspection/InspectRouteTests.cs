using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Synic.Contracts;
using Synic.Inspection;
using static Synic.Daemon.Tests.Inspection.TreeExtensions;

namespace Synic.Daemon.Tests.Inspection;

public sealed class InspectRouteTests
{
    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("depth=-1", "depth")]
    [InlineData("depth=4097", "depth")]
    [InlineData("depth=abc", "depth")]
    [InlineData("depth=99999999999", "depth")]
    [InlineData("timeoutMs=0", "timeoutMs")]
    [InlineData("timeoutMs=-5", "timeoutMs")]
    [InlineData("timeoutMs=30001", "timeoutMs")]
    [InlineData("sensitivity=all", "sensitivity")]
    [InlineData("format=xml", "format")]
    [InlineData("compat=hyperv", "compat")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("dept=1", "dept")]
    public async Task Get_BadParameter_IsNamed(string query, string field)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync($"{Tree}?{query}", Cancellation);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Theory]
    [InlineData("depth=-1", "leave it out for 2")]
    [InlineData("timeoutMs=0", "leave it out for 1000")]
    public async Task Get_OutOfRange_SaysTheNextStep(string query, string step)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync($"{Tree}?{query}", Cancellation);

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.Contains(step, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a%0Ab")]
    [InlineData("%01")]
    [InlineData("process/%7F")]
    public async Task Get_ControlCharacters_AreNoPath(string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync($"{Tree}/{path}", Cancellation);

        await response.AssertProblemAsync(400, "invalid_path");
    }

    [Theory]
    [InlineData(4097, 400, "invalid_path")]
    [InlineData(4096, 404, "path_not_found")]
    public async Task Get_LongPath_IsRefusedByLength(int length, int status, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();
        var path = string.Join('/', Enumerable.Repeat("a", length / 2)).PadRight(length, 'a');

        using var response = await daemon.Viewer.GetAsync($"{Tree}/{path}", Cancellation);

        await response.AssertProblemAsync(status, code);
    }

    [Theory]
    [InlineData("proces", "in the root", "Was 'process' meant?")]
    [InlineData("PROCESS/gc", "'PROCESS' in the root", "process")]
    [InlineData("process/gc/heaps", "in 'process/gc'", "Was 'heap' meant?")]
    [InlineData("process/version/major", "in 'process/version'", "It is a field")]
    [InlineData("synic_ports/ports/0x99", "'0x99' in 'synic_ports/ports'", "0x10")]
    [InlineData("nowhere/near/here", "'nowhere' in the root", "There are")]
    [InlineData("..%2F..%2Fetc", "in the root", "There are")]
    public async Task Get_PathToNothing_NamesHowFarThereIsSomething(string path, string place, string instead)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");

        using var response = await daemon.Viewer.GetAsync($"{Tree}/{path}", Cancellation);

        var problem = await response.AssertProblemAsync(404, "path_not_found");
        Assert.Contains(place, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Contains(instead, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StuckBranch_IsNamedAndItsSiblingsAreThere()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var stuck = daemon.Grow(new StuckBranch());

        var answer = await daemon.GetAsync($"{Tree}?timeoutMs=200");

        Assert.False((bool)answer["complete"]!);
        Assert.Equal(("test", "deadline"), ((string?)answer["incomplete"]![0]!["path"], (string?)answer["incomplete"]![0]!["reason"]));
        Assert.Single(answer["incomplete"]!.AsArray());
        Assert.Equal("deadline", (string?)Child(answer, "test")["reason"]);
        Assert.Contains("version", Child(answer, "process")["children"]!.AsArray().Select(static c => (string?)c!["name"]));
    }

    [Fact]
    public async Task Get_ThrowingBranch_IsAnErrorInAnAnswer()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static _ => throw new InvalidOperationException("broken on purpose"));

        using var response = await daemon.Viewer.GetAsync($"{Tree}/test", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.ReadAsync();
        Assert.Equal(("error", "provider_failed"), ((string?)answer["node"]!["kind"], (string?)answer["node"]!["code"]));
        Assert.False((bool)answer["complete"]!);
    }

    [Theory]
    [InlineData("typed")]
    [InlineData("plain")]
    [InlineData("text")]
    public async Task Get_EndlessTree_IsCut(string format)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Endless);

        using var response = await daemon.Viewer.GetAsync($"{Tree}/test?depth=4096&timeoutMs=30000&format={format}", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(Cancellation));

        static void Endless(InspectResponse node) => node.Child("x", Endless);
    }

    [Theory]
    [InlineData("typed")]
    [InlineData("plain")]
    public async Task Get_StrangeNamesAndNumbers_AreValidJson(string format)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node =>
        {
            node.Field("\"\\\ud800\u0001</script>", double.NaN, InspectTraits.Safe);
            node.Field("", double.NegativeInfinity, InspectTraits.Safe);
            node.Field("most", ulong.MaxValue, InspectTraits.Safe);
            node.Field("text", "\udfff\r\n\ndata: x", InspectTraits.Safe);
        });

        var answer = await daemon.GetAsync($"{Tree}/test?format={format}");

        var most = format == "typed" ? Child(answer, "most")["value"] : answer["node"]!["most"];
        Assert.Equal("18446744073709551615", (string?)most);
    }

    [Fact]
    public async Task Get_SensitiveNode_IsHiddenAndCountedUnlessTheCallerMaySeeIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node => node.Field("secret", "x", InspectTraits.Safe with { Sensitivity = InspectSensitivity.Sensitive }));

        var viewer = await daemon.GetAsync($"{Tree}/test?sensitivity=sensitive");
        var asked = await daemon.GetAsync($"{Tree}/test/secret?sensitivity=sensitive");
        using var response = await daemon.Operator.GetAsync($"{Tree}/test?sensitivity=sensitive", Cancellation);
        using var unasked = await daemon.Operator.GetAsync($"{Tree}/test", Cancellation);

        Assert.Equal((1, 0), ((int)viewer["node"]!["hidden"]!, viewer["node"]!["children"]!.AsArray().Count));
        Assert.Equal("sensitivity", (string?)asked["node"]!["reason"]);
        Assert.Equal("x", (string?)Child(await response.ReadAsync(), "secret")["value"]);
        Assert.Equal(1, (int)(await unasked.ReadAsync())["node"]!["hidden"]!);
    }

    [Fact]
    public async Task Get_Typed_IsWhatTheContractSays()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");
        daemon.Grow(static node =>
        {
            node.Field("gone", default, InspectTraits.Safe with { NotKnown = "nobody asked" });
            node.Mutable("level", 3, InspectTraits.Safe with { Range = "1 to 9", Effect = "none" }, static _ => InspectUpdate.Rejected("no"));
            node.Failed("bad", "broken", "it broke");
        });

        var text = await daemon.Viewer.GetStringAsync($"{Tree}?depth=4", Cancellation);

        var answer = JsonSerializer.Deserialize<InspectAnswer>(text, s_strict)!;
        Assert.Equal((1, "", true), (answer.SchemaVersion, answer.Path, answer.Complete));
        var test = answer.Node.Children!.Single(static c => c.Name == "test").Node.Children!.ToDictionary(static c => c.Name, static c => c.Node);
        Assert.Equal(("unknown", "nobody asked"), (test["gone"].Kind, test["gone"].NotKnown));
        Assert.Equal((true, "1 to 9", 3), (test["level"].Mutable, test["level"].Range, test["level"].Value!.Value.GetInt32()));
        Assert.Equal(("error", "broken"), (test["bad"].Kind, test["bad"].Code));
    }

    [Theory]
    [InlineData("", "text/plain")]
    [InlineData("?format=text", null)]
    public async Task Get_AsText_IsALineForEachField(string query, string? accept)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node => node.Field("mask", 255u, InspectTraits.SafeHex));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Tree}/test{query}");
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        using var response = await daemon.Viewer.SendAsync(request, Cancellation);

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("test/mask: 0xff\n", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("", "0x10")]
    [InlineData("?compat=openvmm", "16")]
    public async Task Get_Ports_AreSpeltAsAskedFor(string query, string key)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");

        var answer = await daemon.GetAsync($"{Tree}/synic_ports/ports{query}");

        Assert.NotNull(Child(answer, key));
    }

    [Fact]
    public async Task Get_Pages_AreEveryChildOnce()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node =>
        {
            for (var i = 0; i < 25; i++)
            {
                node.Field(i.ToString(CultureInfo.InvariantCulture), i, InspectTraits.Safe);
            }
        });

        var names = new List<string?>();
        string? after = null;
        do
        {
            var answer = await daemon.GetAsync($"{Tree}/test?limit=10{(after is null ? "" : $"&after={after}")}");
            names.AddRange(answer["node"]!["children"]!.AsArray().Select(static c => (string?)c!["name"]));
            after = (string?)answer["node"]!["nextAfter"];
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 25).Select(static i => i.ToString(CultureInfo.InvariantCulture)), names);
    }

    [Fact]
    public async Task Get_EachResult_IsCounted()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static _ => throw new InvalidOperationException("broken on purpose"));
        using var none = await daemon.Viewer.GetAsync($"{Tree}/nothing", Cancellation);
        await daemon.GetAsync($"{Tree}/process");
        await daemon.GetAsync(Tree);

        var metrics = await daemon.Viewer.GetStringAsync("/metrics", Cancellation);

        Assert.All(["complete", "partial", "failed"], result =>
            Assert.Contains($"synic_inspect_requests_total{{partition=\"demo\",result=\"{result}\"}} 1\n", metrics, StringComparison.Ordinal));
        Assert.Contains("synic_inspect_duration_seconds_count{partition=\"demo\"} 3\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Process_SaysWhatTheDaemonCosts()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var answer = await daemon.GetAsync($"{Tree}/process?depth=4");

        Assert.All(["version", "uptime", "cpu"], name => Assert.NotNull(Child(answer, name)["value"]));
        Assert.Equal(
            ["gc", "memory", "metrics", "streams", "threads"],
            answer["node"]!["children"]!.AsArray().Where(static c => (string?)c!["node"]!["kind"] == "dir").Select(static c => (string?)c!["name"]));
    }

    private static JsonNode Child(JsonNode answer, string name) =>
        answer["node"]!["children"]!.AsArray().Single(c => (string?)c!["name"] == name)!["node"]!;
}
