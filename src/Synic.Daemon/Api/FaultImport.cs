using System.Diagnostics.CodeAnalysis;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Faults;

namespace Synic.Daemon.Api;

/// <summary>Adds a set of rules to those of a partition, all of it or nothing, and writes that down like every other change.</summary>
/// <param name="Arm">All or none; null: as each rule says.</param>
/// <param name="Replace">In the place of rules that have the same ids.</param>
/// <param name="DryRun">Check everything, change nothing.</param>
/// <param name="Reason">Instead of the rules' own.</param>
/// <param name="Seed">As well.</param>
internal sealed record FaultImport(bool? Arm, bool Replace, bool DryRun, string? Reason, string? Seed)
{
    /// <param name="host">Its rules.</param>
    /// <param name="set">As it came.</param>
    /// <param name="audit">Where it is written down before and after.</param>
    /// <param name="entry">Who asks for what; <see cref="AuditEntry.Outcome"/> is set here.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="problem">Why nothing was changed.</param>
    /// <exception cref="AuditFailedException">Nothing was changed, unless the file failed between the two lines.</exception>
    public bool TryMake(
        PartitionHost host, FaultRuleSet set, IAudit audit, AuditEntry entry,
        [NotNullWhen(true)] out FaultImportResult? result, [NotNullWhen(false)] out ApiProblem? problem)
    {
        result = null;
        var errors = FaultRuleSetReader.Read(set, new FaultSetOptions(Arm, Reason, Seed), entry.Caller, out var rules);
        if (errors.Count > 0)
        {
            problem = FaultChange.Invalid(errors);
            return false;
        }

        var known = host.Faults!.List().Select(static v => v.Rule.Id).ToHashSet(StringComparer.Ordinal);
        if (DryRun)
        {
            problem = Refusal(host, set, () => host.Faults.CheckAll(rules, Replace));
        }
        else
        {
            entry = entry with { Reason = Reason, After = string.Join(", ", rules.Select(static r => $"{r.Rule.Id}{(r.Arm ? " armed" : "")}")) };
            audit.Record(entry with { Outcome = "asked" });
            problem = Refusal(host, set, () => host.Faults.PutAll(rules, Replace));
            audit.Record(entry with { Outcome = problem?.Kind.Code ?? "done" });
        }

        result = problem is not null ? null : new FaultImportResult
        {
            Name = set.Name,
            DryRun = DryRun,
            Rules = [.. rules.Select(r => new FaultImportedRule(
                r.Rule.Id, known.Contains(r.Rule.Id), Names.Of(r.Arm ? FaultState.Armed : FaultState.Draft), FaultRuleWriter.Write(r.Rule)))],
        };
        return problem is null;
    }

    private static ApiProblem? Refusal(PartitionHost host, FaultRuleSet set, Action change)
    {
        try
        {
            change();
            return null;
        }
        catch (FaultRefusedException e)
        {
            var index = set.Rules!.ToList().FindIndex(r => r!.Id == e.Rule);
            return FaultChange.Refused(host, e, index < 0 ? null : $"rules[{index}]");
        }
    }
}
