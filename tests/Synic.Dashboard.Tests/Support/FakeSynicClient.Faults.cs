using System.Threading.Channels;
using Synic.Contracts;

namespace Synic.Dashboard.Tests.Support;

/// <content>Fault rules: those that the test put there; what a page does with them is written down.</content>
internal sealed partial class FakeSynicClient
{
    public Channel<FaultsSnapshot> FaultsNow { get; } = Channel.CreateUnbounded<FaultsSnapshot>();

    public IReadOnlyList<FaultSummary> Faults { get; set; } = [];

    public IReadOnlyList<FaultDecisionSummary> Decisions { get; set; } = [];

    /// <summary>The answer to a rule that is previewed; it may throw.</summary>
    public Func<FaultRuleSpec, FaultPreview> Preview { get; set; } = Some.Preview;

    public FlowSummary? Flow { get; set; }

    /// <summary>Thrown by the list of rules; null: it is given.</summary>
    public Exception? FaultsDenied { get; set; }

    /// <summary>Thrown by everything that changes something; null: it is done.</summary>
    public Exception? FaultRefusal { get; set; }

    /// <summary>What was done, in a few words each.</summary>
    public List<string> FaultActions { get; } = [];

    /// <summary>The last rule that was saved.</summary>
    public FaultRuleSpec? Saved { get; private set; }

    public IAsyncEnumerable<FaultsSnapshot> WatchFaultsAsync(CancellationToken cancellation) => FaultsNow.Reader.ReadAllAsync(cancellation);

    public Task<IReadOnlyList<FaultSummary>?> GetFaultsAsync(string partition, CancellationToken cancellation) =>
        FaultsDenied is null ? Task.FromResult<IReadOnlyList<FaultSummary>?>(Faults) : Task.FromException<IReadOnlyList<FaultSummary>?>(FaultsDenied);

    public Task<FaultSummary?> GetFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        Task.FromResult(Faults.FirstOrDefault(f => f.Id == fault));

    public Task<FaultSummary> CreateFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation)
    {
        Saved = rule;
        return Done("create", Some.Fault(rule.Id ?? "rule-1"));
    }

    public Task<FaultSummary> ReplaceFaultAsync(
        string partition, string fault, FaultRuleSpec rule, string version, CancellationToken cancellation)
    {
        Saved = rule;
        return Done($"replace {fault} {version}", Some.Fault(fault));
    }

    public Task DeleteFaultAsync(string partition, string fault, string version, CancellationToken cancellation) =>
        Done($"delete {fault} {version}", 0);

    public Task<FaultSummary> ArmFaultAsync(string partition, string fault, string reason, string version, CancellationToken cancellation) =>
        Done($"arm {fault} {version}: {reason}", Some.Fault(fault));

    public Task<FaultSummary> PauseFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        Done($"pause {fault}", Some.Fault(fault));

    public Task<FaultSummary> RenewFaultAsync(string partition, string fault, CancellationToken cancellation) =>
        Done($"renew {fault}", Some.Fault(fault));

    public Task<FaultSummary> ResetFaultCountersAsync(string partition, string fault, CancellationToken cancellation) =>
        Done($"reset {fault}", Some.Fault(fault));

    public Task<FaultPreview> PreviewFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(Preview(rule));
        }
        catch (Exception e)
        {
            return Task.FromException<FaultPreview>(e);
        }
    }

    public Task<IReadOnlyList<FaultDecisionSummary>> GetFaultDecisionsAsync(
        string partition, string fault, CancellationToken cancellation) => Task.FromResult(Decisions);

    public FaultRuleSet Exported { get; set; } = new() { Name = "demo", Rules = [] };

    public IReadOnlyList<ScenarioSummary> Scenarios { get; set; } = [];

    public Task<FaultRuleSet> ExportFaultsAsync(string partition, CancellationToken cancellation) => Task.FromResult(Exported);

    public Task<FaultImportResult> ImportFaultsAsync(string partition, FaultRuleSet set, bool replace, bool dryRun, CancellationToken cancellation) =>
        Done($"{(dryRun ? "check" : "import")} {set.Name}{(replace ? " replacing" : "")}", Some.Imported(set.Rules ?? [], dryRun));

    public Task<IReadOnlyList<ScenarioSummary>> GetScenariosAsync(CancellationToken cancellation) => Task.FromResult(Scenarios);

    public Task<FaultImportResult> StartScenarioAsync(
        string partition, string scenario, string? reason, bool dryRun, CancellationToken cancellation) =>
        Done($"{(dryRun ? "check" : "start")} {scenario}: {reason}", Some.Imported([Some.Rule with { Id = scenario }], dryRun));

    public Task<KillSwitchSummary> GetKillSwitchAsync(CancellationToken cancellation) =>
        Task.FromResult(new KillSwitchSummary(false, null, null, null));

    public Task<KillSwitchSummary> EngageKillSwitchAsync(string reason, CancellationToken cancellation) =>
        Done($"engage: {reason}", new KillSwitchSummary(true, Some.Now, reason, "nobody"));

    public Task<KillSwitchSummary> ReleaseKillSwitchAsync(CancellationToken cancellation) =>
        Done("release", new KillSwitchSummary(false, Some.Now, null, "nobody"));

    public Task<FlowSummary?> GetFlowAsync(string partition, int top, CancellationToken cancellation) => Task.FromResult(Flow);

    private Task<T> Done<T>(string action, T answer)
    {
        if (FaultRefusal is not null)
        {
            return Task.FromException<T>(FaultRefusal);
        }

        FaultActions.Add(action);
        return Task.FromResult(answer);
    }
}
