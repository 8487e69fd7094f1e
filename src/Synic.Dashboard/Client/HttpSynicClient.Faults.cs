using System.Runtime.CompilerServices;
using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <content>Fault rules.</content>
public sealed partial class HttpSynicClient
{
    private const string KillSwitch = "fault-kill-switch";

    public async IAsyncEnumerable<FaultsSnapshot> WatchFaultsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            yield return await FaultsNowAsync(cancellation).ConfigureAwait(false);
            await Task.Delay(s_period, time, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<FaultSummary>?> GetFaultsAsync(string partition, CancellationToken cancellation) =>
        (await FindAsync<ListPage<FaultSummary>>(ApiPath.Partition(partition, "faults"), cancellation).ConfigureAwait(false))?.Items;

    public Task<FaultSummary?> GetFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        FindAsync<FaultSummary>(ApiPath.Partition(partition, "faults", fault), cancellation);

    public Task<FaultSummary> CreateFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation) =>
        ChangeAsync<FaultSummary>(HttpMethod.Post, ApiPath.Partition(partition, "faults"), rule, null, cancellation);

    public Task<FaultSummary> ReplaceFaultAsync(
        string partition, string fault, FaultRuleSpec rule, string version, CancellationToken cancellation) =>
        ChangeAsync<FaultSummary>(HttpMethod.Put, ApiPath.Partition(partition, "faults", fault), rule, version, cancellation);

    public async Task DeleteFaultAsync(string partition, string fault, string version, CancellationToken cancellation)
    {
        try
        {
            await http.SendAsync(HttpMethod.Delete, ApiPath.Partition(partition, "faults", fault), null, cancellation, Tag(version)).ConfigureAwait(false);
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
    }

    public Task<FaultSummary> ArmFaultAsync(string partition, string fault, string reason, string version, CancellationToken cancellation) =>
        ChangeAsync<FaultSummary>(
            HttpMethod.Post, ApiPath.Partition(partition, "faults", fault, "arm"), new ArmFaultRequest(reason), version, cancellation);

    public Task<FaultSummary> PauseFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        DoAsync(partition, fault, "pause", cancellation);

    public Task<FaultSummary> RenewFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        DoAsync(partition, fault, "renew", cancellation);

    public Task<FaultSummary> ResetFaultCountersAsync(string partition, string fault, CancellationToken cancellation) =>
        DoAsync(partition, fault, "reset-counters", cancellation);

    public Task<FaultPreview> PreviewFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation) =>
        ChangeAsync<FaultPreview>(HttpMethod.Post, ApiPath.Partition(partition, "faults", "preview"), rule, null, cancellation);

    public async Task<IReadOnlyList<FaultDecisionSummary>> GetFaultDecisionsAsync(
        string partition, string fault, CancellationToken cancellation) =>
        await AllAsync<FaultDecisionSummary>(["faults", fault, "decisions"], partition, cancellation).ConfigureAwait(false) ?? [];

    public Task<FaultRuleSet> ExportFaultsAsync(string partition, CancellationToken cancellation) =>
        GetAsync<FaultRuleSet>(ApiPath.Partition(partition, "faults", "export"), cancellation);

    public Task<FaultImportResult> ImportFaultsAsync(string partition, FaultRuleSet set, bool replace, bool dryRun, CancellationToken cancellation) =>
        ChangeAsync<FaultImportResult>(
            HttpMethod.Post,
            ApiPath.Partition(partition, "faults", "import").With("arm", "false").With("replace", Word(replace)).With("dryRun", Word(dryRun)),
            set, null, cancellation);

    public async Task<IReadOnlyList<ScenarioSummary>> GetScenariosAsync(CancellationToken cancellation) =>
        (await GetAsync<ListPage<ScenarioSummary>>(ApiPath.Of("scenarios"), cancellation).ConfigureAwait(false)).Items;

    public Task<FaultImportResult> StartScenarioAsync(
        string partition, string scenario, string? reason, bool dryRun, CancellationToken cancellation) =>
        ChangeAsync<FaultImportResult>(
            HttpMethod.Post,
            ApiPath.Partition(partition, "scenarios", scenario, "start").With("dryRun", Word(dryRun)).With("reason", reason),
            null, null, cancellation);

    public Task<KillSwitchSummary> GetKillSwitchAsync(CancellationToken cancellation) =>
        GetAsync<KillSwitchSummary>(ApiPath.Of(KillSwitch), cancellation);

    public Task<KillSwitchSummary> EngageKillSwitchAsync(string reason, CancellationToken cancellation) =>
        ChangeAsync<KillSwitchSummary>(HttpMethod.Put, ApiPath.Of(KillSwitch), new KillSwitchRequest(reason), null, cancellation);

    public Task<KillSwitchSummary> ReleaseKillSwitchAsync(CancellationToken cancellation) =>
        ChangeAsync<KillSwitchSummary>(HttpMethod.Delete, ApiPath.Of(KillSwitch), null, null, cancellation);

    public Task<FlowSummary?> GetFlowAsync(string partition, int top, CancellationToken cancellation) =>
        FindAsync<FlowSummary>(ApiPath.Partition(partition, "flow").With("top", top), cancellation);

    private async Task<FaultsSnapshot> FaultsNowAsync(CancellationToken cancellation)
    {
        var index = await GetAsync<ApiIndex>(ApiPath.Of(), cancellation).ConfigureAwait(false);
        var armed = new List<ArmedFault>();
        if (index.Lab)
        {
            var partitions = await GetAsync<ListPage<PartitionSummary>>(ApiPath.Of("partitions"), cancellation).ConfigureAwait(false);
            foreach (var name in partitions.Items.Select(static p => p.Name))
            {
                var rules = await GetFaultsAsync(name, cancellation).ConfigureAwait(false) ?? [];
                armed.AddRange(rules.Where(static r => r.State == "armed").Select(r => new ArmedFault(name, r)));
            }
        }

        return new FaultsSnapshot
        {
            Lab = index.Lab,
            MayInject = index.Rights.Contains("inject"),
            KillSwitch = index.Lab ? await GetKillSwitchAsync(cancellation).ConfigureAwait(false) : new KillSwitchSummary(false, null, null, null),
            Armed = armed,
            AsOf = time.GetUtcNow(),
        };
    }

    private Task<FaultSummary> DoAsync(string partition, string fault, string verb, CancellationToken cancellation) =>
        ChangeAsync<FaultSummary>(HttpMethod.Post, ApiPath.Partition(partition, "faults", fault, verb), null, null, cancellation);

    private async Task<T> ChangeAsync<T>(HttpMethod method, ApiPath path, object? body, string? version, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return (await http.SendAsync<T>(method, path, body, cancellation, ifMatch: Tag(version)).ConfigureAwait(false)).Value;
        }
        catch (SynicProblemException e) when (e.IsForbidden)
        {
            throw new SynicForbiddenException(e.Message, e);
        }
    }

    private static string Word(bool value) => value ? "true" : "false";

    private static string? Tag(string? version) => version is null ? null : $"\"{version}\"";
}
