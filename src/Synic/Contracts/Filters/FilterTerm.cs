namespace Synic.Contracts.Filters;

/// <summary>One condition of a filter: a chip on a page.</summary>
public sealed record FilterTerm
{
    /// <summary>Of its first character in the filter, from 0.</summary>
    public int Position { get; init; }

    /// <summary>Characters, with the minus.</summary>
    public int Length { get; init; }

    /// <summary>Written with a minus: rows that match are left out.</summary>
    public bool Negated { get; init; }

    /// <summary>In lower case; null for a bare word, which is looked for in several columns.</summary>
    public string? Key { get; init; }

    /// <summary>At least one; one of them has to match.</summary>
    public required IReadOnlyList<FilterValue> Values { get; init; }

    /// <summary>A term for exactly one text, whatever characters it has: "only this", "not this".</summary>
    public static FilterTerm Exactly(string key, string text, bool negated = false) => new()
    {
        Key = key,
        Negated = negated,
        Values = [new FilterValue { Kind = FilterValueKind.Comparison, Operator = "=", Text = text }],
    };

    /// <summary>As it can be written in a filter.</summary>
    public override string ToString() =>
        (Negated ? "-" : "") + (Key is not null ? Key + ":" : LooksLikeAKey ? "," : "") + string.Join(',', Values);

    // A bare word came behind a comma, or its colon would have made a key of it and its minus a negation.
    private bool LooksLikeAKey => Values[0] is { Kind: not FilterValueKind.Quoted, Text: var text }
        && (text.IndexOf(':') > 0 || (!Negated && text.StartsWith('-') && text.Length + Values.Count > 2));
}
