using Synic.Contracts;

namespace Synic.Faults;

/// <summary>Turns a set of rules as it was written into rules that can be armed, or says all that is wrong with it.</summary>
public static class FaultRuleSetReader
{
    public const int MaxRules = 256;

    private const int MaxDescription = 2048;
    private const int MaxReactions = 16;

    /// <param name="set">As it came.</param>
    /// <param name="options">What is said about all of its rules.</param>
    /// <param name="createdBy">Who brought it.</param>
    /// <param name="rules">What it says; empty when there are errors.</param>
    /// <returns>What is wrong, by the path of the field, as <c>rules[2].action.kind</c>.</returns>
    public static IReadOnlyDictionary<string, string[]> Read(
        FaultRuleSet set, FaultSetOptions options, string? createdBy, out IReadOnlyList<NewFaultRule> rules)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        var errors = new RuleErrors();
        CheckTexts(set, errors);
        var read = new List<NewFaultRule>();
        if (set.Rules is not { Count: > 0 and <= MaxRules } specs)
        {
            errors.Add("rules", $"has 1 to {MaxRules} rules, not {set.Rules?.Count ?? 0}");
        }
        else
        {
            var ids = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < specs.Count; i++)
            {
                ReadRule($"rules[{i}]", With(specs[i], options), createdBy, read, errors);
                if (specs[i]?.Id is { } id && !ids.TryAdd(id, i))
                {
                    errors.Add($"rules[{i}].id", $"is '{id}' as that of rules[{ids[id]}]");
                }
            }
        }

        rules = errors.All.Count == 0 ? read : [];
        return errors.All;
    }

    private static void ReadRule(string path, FaultRuleSpec? spec, string? createdBy, List<NewFaultRule> read, RuleErrors errors)
    {
        if (spec is null)
        {
            errors.Add(path, "is a rule, not null");
            return;
        }

        if (spec.Id is null)
        {
            errors.Add($"{path}.id", "is needed in a set: decisions are drawn from it");
        }

        if (FaultRuleReader.TryRead(spec, spec.Id ?? "none", createdBy, out var rule, out var wrong))
        {
            read.Add(new NewFaultRule(rule, spec.Arm));
        }

        foreach (var (field, messages) in wrong)
        {
            errors.Add($"{path}.{field}", messages[0]);
        }
    }

    private static FaultRuleSpec? With(FaultRuleSpec? spec, FaultSetOptions options) => spec is null ? null : spec with
    {
        Arm = options.Arm ?? spec.Arm,
        Reason = options.Reason ?? spec.Reason,
        Seed = options.Seed ?? spec.Seed,
    };

    private static void CheckTexts(FaultRuleSet set, RuleErrors errors)
    {
        if (set.Name is { } name && !FaultRuleReader.IsId(name))
        {
            errors.Add("name", $"is 1 to 64 of a-z, 0-9, '-', '_' and '.', not '{name}'");
        }

        errors.Text("description", set.Description, MaxDescription);
        if (set.GuestReaction is { } texts)
        {
            if (texts.Count > MaxReactions)
            {
                errors.Add("guestReaction", $"has at most {MaxReactions} texts, not {texts.Count}");
            }

            for (var i = 0; i < Math.Min(texts.Count, MaxReactions); i++)
            {
                errors.Text($"guestReaction[{i}]", texts[i] ?? "", MaxDescription);
            }
        }
    }
}

/// <summary>What is said about all rules of a set, instead of what they say themselves.</summary>
/// <param name="Arm">All or none; null: as each says.</param>
/// <param name="Reason">Null: each its own.</param>
/// <param name="Seed">Null: each its own.</param>
public sealed record FaultSetOptions(bool? Arm = null, string? Reason = null, string? Seed = null);

/// <summary>A rule that is to be added.</summary>
/// <param name="Rule">Checked.</param>
/// <param name="Arm">At once.</param>
public sealed record NewFaultRule(FaultRule Rule, bool Arm);
