using Synic.Daemon.Configuration;
using Synic.Faults;

namespace Synic.Daemon.Tests.Partitions;

/// <summary>What of the fault rules is there after a restart.</summary>
public sealed class FaultStateTests : IDisposable
{
    private const string Faults = TestDaemon.Partition + "/faults";

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("synic-").FullName, "faults.json");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task Persist_AfterARestart_IsPausedWithItsSeedAndTheOthersAreGone()
    {
        await using (var daemon = await StartAsync())
        {
            await CreateAsync(daemon, "kept", persist: true, arm: true);
            await CreateAsync(daemon, "draft", persist: true, arm: false);
            await CreateAsync(daemon, "lost", persist: false, arm: true);
        }

        await using var again = await StartAsync();

        var rules = again.Host.Faults!.List();
        Assert.Equal([("kept", FaultState.Paused, 42UL), ("draft", FaultState.Draft, 42UL)], rules.Select(static r => (r.Rule.Id, r.State, r.Rule.Seed)));
        Assert.Null(again.Host.Partition.Faults.Plan);
        using var armed = await again.PostAsync(Faults + "/kept/arm", new { });
        Assert.Equal("armed", (string?)(await armed.ReadAsync())["state"]);
    }

    [Fact]
    public async Task Persist_RemovedRule_DoesNotComeBack()
    {
        await using (var daemon = await StartAsync())
        {
            await CreateAsync(daemon, "gone", persist: true, arm: false);
            daemon.Host.Faults!.Remove("gone");
        }

        await using var again = await StartAsync();

        Assert.Empty(again.Host.Faults!.List());
    }

    [Fact]
    public async Task Persist_WithoutAFile_IsRefusedAndSaysHow()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.PostAsync(Faults, Rule("kept", persist: true, arm: false));

        var problem = await response.AssertProblemAsync(422, "invalid_fault");
        Assert.Contains("--fault-state", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"demo":[{"state":"armed","rule":{"id":"x","action":{"kind":"nonsense"}}}]}""")]
    public async Task FaultStateFile_Broken_StopsTheStart(string text)
    {
        await File.WriteAllTextAsync(_file, text, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<SettingsException>(StartAsync);

        Assert.Contains(_file, refusal.Mistakes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task KillSwitchSetting_IsEngagedFromTheStart()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:KillSwitch", "true"));

        using var response = await daemon.PostAsync(Faults, Rule("any", persist: false, arm: true));

        await response.AssertProblemAsync(409, "kill_switch_engaged");
        Assert.True((bool)(await daemon.GetAsync("/api/v1/fault-kill-switch"))["engaged"]!);
    }

    private Task<TestDaemon> StartAsync() => TestDaemon.StartAsync(null, ("Synic:FaultStateFile", _file));

    private static async Task CreateAsync(TestDaemon daemon, string id, bool persist, bool arm)
    {
        using var response = await daemon.PostAsync(Faults, Rule(id, persist, arm));
        response.EnsureSuccessStatusCode();
    }

    private static object Rule(string id, bool persist, bool arm) => new
    {
        id, persist, arm, match = new { operation = "post_message" }, action = new { kind = "busy" }, seed = 42, reason = "a test", allowOverlap = true,
    };
}
