using System.Net;
using Synic.Daemon.Api;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Access;

/// <summary>
/// Keeps other sites in the user's browser out: a page that made its name point here is stopped by the host's name, one that
/// sends requests here by its origin. What is served gets headers that keep it from being framed or mixed with others.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, DaemonSettings settings)
{
    // Blazor's own script and socket are same-origin; the components write style attributes.
    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; "
        + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private readonly HashSet<string> _hosts = new(["localhost", "127.0.0.1", "[::1]", .. settings.AllowedHosts], StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(SetHeaders, context);
        if (!IsAllowedHost(context.Request.Host))
        {
            return new ApiProblem(
                ProblemCodes.HostNotAllowed,
                $"This daemon does not answer to the host name '{context.Request.Host.Host}': use localhost, or add the name to Synic:AllowedHosts.")
                .ExecuteAsync(context);
        }

        return IsFromElsewhere(context)
            ? new ApiProblem(ProblemCodes.CrossOrigin, "The request comes from a page of another site; only this daemon's own pages may send it.")
                .ExecuteAsync(context)
            : next(context);
    }

    // Names are how another site gets at this one (DNS rebinding). An address as host name is no such trick, and on the
    // loopback nothing else than the loopback's own can be meant.
    private bool IsAllowedHost(HostString host) =>
        _hosts.Contains(host.Host) || (settings.InsecureBind && IPAddress.TryParse(host.Host.Trim('[', ']'), out _));

    private static bool IsFromElsewhere(HttpContext context)
    {
        var request = context.Request;
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            && !context.WebSockets.IsWebSocketRequest
            && !request.Headers.ContainsKey("Upgrade"))
        {
            return false;
        }

        var origin = request.Headers.Origin.ToString();
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return (origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            || site is not ("" or "same-origin" or "none");
    }

    private static Task SetHeaders(object state)
    {
        var headers = ((HttpContext)state).Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
