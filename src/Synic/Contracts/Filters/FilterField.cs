namespace Synic.Contracts.Filters;

/// <summary>A key of a kind of rows: what it reads of a row, and which values it takes.</summary>
public abstract class FilterField<TRow>
{
    private protected FilterField(FilterKey key) => Key = key;

    public FilterKey Key { get; }

    /// <summary>Makes a value into a question; null when it is none for this key.</summary>
    internal abstract Func<TRow, bool>? Compile(FilterValue value);

    /// <summary>The value that was probably meant.</summary>
    internal virtual string? Suggest(FilterValue value) => null;
}

/// <summary>The kinds of keys that there are.</summary>
/// <remarks>
/// A row of which something is not known, or not there, matches no value of that key except <c>none</c>; <c>*</c>
/// matches every row that has one.
/// </remarks>
public static class FilterField
{
    /// <summary>Free text: a part of it, a glob for all of it, or <c>=</c> for exactly this; case does not count.</summary>
    public static FilterField<TRow> Text<TRow>(string name, Func<TRow, string?> read, string? example = null) => new TextField<TRow>(
        new FilterKey(name, "a text, or one with * for any characters", example ?? $"{name}:demo*", []), read);

    /// <summary>One word of a list.</summary>
    public static FilterField<TRow> Word<TRow>(string name, IReadOnlyList<FilterWord> words, Func<TRow, string?> read) =>
        Words<TRow>(name, words, (row, word) => string.Equals(read(row), word, StringComparison.Ordinal));

    /// <summary>Words of a list, of which a row has any number.</summary>
    public static FilterField<TRow> Words<TRow>(string name, IReadOnlyList<FilterWord> words, Func<TRow, string, bool> has)
    {
        string[] names = [.. words.Select(static w => w.Name)];
        var takes = names.Length <= 4 ? $"{string.Join(", ", names[..^1])} or {names[^1]}" : $"names such as {names[0]} or {names[1]}";
        return new WordField<TRow>(new FilterKey(name, takes, $"{name}:{names[0]}", names), words, has);
    }

    /// <summary>A whole number, decimal or hex: alone, in a range or compared.</summary>
    public static FilterField<TRow> Whole<TRow>(string name, Func<TRow, long?> read, string example, double maximum = double.MaxValue) =>
        new NumberField<TRow>(
            new FilterKey(name, $"a number{Limit(maximum)} such as {example}", $"{name}:{FirstOf(example)}", []), row => read(row), FilterNumbers.TryInteger, maximum);

    /// <summary>A number, perhaps with a fraction.</summary>
    public static FilterField<TRow> Number<TRow>(string name, Func<TRow, double?> read, string example) => new NumberField<TRow>(
        new FilterKey(name, $"a number such as {example}", $"{name}:{FirstOf(example)}", []), read, FilterNumbers.TryNumber, double.MaxValue);

    /// <summary>A length of time.</summary>
    public static FilterField<TRow> Duration<TRow>(string name, Func<TRow, TimeSpan?> read) => new NumberField<TRow>(
        new FilterKey(name, "a time such as >5m, <250ms or 30s..1h30m", $"{name}:>5m", []), row => read(row)?.TotalSeconds, FilterNumbers.TrySeconds, double.MaxValue);

    private static string Limit(double maximum) => maximum == double.MaxValue ? "" : $" up to {maximum}";

    private static string FirstOf(string example) => example.Split(' ', ',')[0];

    private delegate bool Reader(string text, out double value);

    private sealed class TextField<TRow>(FilterKey key, Func<TRow, string?> read) : FilterField<TRow>(key)
    {
        internal override Func<TRow, bool>? Compile(FilterValue value) => value.Kind switch
        {
            FilterValueKind.Comparison => value.Operator != "=" ? null
                : row => string.Equals(read(row), value.Text, StringComparison.OrdinalIgnoreCase),
            FilterValueKind.Glob => row => read(row) is { } text && Glob.Matches(text, value.Text),
            _ => row => read(row)?.Contains(value.Text, StringComparison.OrdinalIgnoreCase) ?? false,
        };
    }

    private sealed class WordField<TRow>(FilterKey key, IReadOnlyList<FilterWord> words, Func<TRow, string, bool> has) : FilterField<TRow>(key)
    {
        internal override Func<TRow, bool>? Compile(FilterValue value)
        {
            if (value is { Kind: FilterValueKind.Range } or { Operator.Length: > 0 and not 1 } or { Operator: "<" or ">" })
            {
                return null;
            }

            var glob = value.Kind == FilterValueKind.Glob;
            var number = FilterNumbers.TryInteger(value.Text, out var parsed) ? parsed : -1;
            string[] meant = [.. words.Where(w => glob ? Glob.Matches(w.Name, value.Text) : w.Number == number || Same(w.Name, value.Text)).Select(static w => w.Name)];
            return meant switch
            {
                [] => null,
                [var one] => row => has(row, one),
                _ => row => Array.Exists(meant, w => has(row, w)),
            };
        }

        internal override string? Suggest(FilterValue value) => NearestName.Of(value.Text, Key.Words);

        private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class NumberField<TRow>(FilterKey key, Func<TRow, double?> read, Reader parse, double maximum) : FilterField<TRow>(key)
    {
        internal override Func<TRow, bool>? Compile(FilterValue value)
        {
            switch (value.Kind)
            {
                case FilterValueKind.Plain when value.Text.Equals("none", StringComparison.OrdinalIgnoreCase):
                    return row => read(row) is null;
                case FilterValueKind.Glob when value.Text == "*":
                    return row => read(row) is not null;
                case FilterValueKind.Range:
                    var (from, to) = (0.0, double.MaxValue);
                    return (value.From.Length == 0 || Parse(value.From, out from)) && (value.To.Length == 0 || Parse(value.To, out to)) && from <= to
                        ? row => read(row) is { } number && number >= from && number <= to
                        : null;
                case FilterValueKind.Plain or FilterValueKind.Comparison when Parse(value.Text, out var operand):
                    return value.Operator switch
                    {
                        ">" => row => read(row) > operand,
                        ">=" => row => read(row) >= operand,
                        "<" => row => read(row) < operand,
                        "<=" => row => read(row) <= operand,
                        _ => row => read(row) == operand,
                    };
                default:
                    return null;
            }
        }

        private bool Parse(string text, out double number) => parse(text, out number) && number <= maximum;
    }
}
