using Synic.Backends;
using Synic.Contracts;
using Synic.Faults;

namespace Synic.Daemon.Partitions.Explain;

/// <summary>Collects checks in their order.</summary>
internal sealed class CheckList
{
    private readonly List<ExplainCheck> _checks = [];

    public IReadOnlyList<ExplainCheck> Checks => _checks;

    public string? FirstFailure => _checks.Find(static c => c.State == "failed")?.Check;

    public bool AnyUnknown(params ReadOnlySpan<string> names)
    {
        foreach (var check in _checks)
        {
            if (check.State == "unknown" && names.Contains(check.Check))
            {
                return true;
            }
        }

        return false;
    }

    public bool Add(string check, bool holds, string? value, string reason, string? link = null, DateTimeOffset? since = null)
    {
        _checks.Add(new ExplainCheck(check, holds ? "ok" : "failed", value, since, reason, link));
        return holds;
    }

    public void Unknown(string check, string? value, string reason, string? link = null) =>
        _checks.Add(new ExplainCheck(check, "unknown", value, null, reason, link));

    public void NotApplicable(string check, string reason, string? value = null) =>
        _checks.Add(new ExplainCheck(check, "not_applicable", value, null, reason, null));

    public void AddBackend(PartitionHost host)
    {
        var state = host.Partition.State;
        var up = state == PartitionState.Running;
        Add("backend_up", up, Names.Of(state), up ? "the partition runs" : host.Summarize().StateReason ?? "the partition does not run", PathsOf(host));
    }

    /// <summary>Says which armed rules may act. What they would do is a matter of their triggers, so nothing is decided here.</summary>
    /// <param name="host">Has the rules.</param>
    /// <param name="means">Whether a rule may mean the call.</param>
    /// <returns>True: at least one may.</returns>
    public bool AddFaultRules(PartitionHost host, Func<FaultMatch, bool> means)
    {
        const string check = "fault_rules";
        if (host.Faults is not { } rules)
        {
            NotApplicable(check, "this daemon does not inject faults (--lab)");
            return false;
        }

        var link = Api.Links.Faults(host.Name);
        var armed = rules.List().Where(r => r.State == FaultState.Armed && !r.Rule.DryRun && means(r.Rule.Match)).Select(static r => r.Rule).ToList();
        if (armed is [var first, ..])
        {
            Unknown(check, string.Join(", ", armed.Select(static r => r.Id)), $"armed, and may act: '{first.Id}' ({Names.Of(first.Action.Kind)})", $"{link}/{first.Id}");
            return true;
        }

        Add(check, holds: true, "none", "no armed rule means it", link);
        return false;
    }

    public static string PathsOf(PartitionHost host) => $"/api/v1/partitions/{Uri.EscapeDataString(host.Name)}";
}
