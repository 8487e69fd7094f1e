using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Synic.Daemon.Access;
using Synic.Daemon.Api;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Pages;

/// <summary>
/// The viewer of a page, as a caller of the API: its handlers are asked, with the same rights, the same audit, the same
/// refusals, but without HTTP.
/// </summary>
internal sealed class PageCaller(AuthenticationStateProvider authentication, IServiceProvider services)
{
    private const string Place = "dashboard";

    public T Service<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <param name="policy">Of the route; null: everybody may.</param>
    /// <param name="handler">Of the route.</param>
    /// <exception cref="SynicForbiddenException">A right is missing.</exception>
    /// <exception cref="SynicProblemException">It was refused.</exception>
    public async Task<T> AskAsync<T>(string? policy, Func<HttpContext, Task<IResult>> handler)
        where T : notnull
    {
        var (value, problem) = Read<T>(await RunAsync(policy, handler).ConfigureAwait(false));
        return problem is null ? value! : throw Refusal(problem);
    }

    /// <summary>For answers that carry nothing.</summary>
    public async Task DoAsync(string? policy, Func<HttpContext, Task<IResult>> handler)
    {
        if (Innermost(await RunAsync(policy, handler).ConfigureAwait(false)) is ApiProblem problem)
        {
            throw Refusal(problem);
        }
    }

    /// <returns>Null: there is no such thing, or the backend does not have it.</returns>
    public async Task<T?> FindAsync<T>(string? policy, Func<HttpContext, Task<IResult>> handler)
        where T : class
    {
        var (value, problem) = Read<T>(await RunAsync(policy, handler).ConfigureAwait(false));
        return problem is null or { StatusCode: 404 or 501 } ? value : throw Refusal(problem);
    }

    /// <summary>The request that a handler sees.</summary>
    public async Task<HttpContext> ContextAsync()
    {
        var caller = await authentication.GetAuthenticationStateAsync().ConfigureAwait(false);
        var context = new DefaultHttpContext { User = caller.User, RequestServices = services };
        context.Features.Set(new CallerPlace(Place));
        return context;
    }

    public static IResult Innermost(IResult result) => result is INestedHttpResult nested ? Innermost(nested.Result) : result;

    public static Exception Refusal(ApiProblem problem)
    {
        var document = SynicJson.Element(problem.Describe("", Place));
        var refusal = new SynicProblemException(problem.Kind.Status, document);
        return refusal.IsForbidden ? new SynicForbiddenException(refusal.Message, refusal) : refusal;
    }

    private async Task<IResult> RunAsync(string? policy, Func<HttpContext, Task<IResult>> handler)
    {
        var context = await ContextAsync().ConfigureAwait(false);
        if (policy is not null)
        {
            await DemandAsync(context, policy).ConfigureAwait(false);
        }

        try
        {
            return await handler(context).ConfigureAwait(false);
        }
        catch (AuditFailedException e)
        {
            return new ApiProblem(ProblemCodes.AuditUnavailable, $"{e.Message}.");
        }
    }

    private async Task DemandAsync(HttpContext context, string policy)
    {
        var answer = await Service<IAuthorizationService>().AuthorizeAsync(context.User, resource: null, policy).ConfigureAwait(false);
        if (!answer.Succeeded)
        {
            throw new SynicForbiddenException(context.User.Identity?.IsAuthenticated == true
                ? "This daemon only watches: start it with --lab to change something in a guest."
                : "This needs the start token: open the link that the daemon printed when it started, or a new one from POST /api/v1/login-links.");
        }
    }

    private static (T? Value, ApiProblem? Problem) Read<T>(IResult result) => Innermost(result) switch
    {
        ApiProblem problem => (default, problem),
        IValueHttpResult<T> answer => (answer.Value, null),
        var other => throw new InvalidOperationException($"a handler answered with {other.GetType().Name}"),
    };
}
