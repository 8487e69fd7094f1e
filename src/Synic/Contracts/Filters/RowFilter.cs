namespace Synic.Contracts.Filters;

/// <summary>A filter that rows can be held against.</summary>
public sealed class RowFilter<TRow>
{
    private readonly (FilterTerm Term, Func<TRow, bool> Holds)[] _terms;

    internal RowFilter(FilterExpression expression, IReadOnlyList<(FilterTerm, Func<TRow, bool>)> terms, IReadOnlyList<FilterError> errors)
    {
        Expression = expression;
        _terms = [.. terms];
        Errors = errors;
    }

    /// <summary>As it was written, without terms that are spelt wrong.</summary>
    public FilterExpression Expression { get; }

    /// <summary>
    /// In the order of the text. Terms that are wrong, perhaps for being half typed, are left out of
    /// <see cref="Matches"/>; who must not guess refuses a filter that has errors.
    /// </summary>
    public IReadOnlyList<FilterError> Errors { get; }

    /// <summary>Every row matches.</summary>
    public bool IsAll => _terms.Length == 0;

    /// <summary>All terms hold.</summary>
    public bool Matches(TRow row)
    {
        foreach (var (_, holds) in _terms)
        {
            if (!holds(row))
            {
                return false;
            }
        }

        return true;
    }
}
