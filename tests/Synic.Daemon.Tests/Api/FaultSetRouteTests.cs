using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Synic.Daemon.Tests.Api;

/// <summary>Sets of fault rules: in, out, and all or nothing.</summary>
public sealed class FaultSetRouteTests
{
    private const string Faults = TestDaemon.Partition + "/faults";
    private const string Good = """{"id":"a","match":{"operation":"post_message","connections":[16]},"action":{"kind":"busy"},"seed":1,"reason":"r"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"rules":[{"id":"b","match":{"connections":[1]},"action":{"kind":"busy"}},{"id":"c","match":{"connections":[2]},"action":{"kind":"nonsense"}}]}""", 422, "rules[1].action.kind")]
    [InlineData("""{"rules":[{"match":{"connections":[1]},"action":{"kind":"busy"}}]}""", 422, "rules[0].id")]
    [InlineData("""{"rules":[{"id":"b","match":{"connections":[1]},"action":{"kind":"busy"}},{"id":"b","match":{"connections":[2]},"action":{"kind":"busy"}}]}""", 422, "rules[1].id")]
    [InlineData("""{"rules":[{"id":"b","match":{"connections":[1]},"action":{"kind":"busy"},"arm":true}]}""", 422, "rules[0].reason")]
    [InlineData("""{"rules":[{"id":"export","match":{"connections":[1]},"action":{"kind":"busy"}}]}""", 422, "rules[0].id")]
    [InlineData("""{"rules":[null]}""", 422, "rules[0]")]
    [InlineData("""{"rules":[]}""", 422, "rules")]
    [InlineData("{}", 422, "rules")]
    [InlineData("""{"name":"A B","rules":[]}""", 422, "name")]
    [InlineData("""{"description":"","rules":[]}""", 422, "description")]
    [InlineData("""{"guestReaction":["a","\u0001"],"rules":[]}""", 422, "guestReaction[1]")]
    [InlineData("""{"rules":[{"id":"b","match":{"connections":[1]},"action":{"kind":"busy","nobody":1}}]}""", 400, "rules[0].action.nobody")]
    [InlineData("""{"rules":[{"id":"b","ttlSeconds":"long"}]}""", 400, "rules[0].ttlSeconds")]
    [InlineData("""{"rules":{}}""", 400, "rules")]
    [InlineData("""{"rule":[]}""", 400, "rule")]
    public async Task Import_OneMistake_IsNamedByItsPathAndNothingIsAdded(string body, int status, string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await ImportAsync(daemon, body);

        var problem = await response.AssertProblemAsync(status, status == 422 ? "invalid_fault" : "invalid_request");
        Assert.True(problem["errors"]![path] is not null, problem.ToJsonString());
        Assert.Empty((await daemon.GetAsync(Faults))["items"]!.AsArray());
    }

    [Fact]
    public async Task Import_SecondRuleInTheWayOfTheFirst_IsNamedAndNeitherIsAdded()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var body = $$"""{"rules":[{{Good}},{{Good.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)}}]}""";

        using var response = await ImportAsync(daemon, body, "?arm=true");

        var problem = await response.AssertProblemAsync(409, "fault_conflict");
        Assert.NotNull(problem["errors"]!["rules[1]"]);
        Assert.Empty((await daemon.GetAsync(Faults))["items"]!.AsArray());
        Assert.Null(daemon.Host.Partition.Faults.Plan);
    }

    [Fact]
    public async Task Import_IdThatIsThere_IsAConflictUnlessReplaced()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var body = $$"""{"rules":[{{Good}}]}""";
        using var first = await ImportAsync(daemon, body, "?arm=true");
        using var again = await ImportAsync(daemon, body);
        using var replaced = await ImportAsync(daemon, body, "?replace=true");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(Faults + "/a", (string?)(await again.AssertProblemAsync(409, "fault_conflict"))["conflictsWith"]);
        Assert.True((bool)(await replaced.ReadAsync())["rules"]![0]!["replaced"]!);
        Assert.Equal("draft", (string?)(await daemon.GetAsync(Faults + "/a"))["state"]);
    }

    [Fact]
    public async Task Import_DryRun_TellsWhatItWouldDoAndDoesNothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var body = $$"""{"name":"n","rules":[{{Good}}]}""";

        using var response = await ImportAsync(daemon, body, "?dryRun=true&arm=true&reason=because&seed=7");

        var result = await response.ReadAsync();
        var rule = result["rules"]![0]!;
        Assert.Equal((true, "armed", "because", "0x7"), ((bool)result["dryRun"]!, (string?)rule["state"], (string?)rule["rule"]!["reason"], (string?)rule["rule"]!["seed"]));
        Assert.Empty((await daemon.GetAsync(Faults))["items"]!.AsArray());
    }

    [Fact]
    public async Task Import_KillSwitchEngaged_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Kill("enough");

        using var response = await ImportAsync(daemon, $$"""{"rules":[{{Good}}]}""");

        await response.AssertProblemAsync(409, "kill_switch_engaged");
    }

    [Fact]
    public async Task Import_OneRuleTooMany_IsFaultLimitAndNoneIsAdded()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var rules = string.Join(',', Enumerable.Range(0, 256).Select(static i => $$"""{"id":"r{{i}}","match":{"connections":[{{i}}]},"action":{"kind":"busy"} }"""));
        using var first = await ImportAsync(daemon, $$"""{"rules":[{{Good}}]}""");

        using var response = await ImportAsync(daemon, $$"""{"rules":[{{rules}}]}""");

        await response.AssertProblemAsync(409, "fault_limit");
        Assert.Single((await daemon.GetAsync(Faults))["items"]!.AsArray());
    }

    [Fact]
    public async Task Export_ThenImport_IsTheSameSetAndArmsNothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var first = await ImportAsync(daemon, $$"""{"rules":[{{Good}},{"id":"b","match":{"connections":[32]},"action":{"kind":"verify"} }]}""", "?arm=true&reason=r");
        var one = await daemon.GetAsync(Faults + "/export?ids=b");
        var all = await daemon.GetAsync(Faults + "/export?name=kept");

        using var imported = await ImportAsync(daemon, all.ToJsonString(), "?replace=true");

        Assert.Equal("b", (string?)Assert.Single(one["rules"]!.AsArray())!["id"]);
        Assert.Equal(("kept", 2), ((string?)all["name"], all["rules"]!.AsArray().Count));
        Assert.Equal(["draft", "draft"], (await imported.ReadAsync())["rules"]!.AsArray().Select(static r => (string?)r!["state"]));
        Assert.Equal(all.ToJsonString(), (await daemon.GetAsync(Faults + "/export?name=kept")).ToJsonString());
    }

    [Fact]
    public async Task Export_UnknownRuleOrBadName_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var unknown = await daemon.Viewer.GetAsync(Faults + "/export?ids=nobody", Cancellation);
        using var name = await daemon.Viewer.GetAsync(Faults + "/export?name=A%20B", Cancellation);

        await unknown.AssertProblemAsync(404, "fault_not_found");
        await name.AssertProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Import_IsInTheAudit()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var imported = await ImportAsync(daemon, $$"""{"rules":[{{Good}}]}""", "?arm=true");

        var audit = JsonNode.Parse(await daemon.Operator.GetStringAsync("/api/v1/audit", Cancellation))!["items"]!.AsArray();

        Assert.Equal(["done", "asked"], audit.Where(static a => (string?)a!["action"] == "fault.import").Select(static a => (string?)a!["outcome"]));
        Assert.Equal("a armed", (string?)audit[0]!["after"]);
    }

    [Theory]
    [InlineData("GET", Faults + "/export")]
    [InlineData("POST", Faults + "/import")]
    [InlineData("POST", TestDaemon.Partition + "/scenarios/receiver-full/start")]
    public async Task Routes_WithoutLab_AreInjectionDisabled(string method, string path)
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = Json($$"""{"rules":[{{Good}}]}""") };

        using var response = await daemon.Operator.SendAsync(request, Cancellation);

        await response.AssertProblemAsync(403, "injection_disabled");
    }

    [Fact]
    public async Task Scenarios_AllOfThem_CanBeArmedTogetherWithNobodyThere()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var names = (await daemon.GetAsync("/api/v1/scenarios"))["items"]!.AsArray().Select(static s => (string)s!["name"]!).ToList();

        Assert.Equal(["dropped-doorbell", "lost-offer", "receiver-full", "slow-host", "stuck-slot", "unknown-connections", "vtl-denial"], names);
        foreach (var name in names)
        {
            var set = await daemon.GetAsync($"/api/v1/scenarios/{name}");
            using var dry = await daemon.Operator.PostAsync($"{TestDaemon.Partition}/scenarios/{name}/start?dryRun=true", null, Cancellation);
            using var imported = await ImportAsync(daemon, set.ToJsonString(), "?dryRun=true&arm=true");
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (dry.StatusCode, imported.StatusCode));
        }
    }

    [Fact]
    public async Task Scenario_StartedTwice_BeginsAnew()
    {
        await using var daemon = await TestDaemon.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var response = await daemon.Operator.PostAsync(TestDaemon.Partition + "/scenarios/receiver-full/start", null, Cancellation);
            Assert.Equal(i == 1, (bool)(await response.ReadAsync())["rules"]![0]!["replaced"]!);
        }

        Assert.Equal("armed", (string?)(await daemon.GetAsync(Faults + "/receiver-full"))["state"]);
    }

    [Fact]
    public async Task Scenario_Unknown_IsScenarioNotFound()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var get = await daemon.Viewer.GetAsync("/api/v1/scenarios/nobody", Cancellation);
        using var start = await daemon.Operator.PostAsync(TestDaemon.Partition + "/scenarios/nobody/start", null, Cancellation);

        await get.AssertProblemAsync(404, "scenario_not_found");
        await start.AssertProblemAsync(404, "scenario_not_found");
    }

    private static Task<HttpResponseMessage> ImportAsync(TestDaemon daemon, string body, string query = "") =>
        daemon.Operator.PostAsync(Faults + "/import" + query, Json(body), Cancellation);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
