using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Synic.Daemon.Access;
using Synic.Inspection;

namespace Synic.Daemon.Api;

/// <summary>What of a tree is asked for; the OpenAPI document describes each.</summary>
internal readonly record struct InspectQuery(
    [property: FromRoute(Name = "path")] string? Path,
    [property: FromQuery(Name = "depth")] int? Depth,
    [property: FromQuery(Name = "timeoutMs")] int? TimeoutMs,
    [property: FromQuery(Name = "sensitivity")] string? Sensitivity,
    [property: FromQuery(Name = "after"), Description("`nextAfter` of the page before, of the path's own directory.")] string? After,
    [property: FromQuery(Name = "limit"), Description("Children on one page of a directory, 1 to 1000; default 1000.")] int? Limit,
    [property: FromQuery(Name = "compat")] string? Compat)
{
    private const string OpenVmm = "openvmm";

    private static int MaxTimeoutMs => (int)InspectRequest.MaxTimeout.TotalMilliseconds;

    public bool TryRequest(ClaimsPrincipal caller, out InspectRequest request, [NotNullWhen(false)] out ApiProblem? problem)
    {
        request = new InspectRequest();
        if (!TryPath(Path, out var path, out problem) || !TrySensitivity(caller, out var sensitivity, out problem))
        {
            return false;
        }

        problem = Depth is < 0 or > InspectRequest.MaxDepth
                ? ApiProblem.Field("depth", $"is 0 to {InspectRequest.MaxDepth}, not {Depth}; leave it out for {InspectRequest.DefaultDepth}")
            : TimeoutMs < 1 || TimeoutMs > MaxTimeoutMs
                ? ApiProblem.Field("timeoutMs", $"is 1 to {MaxTimeoutMs}, not {TimeoutMs}; leave it out for {InspectRequest.DefaultTimeout.TotalMilliseconds}")
            : Limit is < 1 or > InspectRequest.MaxPageSize
                ? ApiProblem.Field("limit", $"is 1 to {InspectRequest.MaxPageSize}, not {Limit}; leave it out for the most")
            : Compat is not (null or OpenVmm) ? ApiProblem.Field("compat", $"is {OpenVmm}, not '{Compat}'; leave it out for this daemon's own keys")
            : null;
        if (problem is null)
        {
            request = request with
            {
                Path = path,
                Depth = Depth ?? InspectRequest.DefaultDepth,
                Timeout = TimeoutMs is { } ms ? TimeSpan.FromMilliseconds(ms) : InspectRequest.DefaultTimeout,
                MaxSensitivity = sensitivity,
                After = After,
                PageSize = Limit ?? InspectRequest.MaxPageSize,
                OpenVmmKeys = Compat is not null,
            };
        }

        return problem is null;
    }

    public static bool TryPath(string? text, out InspectPath path, [NotNullWhen(false)] out ApiProblem? problem)
    {
        problem = InspectPath.TryParse(text, out path, out var wrong) ? null
            : new ApiProblem(ProblemCodes.InvalidPath, $"The path cannot be one of a tree: {wrong}. Without a path the root answers.");
        return problem is null;
    }

    // Whoever may not see sensitive nodes gets the others, and how many are hidden.
    private bool TrySensitivity(ClaimsPrincipal caller, out InspectSensitivity sensitivity, [NotNullWhen(false)] out ApiProblem? problem)
    {
        InspectSensitivity? asked = Sensitivity switch
        {
            null or "unspecified" => InspectSensitivity.Unspecified,
            "safe" => InspectSensitivity.Safe,
            "sensitive" => caller.MaySeePayload() ? InspectSensitivity.Sensitive : InspectSensitivity.Unspecified,
            _ => null,
        };
        sensitivity = asked ?? default;
        problem = asked is null ? ApiProblem.Field("sensitivity", $"is safe, unspecified or sensitive, not '{Sensitivity}'; leave it out for unspecified") : null;
        return problem is null;
    }
}
