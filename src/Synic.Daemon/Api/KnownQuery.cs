namespace Synic.Daemon.Api;

/// <summary>Refuses query parameters that a route does not have: a misspelt filter must not silently match everything.</summary>
internal static class KnownQuery
{
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, params string[] names) =>
        route.AddEndpointFilter(async (context, next) =>
        {
            foreach (var key in context.HttpContext.Request.Query.Keys)
            {
                if (!names.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    var known = names.Length == 0 ? "none" : string.Join(", ", names);
                    return ApiProblem.Field(key, $"is no parameter of this path; there are {known}");
                }
            }

            return await next(context).ConfigureAwait(false);
        });
}
