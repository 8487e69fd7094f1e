using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Inspection;

namespace Synic.Daemon.Api;

/// <summary>The daemon's own cost.</summary>
internal static class StatusEndpoints
{
    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Links.Root + "/status", Get).WithTags("Daemon").WithQuery();

    /// <summary>What the daemon costs (processor time, memory, threads, open pages), and how near its limits it is.</summary>
    internal static Ok<DaemonStatus> Get(StatusReader status) => TypedResults.Ok(status.Read());
}
