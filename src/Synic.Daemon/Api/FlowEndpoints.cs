using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Api;

/// <summary>The flow of a partition's calls.</summary>
internal static class FlowEndpoints
{
    private const int DefaultTop = 40;

    public static void MapFlow(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Links.Partitions + "/{partition}/flow", Get).WithTags("Ports").WithQuery("top");

    /// <summary>How the guest's calls of the last ten seconds spread: from VTL to connection to owner, the busiest by themselves.</summary>
    internal static Results<Ok<FlowSummary>, ApiProblem> Get(string partition, int? top, PartitionRegistry registry, EventHub hub)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        return top is < 1 or > FlowReader.MaxTop
            ? ApiProblem.Field("top", $"is 1 to {FlowReader.MaxTop}")
            : TypedResults.Ok(new FlowReader(host, hub).Read(top ?? DefaultTop));
    }
}
