using System.Diagnostics.CodeAnalysis;
using Synic.Contracts.Filters;

namespace Synic.Daemon.Api;

/// <summary>A request's filter: right in every term, or refused with the place of the first mistake.</summary>
internal static class Filters
{
    public static bool TryParse<TRow>(
        FilterTable<TRow> table, string? text, [NotNullWhen(true)] out RowFilter<TRow>? filter, [NotNullWhen(false)] out ApiProblem? problem)
    {
        filter = table.Parse(text);
        problem = filter.Errors.Count == 0 ? null : Explain(filter.Errors[0]);
        return problem is null;
    }

    private static ApiProblem Explain(FilterError error) => new(ProblemCodes.InvalidFilter, error.Message)
    {
        Position = error.Position + 1,
        Suggestion = error.Suggestion,
        Errors = new Dictionary<string, string[]> { ["filter"] = [error.Message] },
    };
}
