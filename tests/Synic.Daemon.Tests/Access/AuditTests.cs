using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Synic.Daemon.Access;
using Synic.Faults;

namespace Synic.Daemon.Tests.Access;

public sealed class AuditTests
{
    private const string Faults = TestDaemon.Partition + "/faults";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly object s_rule = new
    {
        id = "full", match = new { operation = "post_message" }, action = new { kind = "busy" }, reason = "a test", arm = true,
    };

    [Fact]
    public async Task Change_IsInTheFileAndInTheApi()
    {
        using var file = new TempFile();
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:AuditFile", file.Path));
        using var created = await daemon.PostAsync(Faults, s_rule);
        using var refused = await daemon.PostAsync(Faults, s_rule);

        var lines = (await File.ReadAllLinesAsync(file.Path, Cancellation)).Select(static l => JsonNode.Parse(l)!).ToList();
        using var listed = await daemon.Operator.GetAsync("/api/v1/audit?limit=3", Cancellation);
        var page = await listed.ReadAsync();

        Assert.Equal(["asked", "done", "asked", "fault_conflict"], lines.Select(static l => (string?)l["outcome"]));
        Assert.Equal("a test", (string?)lines[1]["reason"]);
        Assert.Contains("armed", (string?)lines[1]["after"], StringComparison.Ordinal);
        Assert.Equal("demo/faults/full", (string?)lines[1]["target"]);
        Assert.Equal([4, 3, 2], page["items"]!.AsArray().Select(static i => (int)i!["seq"]!));
        Assert.NotNull((string?)page["next"]);
    }

    [Fact]
    public async Task File_AnotherStart_IsAppendedTo()
    {
        using var file = new TempFile();
        for (var i = 0; i < 2; i++)
        {
            await using var daemon = await TestDaemon.StartAsync(null, ("Synic:AuditFile", file.Path));
            using var created = await daemon.PostAsync(Faults, s_rule);
        }

        Assert.Equal(4, (await File.ReadAllLinesAsync(file.Path, Cancellation)).Length);
    }

    [Fact]
    public async Task File_Full_RefusesTheChange()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Linux has a file that is always full");
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:AuditFile", "/dev/full"));

        using var created = await daemon.PostAsync(Faults, s_rule);

        await created.AssertProblemAsync(503, "audit_unavailable");
        Assert.Empty(daemon.Host.Faults!.List());
        using var engaged = await daemon.Viewer.PutAsync("/api/v1/fault-kill-switch", new StringContent("""{"reason":"x"}""", null, "application/json"), Cancellation);
        Assert.True(daemon.Services.GetRequiredService<FaultKillSwitch>().IsEngaged); // stopping is never refused
    }

    [Fact]
    public async Task Audit_Viewer_Is401()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync("/api/v1/audit", Cancellation);

        await response.AssertProblemAsync(401, "not_authenticated");
    }

    [Fact]
    public async Task Signal_EngagesTheKillSwitchAndIsWrittenDown()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var created = await daemon.PostAsync(Faults, s_rule);
        var context = new PosixSignalContext(KillSignal.Signal);

        daemon.Services.GetServices<IHostedService>().OfType<KillSignal>().Single().OnSignal(context);

        Assert.True(context.Cancel);
        Assert.Equal(FaultState.Stopped, daemon.Host.Faults!.Get("full").State);
        var last = daemon.Services.GetRequiredService<AuditLog>().Read(long.MaxValue, 1, out _)[0];
        Assert.Equal(("kill_switch.engage", "SIGUSR1", "done"), (last.Action, last.Caller, last.Outcome));
    }

    private sealed class TempFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
