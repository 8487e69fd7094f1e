namespace Synic.Contracts.Filters;

/// <summary>
/// A filter as it was written: <c>kind:event -owner:vmbus conn:0x2000..0x27ff rate:&gt;10 "two words"</c>. Terms must
/// all hold. What the keys mean is the business of a <see cref="FilterTable{TRow}"/>.
/// </summary>
public sealed class FilterExpression
{
    /// <summary>Characters of a filter.</summary>
    public const int MaxLength = 4096;

    public const int MaxTerms = 32;

    /// <summary>Over all terms: each row is held against each value.</summary>
    public const int MaxValues = 128;

    /// <summary>Asks for nothing, so that every row matches.</summary>
    public static readonly FilterExpression Empty = new([], []);

    internal FilterExpression(IReadOnlyList<FilterTerm> terms, IReadOnlyList<FilterError> errors)
    {
        Terms = terms;
        Errors = errors;
    }

    public IReadOnlyList<FilterTerm> Terms { get; }

    /// <summary>Of the spelling, in the order of the text; a wrong term is none of <see cref="Terms"/>.</summary>
    public IReadOnlyList<FilterError> Errors { get; }

    public static FilterExpression Parse(string? text) => string.IsNullOrWhiteSpace(text) ? Empty : FilterScanner.Scan(text);

    /// <summary>The terms of one that were chosen, and others: what was written wrong is gone.</summary>
    public static FilterExpression Of(IEnumerable<FilterTerm> terms) => Parse(string.Join(' ', terms));

    /// <summary>The text again, with one space between terms.</summary>
    public override string ToString() => string.Join(' ', Terms);
}
