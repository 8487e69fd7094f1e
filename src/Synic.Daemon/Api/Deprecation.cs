using System.Globalization;

namespace Synic.Daemon.Api;

/// <summary>Marks a route that will go: its answers say since when it is not to be used, until when it works, and what to use instead.</summary>
/// <param name="Since">Header Deprecation (RFC 9745).</param>
/// <param name="Sunset">Header Sunset (RFC 8594).</param>
/// <param name="Successor">A path; null when there is none.</param>
internal sealed record Deprecation(DateTimeOffset Since, DateTimeOffset Sunset, string? Successor);

internal static class Deprecations
{
    /// <summary>The OpenAPI document then calls the route deprecated, too.</summary>
    public static RouteHandlerBuilder Deprecated(this RouteHandlerBuilder route, Deprecation deprecation) => route
        .WithMetadata(deprecation)
        .AddEndpointFilter((context, next) =>
        {
            var headers = context.HttpContext.Response.Headers;
            headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{deprecation.Since.ToUnixTimeSeconds()}");
            headers["Sunset"] = deprecation.Sunset.ToString("R", CultureInfo.InvariantCulture);
            if (deprecation.Successor is { } successor)
            {
                headers.Append("Link", $"<{successor}>; rel=\"successor-version\"");
            }

            return next(context);
        });
}
