using System.Text;

namespace Synic.Dashboard.Model;

/// <summary>One term of a filter as it was written.</summary>
/// <param name="Position">Of its first character.</param>
/// <param name="Negated">Written with a minus in front.</param>
/// <param name="Key">In lower case; null for a bare word.</param>
/// <param name="Value">Without its quotes.</param>
/// <param name="Quoted">A quoted value is one text, commas and all.</param>
/// <param name="Unclosed">The closing quote is missing.</param>
internal sealed record FilterToken(int Position, bool Negated, string? Key, string Value, bool Quoted, bool Unclosed)
{
    public static readonly IReadOnlyList<string> Keys = ["conn", "fast", "kind", "owner", "vtl"];

    public string[] Values => Quoted
        ? [Value]
        : Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static IEnumerable<FilterToken> Split(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            var (quoted, inQuote, key) = (false, false, (string?)null);
            var value = new StringBuilder();
            var negated = text[i] == '-' && i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]);
            for (i += negated ? 1 : 0; i < text.Length && (inQuote || !char.IsWhiteSpace(text[i])); i++)
            {
                switch (text[i])
                {
                    case '"':
                        (inQuote, quoted) = (!inQuote, true);
                        break;
                    case ':' when key is null && !quoted && value.Length > 0:
                        key = value.ToString().ToLowerInvariant();
                        value.Clear();
                        break;
                    default:
                        value.Append(text[i]);
                        break;
                }
            }

            yield return new FilterToken(start, negated, key, value.ToString(), quoted, inQuote);
        }
    }

    /// <summary>The key that was probably meant, and all there are.</summary>
    public static string Suggest(string key)
    {
        var nearest = Keys.MinBy(k => Distance(k, key))!;
        return Distance(nearest, key) <= 2
            ? $"Did you mean “{nearest}:”?"
            : $"There are {string.Join(", ", Keys.Select(k => k + ":"))}.";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
