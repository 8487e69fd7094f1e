using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Pages;
using Synic.Daemon.Tests.Cli;
using Synic.Dashboard.Client;
using Synic.Hv;

namespace Synic.Daemon.Tests.Pages;

/// <summary>The pages' way to faults, in the daemon and over REST: both have to say the same.</summary>
public sealed class FaultClientTests
{
    private static readonly FaultRuleSpec s_rule = new()
    {
        Id = "full", Match = new FaultMatchSpec { Operation = "post_message" },
        Action = new FaultActionSpec { Kind = "status", Status = "insufficient_buffers" }, Seed = "0x2a",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rule_FromDraftToItsEnd_IsAsTheApiHasIt(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);
        var client = pages.Client;

        var draft = await client.CreateFaultAsync("demo", s_rule, Cancellation);
        var replaced = await client.ReplaceFaultAsync("demo", "full", s_rule with { Name = "named" }, draft.Version, Cancellation);
        var armed = await client.ArmFaultAsync("demo", "full", "see it", replaced.Version, Cancellation);
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, []);

        Assert.Equal(("draft", "armed", "see it"), (draft.State, armed.State, armed.Rule.Reason));
        Assert.Equal(1, (await client.GetFaultAsync("demo", "full", Cancellation))?.Hits);
        Assert.Equal("injected", Assert.Single(await client.GetFaultDecisionsAsync("demo", "full", Cancellation)).Outcome);
        Assert.Equal(0, (await client.ResetFaultCountersAsync("demo", "full", Cancellation)).Hits);
        Assert.Equal("full", Assert.Single((await client.WatchFaultsAsync(Cancellation).FirstAsync(Cancellation)).Armed).Fault.Id);
        Assert.Equal("paused", (await client.PauseFaultAsync("demo", "full", Cancellation)).State);
        var now = Assert.Single((await client.GetFaultsAsync("demo", Cancellation))!);
        await client.DeleteFaultAsync("demo", "full", now.Version, Cancellation);
        Assert.Empty((await client.GetFaultsAsync("demo", Cancellation))!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_OldVersion_IsRefusedAndNothingIsDone(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);
        await pages.Client.CreateFaultAsync("demo", s_rule, Cancellation);

        var refusals = new[]
        {
            await Refused(() => pages.Client.ArmFaultAsync("demo", "full", "x", "0", Cancellation)),
            await Refused(() => pages.Client.ReplaceFaultAsync("demo", "full", s_rule, "0", Cancellation)),
            await Refused(() => pages.Client.DeleteFaultAsync("demo", "full", "0", Cancellation)),
        };

        Assert.All(refusals, static r => Assert.Equal("stale_version", r.Code));
        Assert.Equal("draft", (await pages.Client.GetFaultAsync("demo", "full", Cancellation))?.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Preview_RuleWithMistakes_NamesTheFields(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);
        var wrong = s_rule with { Match = new FaultMatchSpec { Operation = "post_message", Vtl = "9" }, Trigger = new FaultTriggerSpec { Probability = 2 } };

        var refusal = await Refused(() => pages.Client.PreviewFaultAsync("demo", wrong, Cancellation));

        Assert.Equal(["match.vtl", "trigger.probability"], refusal.Errors.Keys.Order());
        Assert.Equal(0, (await pages.Client.PreviewFaultAsync("demo", s_rule, Cancellation)).PortsTotal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_ViewerWithoutToken_IsForbiddenButMayEngage(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: false);
        var client = pages.Client;

        await Forbidden(() => client.CreateFaultAsync("demo", s_rule, Cancellation));
        await Forbidden(() => client.ReplaceFaultAsync("demo", "full", s_rule, "1", Cancellation));
        await Forbidden(() => client.DeleteFaultAsync("demo", "full", "1", Cancellation));
        await Forbidden(() => client.ArmFaultAsync("demo", "full", "x", "1", Cancellation));
        await Forbidden(() => client.PauseFaultAsync("demo", "full", Cancellation));
        await Forbidden(() => client.RenewFaultAsync("demo", "full", Cancellation));
        await Forbidden(() => client.ResetFaultCountersAsync("demo", "full", Cancellation));
        await Forbidden(() => client.PreviewFaultAsync("demo", s_rule, Cancellation));
        await Forbidden(() => client.ImportFaultsAsync("demo", new FaultRuleSet { Rules = [s_rule] }, replace: false, dryRun: true, Cancellation));
        await Forbidden(() => client.StartScenarioAsync("demo", "receiver-full", null, dryRun: true, Cancellation));
        await Forbidden(() => client.ReleaseKillSwitchAsync(Cancellation));
        Assert.False((await client.WatchFaultsAsync(Cancellation).FirstAsync(Cancellation)).MayInject);
        Assert.Empty((await client.GetFaultsAsync("demo", Cancellation))!);
        Assert.True((await client.EngageKillSwitchAsync("stop", Cancellation)).Engaged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Anything_DaemonWithoutLab_SaysWhatIsMissing(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));
        using var pages = Pages.Of(daemon, inProcess, known: true);

        var refusal = await Forbidden(() => pages.Client.GetFaultsAsync("demo", Cancellation));
        await Forbidden(() => pages.Client.CreateFaultAsync("demo", s_rule, Cancellation));
        await Forbidden(() => pages.Client.EngageKillSwitchAsync("stop", Cancellation));
        var now = await pages.Client.WatchFaultsAsync(Cancellation).FirstAsync(Cancellation);

        Assert.Contains("--lab", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((false, false, false, 0), (now.Lab, now.MayInject, now.KillSwitch.Engaged, now.Armed.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KillSwitch_EngagedAndReleased_StopsRulesAndIsSeen(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);
        var draft = await pages.Client.CreateFaultAsync("demo", s_rule, Cancellation);
        await pages.Client.ArmFaultAsync("demo", "full", "x", draft.Version, Cancellation);

        await pages.Client.EngageKillSwitchAsync("enough", Cancellation);
        var engaged = (await pages.Client.WatchFaultsAsync(Cancellation).FirstAsync(Cancellation)).KillSwitch;
        var released = await pages.Client.ReleaseKillSwitchAsync(Cancellation);

        Assert.Equal((true, "enough"), (engaged.Engaged, engaged.Reason));
        Assert.False(released.Engaged);
        Assert.False((await pages.Client.GetKillSwitchAsync(Cancellation)).Engaged);
        Assert.Equal("stopped", (await pages.Client.GetFaultAsync("demo", "full", Cancellation))?.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sets_OutAndIn_AreTheSame(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);
        var draft = await pages.Client.CreateFaultAsync("demo", s_rule, Cancellation);

        var set = await pages.Client.ExportFaultsAsync("demo", Cancellation);
        await Refused(() => pages.Client.ImportFaultsAsync("demo", set, replace: false, dryRun: false, Cancellation));
        var tried = await pages.Client.ImportFaultsAsync("demo", set, replace: true, dryRun: true, Cancellation);
        Assert.Equal(draft.Version, (await pages.Client.GetFaultAsync("demo", "full", Cancellation))?.Version);
        var done = await pages.Client.ImportFaultsAsync("demo", set, replace: true, dryRun: false, Cancellation);

        Assert.True(Assert.Single(tried.Rules).Replaced);
        Assert.Equal("draft", Assert.Single(done.Rules).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scenario_Started_IsArmedWithTheReason(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);

        var all = await pages.Client.GetScenariosAsync(Cancellation);
        await pages.Client.StartScenarioAsync("demo", "receiver-full", "to see it", dryRun: true, Cancellation);
        Assert.Empty((await pages.Client.GetFaultsAsync("demo", Cancellation))!);
        await pages.Client.StartScenarioAsync("demo", "receiver-full", "to see it", dryRun: false, Cancellation);

        Assert.Contains(all, static s => s.Name == "receiver-full");
        Assert.All((await pages.Client.GetFaultsAsync("demo", Cancellation))!, static f => Assert.Equal(("armed", "to see it"), (f.State, f.Rule.Reason)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_NobodyOfThatName_IsNothing(bool inProcess)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess, known: true);

        Assert.Null(await pages.Client.GetFaultsAsync("nobody", Cancellation));
        Assert.Null(await pages.Client.GetFaultAsync("demo", "nobody", Cancellation));
        Assert.Empty(await pages.Client.GetFaultDecisionsAsync("demo", "nobody", Cancellation));
        Assert.Null(await pages.Client.GetFlowAsync("nobody", 10, Cancellation));
        Assert.Equal("fault_not_found", (await Refused(() => pages.Client.PauseFaultAsync("demo", "nobody", Cancellation))).Code);
    }

    [Fact]
    public async Task Change_InProcess_IsAuditedAsTheApiDoes()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var pages = Pages.Of(daemon, inProcess: true, known: true);

        var draft = await pages.Client.CreateFaultAsync("demo", s_rule, Cancellation);
        await pages.Client.ArmFaultAsync("demo", "full", "see it", draft.Version, Cancellation);
        await pages.Client.EngageKillSwitchAsync("enough", Cancellation);
        var records = daemon.Services.GetRequiredService<AuditLog>().Read(long.MaxValue, 10, out _).Reverse().ToList();

        Assert.Equal(
            ["fault.create asked", "fault.create done", "fault.arm asked", "fault.arm done", "kill_switch.engage done"],
            records.Select(static r => $"{r.Action} {r.Outcome}"));
        Assert.All(records, static r => Assert.Equal(("a viewer", "dashboard"), (r.Caller, r.Address)));
        Assert.Equal("see it", records[2].Reason);
    }

    [Fact]
    public async Task Change_InProcessAuditFails_IsRefusedAndNotDone()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:AuditFile", "/dev/full"));
        using var pages = Pages.Of(daemon, inProcess: true, known: true);

        var refusal = await Refused(() => pages.Client.CreateFaultAsync("demo", s_rule, Cancellation));

        Assert.Equal("audit_unavailable", refusal.Code);
        Assert.Empty((await pages.Client.GetFaultsAsync("demo", Cancellation))!);
    }

    private static Task<SynicProblemException> Refused(Func<Task> action) => Assert.ThrowsAsync<SynicProblemException>(action);

    private static Task<SynicForbiddenException> Forbidden(Func<Task> action) => Assert.ThrowsAsync<SynicForbiddenException>(action);

    private sealed class Pages(ISynicClient client, IDisposable? http) : IDisposable
    {
        public ISynicClient Client => client;

        public static Pages Of(TestDaemon daemon, bool inProcess, bool known)
        {
            if (inProcess)
            {
                return new Pages(ActivatorUtilities.CreateInstance<InProcessSynicClient>(daemon.Services, new Caller(known)), null);
            }

            var http = new SynicHttp(
                new DaemonAddress(daemon.Url, null), known ? TestDaemon.Token : null, TimeSpan.FromSeconds(10), TimeProvider.System);
            return new Pages(new HttpSynicClient(http, new HurriedTime()), http);
        }

        public void Dispose() => http?.Dispose();
    }

    private sealed class Caller(bool known) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(
            known ? new ClaimsIdentity([new Claim(ClaimTypes.Name, "a viewer")], "a test") : new ClaimsIdentity())));
    }
}
