using System.Text.RegularExpressions;
using Synic.Contracts.Filters;

namespace Synic.Dashboard.Frame;

/// <summary>A filter in the page's address: its text, and terms that were switched off but not forgotten.</summary>
/// <param name="table">The keys.</param>
/// <param name="state">Where it is kept.</param>
/// <param name="name">Of its parameter.</param>
public sealed partial class FilterState<TRow>(FilterTable<TRow> table, PageState state, string name)
{
    private RowFilter<TRow>? _filter;
    private string? _parsed;

    public string Text => state[name] ?? "";

    /// <summary>Wrong terms, perhaps half typed ones, are left out of it.</summary>
    public RowFilter<TRow> Filter
    {
        get
        {
            if (_filter is null || _parsed != Text)
            {
                _parsed = Text;
                _filter = table.Parse(_parsed);
            }

            return _filter;
        }
    }

    /// <summary>The first mistake; null: none.</summary>
    public FilterError? Error => Filter.Errors is [var first, ..] ? first : null;

    public IReadOnlyList<FilterTerm> On => Filter.Expression.Terms;

    public IReadOnlyList<FilterTerm> Off => FilterExpression.Parse(state[OffName]).Terms;

    private string OffName => name + ".off";

    public void Write(string? text) => state.Set(name, text);

    public void Clear() => state.Set(Values("", []), back: true);

    /// <summary>It stays as a chip, and has no effect.</summary>
    public void SwitchOff(FilterTerm term) => state.Set(Values(Without(term), [.. Off, term]), back: true);

    public void SwitchOn(FilterTerm term) => state.Set(Values($"{Text} {term}", Off.Where(t => t.Position != term.Position)), back: true);

    /// <summary>Forgets a term, on or off.</summary>
    public void Remove(FilterTerm term, bool off) => state.Set(
        off ? Values(Text, Off.Where(t => t.Position != term.Position)) : Values(Without(term), Off), back: true);

    /// <summary>One more condition, once.</summary>
    public void Add(FilterTerm term)
    {
        var text = term.ToString();
        if (!On.Any(t => t.ToString() == text))
        {
            state.Set(Values($"{Text} {text}", Off), back: true);
        }
    }

    /// <summary>Writes what was probably meant in the place of the first mistake.</summary>
    public void Correct()
    {
        if (Error is not { Suggestion: { } suggestion } error)
        {
            return;
        }

        var wrong = Text.Substring(error.Position, error.Length);
        var right = error.Code == FilterError.UnknownKey ? $"{(wrong[0] == '-' ? "-" : "")}{suggestion}{wrong[wrong.IndexOf(':')..]}" : suggestion;
        state.Set(name, Text.Remove(error.Position, error.Length).Insert(error.Position, right));
    }

    private string Without(FilterTerm term) => Text.Remove(term.Position, term.Length);

    private KeyValuePair<string, string?>[] Values(string text, IEnumerable<FilterTerm> off) =>
        [KeyValuePair.Create(name, (string?)Blanks().Replace(text, " ").Trim()), KeyValuePair.Create(OffName, (string?)string.Join(' ', off))];

    // Not inside quotes: an even number of them follows.
    [GeneratedRegex("""\s+(?=(?:[^"]*"[^"]*")*[^"]*$)""")]
    private static partial Regex Blanks();
}
