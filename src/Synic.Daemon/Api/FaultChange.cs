using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Faults;

namespace Synic.Daemon.Api;

/// <summary>
/// Changes of fault rules: written down before they are made, so that what cannot be written down is not done, and once
/// more with what became of them.
/// </summary>
internal static class FaultChange
{
    private static readonly JsonSerializerOptions s_brief = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <param name="context">Who asks.</param>
    /// <param name="host">Has the rules.</param>
    /// <param name="action">Such as <c>fault.arm</c>.</param>
    /// <param name="id">The rule's.</param>
    /// <param name="reason">Why, if that was said.</param>
    /// <param name="change">Makes it.</param>
    /// <param name="after">The rule afterwards; null when it is gone.</param>
    /// <param name="problem">Why nothing was changed.</param>
    /// <exception cref="AuditFailedException">Nothing was changed, unless the file failed between the two lines.</exception>
    public static bool TryMake(
        HttpContext context, PartitionHost host, string action, string id, string? reason, Func<FaultRules, FaultRuleView?> change,
        out FaultRuleView? after, [NotNullWhen(false)] out ApiProblem? problem)
    {
        var rules = host.Faults!;
        var audit = context.RequestServices.GetRequiredService<IAudit>();
        var entry = AuditEntry.Of(context, action, $"{host.Name}/faults/{id}", "asked") with
        {
            Reason = reason, Before = Find(rules, id) is { } before ? Text(before) : null,
        };
        audit.Record(entry);
        try
        {
            after = change(rules);
            problem = null;
        }
        catch (FaultRefusedException e)
        {
            after = null;
            problem = Refused(host, e);
        }

        audit.Record(entry with { Outcome = problem?.Kind.Code ?? "done", After = after is null ? null : Text(after) });
        return problem is null;
    }

    /// <summary>Null: there is no such rule.</summary>
    public static FaultRuleView? Find(FaultRules rules, string id)
    {
        try
        {
            return rules.Get(id);
        }
        catch (FaultRefusedException)
        {
            return null;
        }
    }

    public static ApiProblem NotFound(PartitionHost host, string id) =>
        new(ProblemCodes.FaultNotFound, $"'{host.Name}' has no fault rule '{id}'. GET {Links.Faults(host.Name)} lists them.");

    public static ApiProblem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(ProblemCodes.InvalidFault, string.Join("; ", errors.Select(static e => $"{e.Key} {string.Join(", ", e.Value)}")) + ".") { Errors = errors };

    /// <param name="host">Has the rules.</param>
    /// <param name="e">The refusal.</param>
    /// <param name="path">Of several rules the one that was refused.</param>
    public static ApiProblem Refused(PartitionHost host, FaultRefusedException e, string? path = null)
    {
        var kind = e.Refusal switch
        {
            FaultRefusal.NotFound => ProblemCodes.FaultNotFound,
            FaultRefusal.IdInUse or FaultRefusal.Overlap => ProblemCodes.FaultConflict,
            FaultRefusal.StaleVersion => ProblemCodes.StaleVersion,
            FaultRefusal.KillSwitchEngaged => ProblemCodes.KillSwitchEngaged,
            FaultRefusal.Limit => ProblemCodes.FaultLimit,
            FaultRefusal.WrongState => ProblemCodes.FaultState,
            FaultRefusal.Unsupported => ProblemCodes.BackendUnsupported,
            _ => ProblemCodes.InvalidFault,
        };
        return new ApiProblem(kind, $"Nothing was changed: {e.Message}.")
        {
            ConflictsWith = e.ConflictsWith is { } other ? Links.Fault(host.Name, other) : null,
            Errors = path is null ? null : new Dictionary<string, string[]> { [path] = [e.Message] },
        };
    }

    private static string Text(FaultRuleView view) =>
        JsonSerializer.Serialize(new Written(Names.Of(view.State), FaultRuleWriter.Write(view.Rule)), s_brief);

    private sealed record Written(string State, FaultRuleSpec Rule);
}
