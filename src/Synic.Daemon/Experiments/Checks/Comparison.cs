using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Synic.Daemon.Experiments.Checks;

/// <summary>What a value has to be: all of its conditions hold.</summary>
internal sealed class Comparison(IReadOnlyList<Condition> conditions)
{
    public bool Holds(JsonElement? actual) => conditions.All(c => c.Holds(actual));

    public override string ToString() => string.Join(" and ", conditions);
}

/// <summary>One condition, as <c>"atLeast": 3</c>.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Wanted">What it compares with.</param>
internal sealed record Condition(ConditionKind Kind, JsonElement Wanted)
{
    private static readonly TimeSpan s_matchTime = TimeSpan.FromSeconds(1);

    /// <param name="actual">Null: there is nothing at that place.</param>
    public bool Holds(JsonElement? actual)
    {
        if (Kind == ConditionKind.Exists)
        {
            return actual is not null == (Wanted.ValueKind == JsonValueKind.True);
        }

        if (actual is not { } value)
        {
            return false;
        }

        return Kind switch
        {
            ConditionKind.EqualTo => Same(value, Wanted),
            ConditionKind.NotEqualTo => !Same(value, Wanted),
            ConditionKind.AtLeast => Number(value) >= Number(Wanted),
            ConditionKind.AtMost => Number(value) <= Number(Wanted),
            ConditionKind.OneOf => Wanted.EnumerateArray().Any(w => Same(value, w)),
            ConditionKind.Contains => Contains(value),
            _ => Matches(value),
        };
    }

    public override string ToString() => Kind switch
    {
        ConditionKind.EqualTo => $"= {Wanted.GetRawText()}",
        ConditionKind.NotEqualTo => $"is not {Wanted.GetRawText()}",
        ConditionKind.AtLeast => $">= {Wanted.GetRawText()}",
        ConditionKind.AtMost => $"<= {Wanted.GetRawText()}",
        ConditionKind.OneOf => $"is one of {Wanted.GetRawText()}",
        ConditionKind.Contains => $"contains {Wanted.GetRawText()}",
        ConditionKind.Exists => Wanted.ValueKind == JsonValueKind.True ? "is there" : "is not there",
        _ => $"matches {Wanted.GetRawText()}",
    };

    private bool Contains(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Wanted.ValueKind == JsonValueKind.String && value.GetString()!.Contains(Wanted.GetString()!, StringComparison.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Any(i => Same(i, Wanted)),
        _ => false,
    };

    private bool Matches(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Number
                && Regex.IsMatch(value.ToString(), Wanted.GetString()!, RegexOptions.CultureInvariant, s_matchTime);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static bool Same(JsonElement a, JsonElement b) =>
        a.ValueKind == JsonValueKind.Number && b.ValueKind == JsonValueKind.Number ? Number(a) == Number(b) : JsonElement.DeepEquals(a, b);

    // The API sends what does not fit a double as text.
    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => double.NaN,
    };
}

internal enum ConditionKind
{
    EqualTo,
    NotEqualTo,
    AtLeast,
    AtMost,
    OneOf,
    Contains,
    Matches,
    Exists,
}
