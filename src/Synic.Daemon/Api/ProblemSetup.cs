using Microsoft.AspNetCore.Diagnostics;
using Synic.Daemon.Access;

namespace Synic.Daemon.Api;

/// <summary>Turns what routing, binding and defects answer into problem documents too.</summary>
internal static class ProblemSetup
{
    private const string NotFoundPage = "/not-found"; // of the dashboard

    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(); // the exception middleware asks for it; the handler below answers first
        services.AddExceptionHandler<ExceptionProblems>();

        // Binding failures as exceptions: their text says which parameter.
        services.Configure<RouteHandlerOptions>(static o => o.ThrowOnBadRequest = true);
    }

    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(static pages =>
        {
            var request = pages.HttpContext.Request;
            if (pages.HttpContext.Response.StatusCode == StatusCodes.Status404NotFound && IsForPerson(request))
            {
                return ShowNotFoundAsync(pages);
            }

            var kind = ProblemCodes.Of(pages.HttpContext.Response.StatusCode);
            var detail = kind.Code switch
            {
                "path_not_found" => $"There is nothing at {request.Path}. GET /api/v1 lists where to go on.",
                "method_not_allowed" => $"{request.Path} does not have {request.Method}, but {pages.HttpContext.Response.Headers.Allow}.",
                _ => kind.Help,
            };
            return new ApiProblem(kind, detail).ExecuteAsync(pages.HttpContext);
        });
    }

    public static void MapProblems(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/problems/{code}", Explain).WithTags("Problems").Produces<string>(contentType: "text/plain");

    /// <summary>What a problem code means and what to do about it.</summary>
    internal static IResult Explain(string code) =>
        ProblemCodes.All.FirstOrDefault(k => k.Code == code) is { } kind
            ? TypedResults.Text($"{kind.Title} ({kind.Code}, HTTP {kind.Status})\n\n{kind.Help}\n", "text/plain")
            : new ApiProblem(
                ProblemCodes.PathNotFound, $"No problem has the code '{code}'. There are {string.Join(", ", ProblemCodes.All.Select(static k => k.Code))}.");

    private static bool IsForPerson(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
        && !request.Path.StartsWithSegments("/api");

    // The address stays; the status too.
    private static Task ShowNotFoundAsync(StatusCodeContext pages)
    {
        var context = pages.HttpContext;
        context.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature // without it Razor leaves the answer empty
        {
            OriginalPath = context.Request.Path,
            OriginalPathBase = context.Request.PathBase,
        });
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Request.Path = NotFoundPage;
        return pages.Next(context);
    }

    private sealed class ExceptionProblems : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            var problem = exception is BadHttpRequestException bad ? BindingErrors.Explain(bad)
                : exception is AuditFailedException audit ? new ApiProblem(ProblemCodes.AuditUnavailable, $"{audit.Message}.")
                : new ApiProblem(ProblemCodes.InternalError, "The daemon failed while it did this; its log says more.");
            await problem.ExecuteAsync(httpContext).ConfigureAwait(false);
            return true;
        }
    }
}
