using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Api;

/// <summary>What is left of ports that went.</summary>
internal static class DepartedPortEndpoints
{
    public static void MapDepartedPorts(this IEndpointRouteBuilder routes)
    {
        var ports = routes.MapGroup(Links.Partitions + "/{partition}/departed-ports").WithTags("Ports");
        ports.MapGet("", List).WithQuery("filter", "limit", "cursor");
        ports.MapGet("/{generation}", Get).WithQuery().WithETag();
    }

    /// <summary>The last 256 ports that went, newest first, with their final counters.</summary>
    internal static Results<Ok<ListPage<PortSummary>>, ApiProblem> List(
        string partition, string? filter, int? limit, string? cursor, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !Paging.TryLimit(limit, out var count, out problem)
            || !Filters.TryParse(PortFilters.Table, filter, out var wanted, out problem))
        {
            return problem;
        }

        var before = long.MaxValue;
        var list = $"departed-ports/{partition}/{wanted.Expression}";
        if (cursor is not null && !Paging.TryDecode(list, cursor, out before, out problem))
        {
            return problem;
        }

        var reading = new PortReading(host);
        var all = host.Partition.Ports.Map.Departed.Snapshot()
            .Where(port =>
            {
                reading.Set(port);
                return wanted.Matches(reading);
            })
            .OrderByDescending(static p => p.Generation).ToList();
        var rest = all.Where(p => p.Generation < before).ToList();
        var page = rest.Take(count).Select(host.Summarize).ToList();
        return TypedResults.Ok(new ListPage<PortSummary>(
            page, rest.Count > count ? Paging.Encode(list, page[^1].Generation) : null, all.Count, host.Now));
    }

    /// <summary>What is left of one port: when it went and why, and its final counters.</summary>
    internal static Results<Ok<PortSummary>, ApiProblem> Get(string partition, string generation, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        return long.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && host.Partition.Ports.Map.Departed.TryGet(number, out var port)
            ? TypedResults.Ok(host.Summarize(port))
            : new ApiProblem(
                ProblemCodes.PortNotFound,
                $"'{host.Name}' remembers no port of the generation '{generation}' that went: GET {Links.Partition(host.Name)}/departed-ports lists the last ones.");
    }
}
