using System.Text;

namespace Synic.Contracts.Filters;

/// <summary>How a value of a term is meant, as far as its spelling tells.</summary>
public enum FilterValueKind
{
    /// <summary>A word or a number.</summary>
    Plain,

    /// <summary><c>"…"</c>: taken as it is, whatever is inside.</summary>
    Quoted,

    /// <summary>Has a <c>*</c>, which stands for any characters, also none.</summary>
    Glob,

    /// <summary><c>&gt;10</c> and its like, <c>=word</c>.</summary>
    Comparison,

    /// <summary><c>from..to</c>, ends included; one of them may be missing.</summary>
    Range,
}

/// <summary>One of the values of a term; a row has to match one of them.</summary>
public sealed record FilterValue
{
    /// <summary>Of its first character in the filter, from 0.</summary>
    public int Position { get; init; }

    public required FilterValueKind Kind { get; init; }

    /// <summary>Without quotes and operator; of a range, both ends with the dots.</summary>
    public required string Text { get; init; }

    /// <summary>Of a comparison: <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c> or <c>=</c>; otherwise empty.</summary>
    public string Operator { get; init; } = "";

    /// <summary>Of a range; empty when open.</summary>
    public string From { get; init; } = "";

    /// <summary>Of a range; empty when open.</summary>
    public string To { get; init; } = "";

    /// <summary>As it can be written in a filter.</summary>
    public override string ToString() =>
        Operator + (Kind == FilterValueKind.Quoted || NeedsQuotes(Text) ? Quote(Text) : Text);

    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var c in text)
        {
            if (c is '"' or '\\')
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static bool NeedsQuotes(string text) =>
        text.Length == 0 || text.AsSpan().ContainsAny(',', '"') || text.Any(char.IsWhiteSpace);
}
