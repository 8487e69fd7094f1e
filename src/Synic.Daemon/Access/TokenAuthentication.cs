using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Synic.Daemon.Api;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Access;

/// <summary>Knows a caller by <c>Authorization: Bearer</c>, or a browser by the cookie that the login link gave it.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, StartToken token, DaemonSettings settings)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "token";
    private const string Bearer = "Bearer ";

    /// <summary>Cookies do not tell ports apart, so that two daemons on one machine need two names.</summary>
    public static string CookieName(HttpContext context) => $"synic-{context.Connection.LocalPort}";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length > 0)
        {
            return Task.FromResult(
                header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && token.Matches(header[Bearer.Length..].Trim())
                    ? Known()
                    : AuthenticateResult.Fail("the token is not the one of this daemon"));
        }

        return Task.FromResult(Request.Cookies[CookieName(Context)] is { } cookie && token.MatchesBrowser(cookie)
            ? Known()
            : AuthenticateResult.NoResult());
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"synic\"";
        var detail = Request.Headers.Authorization.Count > 0
            ? "The token is not the one of this daemon: it printed its token when it started."
            : "This needs the start token: send Authorization: Bearer and the token that the daemon printed when it started.";
        return new ApiProblem(ProblemCodes.NotAuthenticated, detail).ExecuteAsync(Context);
    }

    // Whoever has the token has all rights; what is missing is the daemon's own permission.
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new ApiProblem(
            ProblemCodes.InjectionDisabled,
            settings.Lab ? "This caller may not do that." : "This daemon only watches: start it with --lab to change ports, to act as the guest or to inject faults.")
            .ExecuteAsync(Context);

    private static AuthenticateResult Known() => AuthenticateResult.Success(new AuthenticationTicket(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "start token")], SchemeName)), SchemeName));
}
