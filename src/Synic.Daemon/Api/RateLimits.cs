using System.Threading.RateLimiting;
using Synic.Daemon.Configuration;

namespace Synic.Daemon.Api;

/// <summary>How many requests a caller may send to the API; generous, against a script that runs wild. Metrics and pages are free.</summary>
internal static class RateLimits
{
    public static void AddRateLimits(this IServiceCollection services, DaemonSettings settings) => services.AddRateLimiter(o =>
    {
        o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, settings));
        o.OnRejected = static (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(1);
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            return new ValueTask(new ApiProblem(ProblemCodes.RateLimited, $"Too many requests of this caller: try again in {seconds} s.")
            {
                RetryAfterSeconds = seconds,
            }.ExecuteAsync(rejected.HttpContext));
        };
    });

    private static RateLimitPartition<string> Partition(HttpContext context, DaemonSettings settings)
    {
        if (settings.RequestsPerSecond == 0 || !context.Request.Path.StartsWithSegments("/api"))
        {
            return RateLimitPartition.GetNoLimiter("free");
        }

        // Who has the token is one caller, wherever it comes from; others are told apart by their address.
        var caller = context.User.Identity?.IsAuthenticated == true ? "token" : context.Connection.RemoteIpAddress?.ToString() ?? "local";
        return RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.RequestBurst,
            TokensPerPeriod = settings.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }
}
