namespace Synic.Contracts.Filters;

/// <summary>What is wrong with a filter, and where.</summary>
/// <param name="Code">snake_case, for programs: one of the constants here.</param>
/// <param name="Position">Of the first wrong character, from 0; <see cref="Message"/> counts from 1, as people do.</param>
/// <param name="Length">Of what is wrong.</param>
/// <param name="Message">For people: one or two sentences.</param>
/// <param name="Suggestion">What was probably meant instead; null when nothing is near.</param>
public sealed record FilterError(string Code, int Position, int Length, string Message, string? Suggestion = null)
{
    public const string UnknownKey = "unknown_key";
    public const string MissingValue = "missing_value";
    public const string InvalidValue = "invalid_value";
    public const string UnclosedQuote = "unclosed_quote";
    public const string MisplacedQuote = "misplaced_quote";
    public const string TooLong = "too_long";
}
