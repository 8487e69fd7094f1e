namespace Synic.Contracts.Filters;

/// <summary>The keys of one kind of rows. Made once; the API, the command line and the pages share it.</summary>
/// <param name="fields">The keys, in the order of help texts.</param>
/// <param name="search">Where a bare word is looked for.</param>
public sealed class FilterTable<TRow>(IReadOnlyList<FilterField<TRow>> fields, IReadOnlyList<Func<TRow, string?>> search)
{
    private readonly Dictionary<string, FilterField<TRow>> _fields = fields.ToDictionary(static f => f.Key.Name);

    public IReadOnlyList<FilterKey> Keys { get; } = [.. fields.Select(static f => f.Key)];

    public RowFilter<TRow> Parse(string? text) => Compile(FilterExpression.Parse(text));

    public RowFilter<TRow> Compile(FilterExpression expression)
    {
        var terms = new List<(FilterTerm Term, Func<TRow, bool> Holds)>();
        var errors = new List<FilterError>(expression.Errors);
        foreach (var term in expression.Terms)
        {
            if (Compile(term, out var error) is { } holds)
            {
                terms.Add((term, term.Negated ? row => !holds(row) : holds));
            }

            if (error is not null)
            {
                errors.Add(error);
            }
        }

        errors.Sort(static (a, b) => a.Position.CompareTo(b.Position));
        return new RowFilter<TRow>(expression, terms, errors);
    }

    private Func<TRow, bool>? Compile(FilterTerm term, out FilterError? error)
    {
        error = null;
        if (term.Key is null)
        {
            return Any([.. term.Values.Select(Search)]);
        }

        if (!_fields.TryGetValue(term.Key, out var field))
        {
            error = UnknownKey(term, term.Key);
            return null;
        }

        var questions = new List<Func<TRow, bool>>();
        foreach (var value in term.Values)
        {
            if (field.Compile(value) is not { } question)
            {
                error = InvalidValue(field, value);
                return null;
            }

            questions.Add(question);
        }

        return Any([.. questions]);
    }

    private static Func<TRow, bool> Any(Func<TRow, bool>[] questions) => questions is [var one] ? one : row =>
    {
        foreach (var question in questions)
        {
            if (question(row))
            {
                return true;
            }
        }

        return false;
    };

    private Func<TRow, bool> Search(FilterValue value)
    {
        var glob = value.Kind == FilterValueKind.Glob;
        return row =>
        {
            foreach (var read in search)
            {
                if (read(row) is { } text
                    && (glob ? Glob.Matches(text, value.Text) : text.Contains(value.Text, StringComparison.OrdinalIgnoreCase)))
                {
                    return true;
                }
            }

            return false;
        };
    }

    private FilterError UnknownKey(FilterTerm term, string key)
    {
        var nearest = NearestName.Of(key, _fields.Keys);
        var hint = nearest is null ? $"There are {string.Join(", ", Keys.Select(static k => k.Name + ":"))}." : $"Did you mean “{nearest}:”?";
        return new FilterError(
            FilterError.UnknownKey, term.Position, term.Length, $"No such key “{Shorten(key)}” at position {term.Position + 1}. {hint}", nearest);
    }

    private static FilterError InvalidValue(FilterField<TRow> field, FilterValue value)
    {
        var text = value.ToString();
        var nearest = field.Suggest(value);
        var hint = nearest is null ? "" : $" Did you mean “{nearest}”?";
        return new FilterError(
            FilterError.InvalidValue, value.Position, text.Length, $"“{field.Key.Name}:” takes {field.Key.Takes}, not “{Shorten(text)}”.{hint}", nearest);
    }

    // It was written by somebody and is shown to somebody else.
    private static string Shorten(string text) => text.Length <= 40 ? text : text[..39] + "…";
}
