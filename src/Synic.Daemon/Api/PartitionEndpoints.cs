using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.VmBus;

namespace Synic.Daemon.Api;

/// <summary>Partitions and what can be seen of them besides their ports.</summary>
internal static class PartitionEndpoints
{
    public static void MapPartitions(this IEndpointRouteBuilder routes)
    {
        var partitions = routes.MapGroup(Links.Partitions).WithTags("Partitions");
        partitions.MapGet("", List).WithQuery();
        var one = partitions.MapGroup("/{partition}");
        one.MapGet("", Get).WithQuery().WithETag();
        one.MapGet("/backend", Backend).WithQuery().WithETag();
        one.MapGet("/guest-ports", GuestPorts).WithQuery("limit", "cursor");
        one.MapGet("/vps", Vps).WithQuery();
        one.MapGet("/vps/{vp}/sints", Sints).WithQuery();
        one.MapGet("/monitor-pages", MonitorPages).WithQuery();
        one.MapGet("/vmbus", VmBus).WithQuery();
        one.MapGet("/boot", Boot).WithQuery();
    }

    /// <summary>All partitions, in the order of the configuration.</summary>
    internal static Ok<ListPage<PartitionSummary>> List(PartitionRegistry registry)
    {
        var items = registry.All.Select(static h => h.Summarize()).ToList();
        return TypedResults.Ok(new ListPage<PartitionSummary>(items, null, items.Count, registry.All[0].Now));
    }

    /// <summary>One partition: state, backend, guest, traffic.</summary>
    internal static Results<Ok<PartitionSummary>, ApiProblem> Get(string partition, PartitionRegistry registry) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem) ? TypedResults.Ok(host.Summarize()) : problem;

    /// <summary>What the backend can do and why not the rest, why it was chosen, and the exits of its VPs.</summary>
    internal static Results<Ok<BackendSummary>, ApiProblem> Backend(string partition, PartitionRegistry registry) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem) ? TypedResults.Ok(host.SummarizeBackend()) : problem;

    /// <summary>The ports through which the host reaches the guest, by id.</summary>
    internal static Results<Ok<ListPage<GuestPortSummary>>, ApiProblem> GuestPorts(
        string partition, int? limit, string? cursor, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !Paging.TryLimit(limit, out var count, out problem))
        {
            return problem;
        }

        var after = 0L;
        var list = $"guest-ports/{partition}";
        if (cursor is not null && !Paging.TryDecode(list, cursor, out after, out problem))
        {
            return problem;
        }

        var all = host.SummarizeGuestPorts();
        var rest = all.Where(p => p.Id > after).Take(count + 1).ToList();
        var page = rest.Count > count ? rest[..count] : rest;
        return TypedResults.Ok(new ListPage<GuestPortSummary>(
            page, rest.Count > count ? Paging.Encode(list, page[^1].Id) : null, all.Count, host.Now));
    }

    /// <summary>Every VP and its SynICs.</summary>
    internal static Results<Ok<ListPage<VpSummary>>, ApiProblem> Vps(string partition, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        var vps = host.SummarizeVps();
        return TypedResults.Ok(new ListPage<VpSummary>(vps, null, vps.Count, host.Now));
    }

    /// <summary>One VP: SCONTROL, SIMP, SIEFP, its SINTs and timers.</summary>
    internal static Results<Ok<VpSummary>, ApiProblem> Sints(string partition, string vp, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        if (!Numbers.TryParse(vp, out var index))
        {
            return ApiProblem.Field("vp", $"is a number, not '{vp}'");
        }

        return index < (uint)host.Partition.VpCount
            ? TypedResults.Ok(host.SummarizeVp(new VpIndex(index)))
            : new ApiProblem(ProblemCodes.VpNotFound, $"'{host.Name}' has the VPs 0 to {host.Partition.VpCount - 1}, not {index}.");
    }

    /// <summary>The monitor pages of each VTL with all 128 ids.</summary>
    internal static Results<Ok<ListPage<MonitorPageSummary>>, ApiProblem> MonitorPages(string partition, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        return host.SummarizeMonitorPages() is { } pages
            ? TypedResults.Ok(new ListPage<MonitorPageSummary>(pages, null, pages.Count, host.Now))
            : Unsupported(host, "monitor_pages");
    }

    /// <summary>How far the guest came, and what it stands before.</summary>
    internal static Results<Ok<BootProgress>, ApiProblem> Boot(string partition, PartitionRegistry registry) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem) ? TypedResults.Ok(host.Boot.Progress()) : problem;

    /// <summary>The VMBus of the partition: how far the guest came, what it has open, what was refused.</summary>
    internal static Results<Ok<VmBusSummary>, ApiProblem> VmBus(string partition, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        return host.VmBus is { } vmbus
            ? TypedResults.Ok(vmbus.Snapshot().ToSummary())
            : new ApiProblem(
                ProblemCodes.VmBusNotPresent,
                $"'{host.Name}' has no VMBus: Synic:Partitions:[]:VmBus:Enabled (or --vmbus on) gives it one at the next start.");
    }

    internal static ApiProblem Unsupported(PartitionHost host, string capability)
    {
        var reason = host.Partition.Capabilities.FirstOrDefault(c => c.Name == capability).Reason ?? "it does not say why";
        return new ApiProblem(
            ProblemCodes.BackendUnsupported, $"The backend {Names.Of(host.Partition.Backend)} of '{host.Name}' has no {capability}: {reason}.");
    }
}
