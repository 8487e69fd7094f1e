using Synic.Backends;
using Synic.Contracts;

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

    public void AddFaultRules() => NotApplicable("fault_rules", "this daemon has no fault rules");

    public static string PathsOf(PartitionHost host) => $"/api/v1/partitions/{Uri.EscapeDataString(host.Name)}";
}
