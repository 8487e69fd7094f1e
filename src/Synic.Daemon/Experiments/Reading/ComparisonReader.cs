using System.Text.Json;
using System.Text.RegularExpressions;
using Synic.Daemon.Experiments.Checks;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Reads what a value has to be.</summary>
internal static class ComparisonReader
{
    /// <summary>Where nothing is said about a count.</summary>
    public static readonly Condition AtLeastOne = new(ConditionKind.AtLeast, JsonSerializer.SerializeToElement(1));

    /// <summary>Where nothing is said about a value.</summary>
    public static readonly Condition IsThere = new(ConditionKind.Exists, JsonSerializer.SerializeToElement(true));

    private static readonly (string Member, ConditionKind Kind)[] s_members =
    [
        ("equals", ConditionKind.EqualTo), ("notEquals", ConditionKind.NotEqualTo), ("atLeast", ConditionKind.AtLeast),
        ("atMost", ConditionKind.AtMost), ("oneOf", ConditionKind.OneOf), ("contains", ConditionKind.Contains),
        ("matches", ConditionKind.Matches), ("exists", ConditionKind.Exists),
    ];

    public static Comparison Read(StrictObject check, Condition otherwise)
    {
        var conditions = new List<Condition>();
        foreach (var (member, kind) in s_members)
        {
            if (check.Value(member) is not { } wanted)
            {
                continue;
            }

            if (Complaint(kind, wanted) is { } complaint)
            {
                check.Mistake(member, $"{complaint}, not {StrictObject.Shown(wanted)}");
            }

            conditions.Add(new Condition(kind, wanted));
        }

        return new Comparison(conditions.Count == 0 ? [otherwise] : conditions);
    }

    private static string? Complaint(ConditionKind kind, JsonElement wanted) => kind switch
    {
        ConditionKind.AtLeast or ConditionKind.AtMost when wanted.ValueKind != JsonValueKind.Number => "is a number",
        ConditionKind.OneOf when wanted.ValueKind != JsonValueKind.Array || wanted.GetArrayLength() == 0 => "is a list of values",
        ConditionKind.Exists when wanted.ValueKind is not (JsonValueKind.True or JsonValueKind.False) => "is true or false",
        ConditionKind.Matches when wanted.ValueKind != JsonValueKind.String || !IsExpression(wanted.GetString()!) => "is a regular expression",
        _ => null,
    };

    private static bool IsExpression(string text)
    {
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
