using System.Text.Json.Nodes;

namespace Synic.Daemon.Tests.Api;

/// <summary>What fault rules do, as the history, streams and recordings tell it.</summary>
public sealed class FaultEventTests
{
    private const string Faults = TestDaemon.Partition + "/faults";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hit_IsWrittenDownBesideItsCall_WithTheDecision()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await CreateAsync(daemon, "full");
        await PostAsync(daemon);
        await PostAsync(daemon);

        var hits = await EventsAsync(daemon, "kind:fault.hit");

        Assert.Equal([1, 2], hits.Select(static e => (int)e["decision"]!));
        Assert.All(hits, static e => Assert.Equal(
            ("full", "injected", "post_message", "0x10", 0),
            ((string?)e["injectedBy"], (string?)e["status"], (string?)e["reason"], (string?)e["connection"], (int)e["vtl"]!)));
        Assert.Equal(2, (await EventsAsync(daemon, "kind:post injected:full")).Count);
    }

    [Fact]
    public async Task Hit_OfADryRun_IsWrittenDownAndTheCallIsItsOwn()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await CreateAsync(daemon, "full", dryRun: true);
        await PostAsync(daemon);

        Assert.Equal("dry_run", (string?)Assert.Single(await EventsAsync(daemon, "kind:fault.hit"))["status"]);
        Assert.Empty(await EventsAsync(daemon, "kind:post injected:*"));
    }

    [Fact]
    public async Task States_OfARule_AreToldWithTheirReason()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await CreateAsync(daemon, "full");
        daemon.Kill("enough");
        daemon.Host.Faults!.Remove("full");
        using var released = await daemon.Operator.DeleteAsync("/api/v1/fault-kill-switch", Cancellation);

        var states = await EventsAsync(daemon, "kind:fault.state injected:full");
        var all = await EventsAsync(daemon, "kind:fault.state,killswitch");

        Assert.Equal(["draft", "armed", "stopped", "removed"], states.Select(static e => (string?)e["status"]));
        Assert.Equal("kill switch: enough", (string?)states[2]["reason"]);
        Assert.Equal(
            ["fault.state", "fault.state", "killswitch", "fault.state", "fault.state", "killswitch"], all.Select(static e => (string?)e["kind"]));
        Assert.Equal(("engaged", "enough", "released"), ((string?)all[2]["status"], (string?)all[2]["reason"], (string?)all[5]["status"]));
        Assert.All(all, static e => Assert.Null(e["payload"] ?? e["payloadHash"]));
    }

    [Fact]
    public async Task Recording_HasTheRulesInItsHeader_AndSaysWhyTheyStopped()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await CreateAsync(daemon, "full");
        using var started = await daemon.PostAsync(TestDaemon.Partition + "/recordings", new { });
        var id = (string)(await started.ReadAsync())["id"]!;
        await PostAsync(daemon);
        daemon.Kill("enough");
        using var stopped = await daemon.PostAsync($"{TestDaemon.Partition}/recordings/{id}/stop", new { });

        var text = await daemon.Operator.GetStringAsync($"{TestDaemon.Partition}/recordings/{id}/content", Cancellation);

        var lines = text.TrimEnd('\n').Split('\n').Select(static l => JsonNode.Parse(l)!).ToList();
        var rule = Assert.Single(lines[0]["faults"]!.AsArray())!;
        Assert.Equal(("full", "0x2a", "armed", "busy"), ((string?)rule["id"], (string?)rule["seed"], (string?)rule["state"], (string?)rule["rule"]!["action"]!["kind"]));
        Assert.Equal("full", (string?)lines.Single(static l => (string?)l["kind"] == "post")["injectedBy"]);
        Assert.Contains(lines, static l => (string?)l["kind"] == "fault.state" && (string?)l["reason"] == "kill switch: enough");
    }

    [Fact]
    public async Task Preview_OfMessagesForTheGuest_CountsEachOnce()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "echo");
        for (var i = 0; i < 3; i++)
        {
            await PostAsync(daemon);
        }

        using var response = await daemon.PostAsync(Faults + "/preview", new { match = new { operation = "guest_message", sint = 2 }, action = new { kind = "busy" } });

        var calls = (await response.ReadAsync())["calls"]!;
        Assert.Equal((3, 3), ((int)calls["matched"]!, (int)calls["hit"]!));
    }

    private static async Task CreateAsync(TestDaemon daemon, string id, bool dryRun = false)
    {
        using var response = await daemon.PostAsync(Faults, new
        {
            id, dryRun, match = new { operation = "post_message", connections = new[] { 0x10 } }, action = new { kind = "busy" }, seed = 42, reason = "a test", arm = true,
        });
        response.EnsureSuccessStatusCode();
    }

    private static async Task PostAsync(TestDaemon daemon)
    {
        using var response = await daemon.PostAsync(TestDaemon.Ports + "/0x10/messages", new { });
        response.EnsureSuccessStatusCode();
    }

    private static async Task<List<JsonNode>> EventsAsync(TestDaemon daemon, string filter) =>
        [.. (await daemon.GetAsync("/api/v1/events?filter=" + Uri.EscapeDataString(filter)))["items"]!.AsArray().Select(static e => e!)];
}
