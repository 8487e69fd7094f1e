using System.Globalization;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Which ports a reader wants to see: <c>kind:event -owner:vmbus conn:0x2000..0x27ff echo</c>.</summary>
internal sealed class PortFilter
{
    public static readonly PortFilter All = new([]);

    private readonly IReadOnlyList<Func<PortSummary, bool>> _terms;

    private PortFilter(IReadOnlyList<Func<PortSummary, bool>> terms) => _terms = terms;

    public bool IsAll => _terms.Count == 0;

    public bool Matches(PortSummary port)
    {
        foreach (var term in _terms)
        {
            if (!term(port))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Terms are joined by space and must all hold; a comma inside a value means either; <c>-</c> turns a term round.</summary>
    /// <remarks>A term that is wrong, perhaps for being half typed, is left out; the first such gives the reader's error.</remarks>
    public static PortFilter Parse(string? text, out string? error)
    {
        error = null;
        var terms = new List<Func<PortSummary, bool>>();
        foreach (var token in FilterToken.Split(text ?? ""))
        {
            if (Term(token, out var wrong) is { } term)
            {
                terms.Add(token.Negated ? port => !term(port) : term);
            }

            error ??= wrong;
        }

        return terms.Count == 0 ? All : new PortFilter(terms);
    }

    private static Func<PortSummary, bool>? Term(FilterToken token, out string? error)
    {
        error = null;
        var values = token.Values;
        if (token.Unclosed)
        {
            error = $"The quote at position {token.Position + 1} is not closed.";
            return null;
        }

        if (token.Key is { } empty && values.Length == 0)
        {
            error = $"“{empty}:” at position {token.Position + 1} needs a value.";
            return null;
        }

        switch (token.Key)
        {
            case null when values.Length == 0:
                return static _ => true; // commas alone ask for nothing
            case null:
                return port => Array.Exists(values, v => InText(port, v));
            case "owner":
                return port => Array.Exists(values, v => Contains(port.Owner, v));
            case "kind":
                return OneOf(token, ["message", "event"], static p => p.Kind, out error);
            case "fast":
                return OneOf(token, ["none", "active", "suspended"], static p => p.FastPath, out error);
            case "vtl":
                return OneOf(token, ["0", "1", "2"], static p => p.MinimumVtl.ToString(CultureInfo.InvariantCulture), out error);
            case "conn":
                return Connections(token, out error);
            default:
                error = $"No such key “{token.Key}” at position {token.Position + 1}. {FilterToken.Suggest(token.Key)}";
                return null;
        }
    }

    private static bool InText(PortSummary port, string word) =>
        Contains(port.ConnectionText, word) || Contains(port.Owner, word) || Contains(port.Kind, word);

    private static bool Contains(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static Func<PortSummary, bool>? OneOf(
        FilterToken token, string[] allowed, Func<PortSummary, string> read, out string? error)
    {
        error = null;
        foreach (var value in token.Values)
        {
            if (!allowed.Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                error = $"“{token.Key}:” takes {string.Join(", ", allowed[..^1])} or {allowed[^1]}, not “{value}”.";
                return null;
            }
        }

        return port => token.Values.Contains(read(port), StringComparer.OrdinalIgnoreCase);
    }

    private static Func<PortSummary, bool>? Connections(FilterToken token, out string? error)
    {
        error = null;
        var ranges = new List<(uint From, uint To)>();
        foreach (var value in token.Values)
        {
            var ends = value.Split("..", 2);
            if (!TryNumber(ends[0], out var from) || !TryNumber(ends[^1], out var to) || from > to)
            {
                error = $"“conn:” takes a number such as 0x2001 or a range such as 0x2000..0x27ff, not “{value}”.";
                return null;
            }

            ranges.Add((from, to));
        }

        return port => ranges.Exists(r => port.Connection >= r.From && port.Connection <= r.To);
    }

    private static bool TryNumber(string text, out uint value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
