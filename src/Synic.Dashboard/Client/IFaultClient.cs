using Synic.Contracts;

namespace Synic.Dashboard.Client;

/// <summary>Fault rules, what they decided, the switch that stops them all, and where a guest's calls go.</summary>
/// <remarks>
/// Members fail as those of <see cref="ISynicClient"/> do. What the daemon refuses, such as a rule with a mistake in it, is a
/// <see cref="SynicProblemException"/>, whose <see cref="SynicProblemException.Errors"/> name the fields.
/// </remarks>
public interface IFaultClient
{
    /// <summary>For every page: at once, then once a second.</summary>
    IAsyncEnumerable<FaultsSnapshot> WatchFaultsAsync(CancellationToken cancellation);

    /// <returns>In the order in which they are asked; null: no such partition.</returns>
    Task<IReadOnlyList<FaultSummary>?> GetFaultsAsync(string partition, CancellationToken cancellation);

    /// <returns>Null: no such partition or rule.</returns>
    Task<FaultSummary?> GetFaultAsync(string partition, string fault, CancellationToken cancellation);

    /// <summary>Adds a rule; without an id it is given one.</summary>
    Task<FaultSummary> CreateFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation);

    /// <summary>Puts another rule in the place of one.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="fault">Its id.</param>
    /// <param name="rule">Instead of it.</param>
    /// <param name="version">Of the one that was looked at: if it has changed since, this is refused.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<FaultSummary> ReplaceFaultAsync(string partition, string fault, FaultRuleSpec rule, string version, CancellationToken cancellation);

    Task DeleteFaultAsync(string partition, string fault, string version, CancellationToken cancellation);

    /// <param name="partition">Which.</param>
    /// <param name="fault">Its id.</param>
    /// <param name="reason">Why.</param>
    /// <param name="version">Of the one that was looked at: if it has changed since, this is refused.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<FaultSummary> ArmFaultAsync(string partition, string fault, string reason, string version, CancellationToken cancellation);

    Task<FaultSummary> PauseFaultAsync(string partition, string fault, CancellationToken cancellation);

    Task<FaultSummary> RenewFaultAsync(string partition, string fault, CancellationToken cancellation);

    Task<FaultSummary> ResetFaultCountersAsync(string partition, string fault, CancellationToken cancellation);

    /// <summary>What a rule would mean now; nothing is kept.</summary>
    Task<FaultPreview> PreviewFaultAsync(string partition, FaultRuleSpec rule, CancellationToken cancellation);

    /// <returns>Those that are still known, by number; empty: no such partition or rule.</returns>
    Task<IReadOnlyList<FaultDecisionSummary>> GetFaultDecisionsAsync(string partition, string fault, CancellationToken cancellation);

    /// <summary>All rules of the partition, to be kept in a file and imported again.</summary>
    Task<FaultRuleSet> ExportFaultsAsync(string partition, CancellationToken cancellation);

    /// <summary>Adds a set of rules as drafts, all of them or none.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="set">The rules.</param>
    /// <param name="replace">Rules of the same ids are replaced; otherwise they are in the way.</param>
    /// <param name="dryRun">Everything is checked, and nothing changed.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<FaultImportResult> ImportFaultsAsync(string partition, FaultRuleSet set, bool replace, bool dryRun, CancellationToken cancellation);

    /// <returns>Sets of rules that the daemon brings along.</returns>
    Task<IReadOnlyList<ScenarioSummary>> GetScenariosAsync(CancellationToken cancellation);

    /// <summary>Arms the rules of a scenario; those of the same ids are replaced.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="scenario">Its name.</param>
    /// <param name="reason">Why; null: the scenario's own reasons.</param>
    /// <param name="dryRun">Everything is checked, and nothing changed.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<FaultImportResult> StartScenarioAsync(string partition, string scenario, string? reason, bool dryRun, CancellationToken cancellation);

    Task<KillSwitchSummary> GetKillSwitchAsync(CancellationToken cancellation);

    /// <summary>Stops every rule of every partition.</summary>
    Task<KillSwitchSummary> EngageKillSwitchAsync(string reason, CancellationToken cancellation);

    /// <summary>Lets rules be armed again; arms none.</summary>
    Task<KillSwitchSummary> ReleaseKillSwitchAsync(CancellationToken cancellation);

    /// <param name="partition">Which.</param>
    /// <param name="top">So many connections by themselves, the others put together.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null: no such partition.</returns>
    Task<FlowSummary?> GetFlowAsync(string partition, int top, CancellationToken cancellation);
}
