using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Backends;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Api;

/// <summary>The API's root, health, and the way in for a browser.</summary>
internal static class RootEndpoints
{
    public static void MapRoot(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Links.Root).WithTags("Daemon");
        api.MapGet("", Index).WithQuery();
        api.MapGet("/health", Health).WithQuery();
        api.MapPost("/login-links", CreateLoginLink).WithQuery().RequireAuthorization(AccessSetup.Token);
        var health = routes.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", Live);
        health.MapGet("/ready", Ready);
        routes.MapGet(LoginLinks.Path, Login).ExcludeFromDescription();
    }

    /// <summary>What this daemon is, where to go on, and what the caller may do.</summary>
    internal static Ok<ApiIndex> Index(HttpContext context, DaemonSettings settings)
    {
        var known = context.User.Identity?.IsAuthenticated == true;
        var links = new Dictionary<string, string>
        {
            ["self"] = Links.Root,
            ["partitions"] = Links.Partitions,
            ["health"] = $"{Links.Root}/health",
            ["metrics"] = "/metrics",
            ["openapi"] = "/openapi/v1.json",
            ["dashboard"] = "/",
        };
        if (settings.Lab)
        {
            links["faultKillSwitch"] = KillSwitchEndpoints.Path;
            links["scenarios"] = FaultSetEndpoints.Scenarios;
        }

        if (known)
        {
            links["audit"] = AuditEndpoints.Path;
        }

        return TypedResults.Ok(new ApiIndex
        {
            Name = "synicd",
            Version = BuildInfo.Version,
            Lab = settings.Lab,
            Capabilities = settings.Lab ? ["view", "console", "create_port", "delete_port", "act_as_guest", "suspend_fast_path", "inject_faults"] : ["view", "console"],
            Rights = !known ? ["view"] : settings.Lab ? ["view", "console", "payload", "audit", "change", "inject"] : ["view", "console", "payload", "audit"],
            Links = links,
        });
    }

    /// <summary>How the daemon and each partition are, with reasons.</summary>
    internal static Ok<HealthReport> Health(PartitionRegistry registry)
    {
        var partitions = registry.All.Select(static h => new PartitionHealth(
            h.Name, h.State != PartitionState.Failed, Names.Of(h.State), h.Exit?.Reason)).ToList();
        return TypedResults.Ok(new HealthReport(
            partitions.TrueForAll(static p => p.Healthy) ? "ready" : "degraded",
            BuildInfo.Version,
            Math.Round((DateTime.UtcNow - System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime()).TotalSeconds, 3),
            partitions));
    }

    /// <summary>The process answers.</summary>
    internal static Ok<ProbeAnswer> Live() => TypedResults.Ok(new ProbeAnswer("live"));

    /// <summary>Every partition's backend is up.</summary>
    internal static Results<Ok<ProbeAnswer>, ApiProblem> Ready(PartitionRegistry registry) =>
        registry.All.Count > 0 && registry.All.All(static h => h.State != PartitionState.Failed)
            ? TypedResults.Ok(new ProbeAnswer("ready"))
            : new ApiProblem(ProblemCodes.BackendDown, $"A partition's backend gave up. GET {Links.Root}/health says which, and why.");

    /// <summary>Makes a link that logs one browser in, once.</summary>
    internal static Created<LoginLink> CreateLoginLink(LoginLinks links)
    {
        var path = links.Create();
        return TypedResults.Created(path, new LoginLink(path));
    }

    private static Results<RedirectHttpResult, ApiProblem> Login(HttpContext context, LoginLinks links, StartToken token)
    {
        if (context.Request.Query["t"].ToString() is not { Length: > 0 } link || !links.TryUse(link))
        {
            return new ApiProblem(
                ProblemCodes.LoginLinkUsed,
                $"This link was used before, or is none of this daemon's. POST {Links.Root}/login-links with the start token gives a new one.");
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Cookies.Append(TokenAuthentication.CookieName(context), token.BrowserKey, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            IsEssential = true,
            Path = "/",
        });
        return TypedResults.LocalRedirect("/");
    }
}
