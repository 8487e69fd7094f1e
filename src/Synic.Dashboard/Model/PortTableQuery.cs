namespace Synic.Dashboard.Model;

/// <summary>What of a port table travels in its address, so that a link or a reload shows the same view.</summary>
internal sealed record PortTableQuery(string Filter, PortSort Sort, bool Paused)
{
    public const string FilterName = "filter";
    public const string SortName = "sort";
    public const string PausedName = "paused";

    public static PortTableQuery Parse(string uri)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(uri).Query);
        return new PortTableQuery(
            query.TryGetValue(FilterName, out var filter) ? filter.ToString() : "",
            PortSort.Parse(query.TryGetValue(SortName, out var sort) ? sort.ToString() : null),
            query.TryGetValue(PausedName, out var paused) && paused == "true");
    }

    /// <summary>For <c>GetUriWithQueryParameters</c>: what is as by default is left out.</summary>
    public Dictionary<string, object?> ToParameters() => new()
    {
        [FilterName] = Filter.Length == 0 ? null : Filter,
        [SortName] = Sort == PortSort.Default ? null : Sort.ToString(),
        [PausedName] = Paused ? "true" : null,
    };
}
