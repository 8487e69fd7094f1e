using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Api;
using Synic.Daemon.Partitions;
using Synic.Faults;

namespace Synic.Daemon.Pages;

/// <content>Fault rules: what the API's handlers do, asked for by the viewer of a page.</content>
internal sealed partial class InProcessSynicClient
{
    public async IAsyncEnumerable<FaultsSnapshot> WatchFaultsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            yield return await FaultsNowAsync().ConfigureAwait(false);
            await Task.Delay(s_longest, time, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<FaultSummary>?> GetFaultsAsync(string partition, CancellationToken cancellation) =>
        (await _caller.FindAsync<ListPage<FaultSummary>>(null, _ => Now(FaultEndpoints.List(partition, registry))).ConfigureAwait(false))?.Items;

    public Task<FaultSummary?> GetFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        _caller.FindAsync<FaultSummary>(null, context => Now(FaultEndpoints.Get(partition, fault, context, registry)));

    public Task<FaultSummary> CreateFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation) =>
        ChangeAsync(context => FaultEndpoints.Create(partition, rule, context, registry));

    public Task<FaultSummary> ReplaceFaultAsync(
        string partition, string fault, FaultRuleSpec rule, string version, CancellationToken cancellation) =>
        ChangeAsync(context => FaultEndpoints.Put(partition, fault, rule, Match(context, version), context, registry));

    public Task DeleteFaultAsync(string partition, string fault, string version, CancellationToken cancellation) =>
        _caller.DoAsync(AccessSetup.Lab, context => Now(FaultEndpoints.Delete(partition, fault, Match(context, version), context, registry)));

    public Task<FaultSummary> ArmFaultAsync(string partition, string fault, string reason, string version, CancellationToken cancellation) =>
        ChangeAsync(context =>
        {
            Match(context, version);
            return FaultEndpoints.Arm(partition, fault, new ArmFaultRequest(reason), context, registry);
        });

    public Task<FaultSummary> PauseFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        ChangeAsync(context => FaultEndpoints.Pause(partition, fault, context, registry));

    public Task<FaultSummary> RenewFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        ChangeAsync(context => FaultEndpoints.Renew(partition, fault, context, registry));

    public Task<FaultSummary> ResetFaultCountersAsync(string partition, string fault, CancellationToken cancellation) =>
        ChangeAsync(context => FaultEndpoints.ResetCounters(partition, fault, context, registry));

    public Task<FaultPreview> PreviewFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation) =>
        _caller.AskAsync<FaultPreview>(
            AccessSetup.Lab, context => Now(FaultEndpoints.Preview(partition, rule, context, registry, _caller.Service<EventHub>())));

    public async Task<IReadOnlyList<FaultDecisionSummary>> GetFaultDecisionsAsync(
        string partition, string fault, CancellationToken cancellation)
    {
        var all = new List<FaultDecisionSummary>();
        string? cursor = null;
        do
        {
            var page = await _caller.FindAsync<ListPage<FaultDecisionSummary>>(
                null, _ => Now(FaultEndpoints.Decisions(partition, fault, Paging.MaxLimit, cursor, registry, _caller.Service<EventHub>()))).ConfigureAwait(false);
            all.AddRange(page?.Items ?? []);
            cursor = page?.Next;
        }
        while (cursor is not null);
        return all;
    }

    public Task<FaultRuleSet> ExportFaultsAsync(string partition, CancellationToken cancellation) =>
        _caller.AskAsync<FaultRuleSet>(null, _ => Now(FaultSetEndpoints.Export(partition, null, null, registry)));

    public Task<FaultImportResult> ImportFaultsAsync(string partition, FaultRuleSet set, bool replace, bool dryRun, CancellationToken cancellation) =>
        _caller.AskAsync<FaultImportResult>(AccessSetup.Lab, context => Now(FaultSetEndpoints.Import(
            partition, set, arm: false, replace, dryRun, null, null, context, registry, _caller.Service<IAudit>())));

    public async Task<IReadOnlyList<ScenarioSummary>> GetScenariosAsync(CancellationToken cancellation) =>
        (await _caller.AskAsync<ListPage<ScenarioSummary>>(null, _ => Now(FaultSetEndpoints.List(time))).ConfigureAwait(false)).Items;

    public Task<FaultImportResult> StartScenarioAsync(
        string partition, string scenario, string? reason, bool dryRun, CancellationToken cancellation) =>
        _caller.AskAsync<FaultImportResult>(AccessSetup.Lab, context => Now(FaultSetEndpoints.Start(
            partition, scenario, dryRun, reason, null, context, registry, _caller.Service<IAudit>())));

    public Task<KillSwitchSummary> GetKillSwitchAsync(CancellationToken cancellation) =>
        _caller.AskAsync<KillSwitchSummary>(null, _ => Now(KillSwitchEndpoints.Get(settings, _caller.Service<FaultKillSwitch>())));

    public Task<KillSwitchSummary> EngageKillSwitchAsync(string reason, CancellationToken cancellation) =>
        _caller.AskAsync<KillSwitchSummary>(null, context => Now(KillSwitchEndpoints.Engage(
            new KillSwitchRequest(reason), context, settings, _caller.Service<FaultKillSwitch>(), _caller.Service<IAudit>())));

    public Task<KillSwitchSummary> ReleaseKillSwitchAsync(CancellationToken cancellation) =>
        _caller.AskAsync<KillSwitchSummary>(AccessSetup.Lab, context => Now(KillSwitchEndpoints.Release(
            context, _caller.Service<FaultKillSwitch>(), _caller.Service<IAudit>())));

    public Task<FlowSummary?> GetFlowAsync(string partition, int top, CancellationToken cancellation) =>
        _caller.FindAsync<FlowSummary>(null, _ => Now(FlowEndpoints.Get(partition, top, registry, _caller.Service<EventHub>())));

    private async Task<FaultsSnapshot> FaultsNowAsync()
    {
        var context = await _caller.ContextAsync().ConfigureAwait(false);
        var allowed = await _caller.Service<IAuthorizationService>().AuthorizeAsync(context.User, resource: null, AccessSetup.Lab).ConfigureAwait(false);
        return new FaultsSnapshot
        {
            Lab = settings.Lab,
            MayInject = allowed.Succeeded,
            KillSwitch = KillSwitchEndpoints.Summarize(_caller.Service<FaultKillSwitch>().State),
            Armed =
            [
                .. registry.All.SelectMany(static h => (h.Faults?.List() ?? []).Where(static r => r.State == FaultState.Armed)
                    .Select(r => new ArmedFault(h.Name, FaultEndpoints.Summarize(r)))),
            ],
            AsOf = time.GetUtcNow(),
        };
    }

    private Task<FaultSummary> ChangeAsync(Func<HttpContext, IResult> change) =>
        _caller.AskAsync<FaultSummary>(AccessSetup.Lab, context => Now(change(context)));

    private static string Match(HttpContext context, string version)
    {
        var tag = $"\"{version}\"";
        context.Request.Headers.IfMatch = tag;
        return tag;
    }
}
