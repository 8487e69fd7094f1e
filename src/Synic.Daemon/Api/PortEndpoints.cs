using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Ports;

namespace Synic.Daemon.Api;

/// <summary>The table of ports, and ports with built-in handlers.</summary>
internal static class PortEndpoints
{
    private static readonly Lock s_changes = new(); // between looking at a version and changing it

    public static void MapPorts(this IEndpointRouteBuilder routes)
    {
        var ports = routes.MapGroup(Links.Partitions + "/{partition}/ports").WithTags("Ports");
        ports.MapGet("", List).WithQuery(PortListQuery.Names).WithMetadata(new AlsoCsv());
        ports.MapPost("", Create).WithQuery().Idempotent().RequireAuthorization(AccessSetup.Lab);
        var one = ports.MapGroup("/{connection}");
        one.MapGet("", Get).WithQuery().WithETag();
        one.MapDelete("", Delete).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapGet("/fast-path", GetFastPath).WithQuery().WithETag();
        one.MapPut("/fast-path", PutFastPath).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPost("/fast-path", SetFastPath).WithQuery().RequireAuthorization(AccessSetup.Lab);
    }

    /// <summary>The ports of a partition: kind, owner, counters by status, rates, last activity.</summary>
    internal static Results<ListResult<PortSummary>, ApiProblem> List(
        string partition, [AsParameters] PortListQuery query, HttpRequest request, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !Paging.TryLimit(query.Limit, out var limit, out problem)
            || !PortList.TryParse(query, out var list, out problem)
            || !FieldSelection.TryParse<PortSummary>(query.Fields, json.Value.SerializerOptions, out var fields, out problem)
            || !ListFormat.TryRead(request, query.Format, out var csv, out problem))
        {
            return problem;
        }

        var name = list.Name(partition);
        PortKeys? after = null;
        if (query.Cursor is { } cursor)
        {
            if (!Paging.TryDecode<PortKeys>(name, cursor, out var last, out problem))
            {
                return problem;
            }

            after = last;
        }

        var whole = csv && query.Limit is null;
        var page = list.Page(host, after, whole ? Csv<PortSummary>.MaxRows : limit, out var total, out var more);
        return whole && more
            ? new ApiProblem(
                ProblemCodes.TooManyRows,
                $"{total} ports match, and {Csv<PortSummary>.MaxRows} can be sent as one table: filter more, or add limit= and follow the header Link.")
            : new ListResult<PortSummary>(new ListPage<PortSummary>(
                [.. page.Select(r => r.Summarize(host))], more ? Paging.Encode(name, page[^1].Keys) : null, total, host.Now))
            {
                Fields = fields,
                Csv = csv ? PortCsv.Table : null,
            };
    }

    /// <summary>One port, by its connection id in decimal or hex.</summary>
    internal static Results<Ok<PortSummary>, ApiProblem> Get(string partition, string connection, PartitionRegistry registry) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem) && Lookup.TryPort(host, connection, out var port, out problem)
            ? TypedResults.Ok(host.Summarize(port))
            : problem;

    /// <summary>Registers a port with a built-in handler: echo, sink, counter or full.</summary>
    internal static Results<Created<PortSummary>, ApiProblem> Create(string partition, CreatePortRequest request, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !NewPorts.TryParse(host, request, out var port, out problem))
        {
            return problem;
        }

        try
        {
            var registration = host.OwnedPorts.Add(port);
            return TypedResults.Created(Links.Port(partition, registration.Connection), host.Summarize(registration));
        }
        catch (PortRegistrationException e)
        {
            return Refused(partition, e);
        }
    }

    /// <summary>Removes a port that the API made. No call of it runs any more when this answers.</summary>
    internal static Results<NoContent, ApiProblem> Delete(string partition, string connection, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem) || !Lookup.TryPort(host, connection, out var port, out problem))
        {
            return problem;
        }

        return host.OwnedPorts.Remove(port.Port.Generation)
            ? TypedResults.NoContent()
            : new ApiProblem(
                ProblemCodes.PortNotRemovable, $"The port {port.Connection} belongs to '{port.Owner}'; only ports made with POST {Links.Ports(partition)} can be removed.");
    }

    /// <summary>Takes a port's fast path away for a while, so that every signal can be seen and counted, or gives it back.</summary>
    internal static Results<Ok<PortSummary>, ApiProblem> SetFastPath(
        string partition, string connection, FastPathRequest request, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem) || !Lookup.TryPort(host, connection, out var port, out problem))
        {
            return problem;
        }

        if (port.FastPath is null)
        {
            return NoFastPath(partition, port);
        }

        host.OwnedPorts.SetFastPath(port, request.Enabled);
        return TypedResults.Ok(host.Summarize(port));
    }

    /// <summary>Whether the hypervisor signals the port by itself.</summary>
    internal static Results<Ok<FastPathSummary>, ApiProblem> GetFastPath(string partition, string connection, PartitionRegistry registry) =>
        Lookup.TryPartition(registry, partition, out var host, out var problem) && Lookup.TryPort(host, connection, out var port, out problem)
            ? TypedResults.Ok(FastPathOf(port))
            : problem;

    /// <summary>As POST, but only if nobody changed it since the version in If-Match.</summary>
    internal static Results<Ok<FastPathSummary>, ApiProblem> PutFastPath(
        string partition, string connection, FastPathRequest request, [FromHeader(Name = "If-Match")] string? version, HttpContext context,
        PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem) || !Lookup.TryPort(host, connection, out var port, out problem))
        {
            return problem;
        }

        _ = version; // for the document; the typed headers know lists and quotes
        if (port.FastPath is null)
        {
            return NoFastPath(partition, port);
        }

        lock (s_changes)
        {
            if (!EntityTags.TryMatch(context.Request, EntityTags.Of(FastPathOf(port), context), required: true, out problem))
            {
                return problem;
            }

            host.OwnedPorts.SetFastPath(port, request.Enabled);
        }

        var after = FastPathOf(port);
        context.Response.Headers.ETag = EntityTags.Of(after, context);
        return TypedResults.Ok(after);
    }

    private static FastPathSummary FastPathOf(PortRegistration port) => new(
        $"{port.Connection}", port.FastPath is null ? "none" : port.FastPathActive ? "active" : "suspended", port.FastPath?.ResumeFailure, port.Generation);

    private static ApiProblem NoFastPath(string partition, PortRegistration port) => new(
        ProblemCodes.BackendUnsupported,
        $"The port {port.Connection} has no fast path: it is a message port, tells flag numbers apart or asks for a VTL, or the backend has none (GET {Links.Partition(partition)}/backend).");

    private static ApiProblem Refused(string partition, PortRegistrationException e) => e.Error switch
    {
        PortRegistrationError.InUse => new ApiProblem(ProblemCodes.ConnectionIdInUse, $"The connection id {e.Connection} belongs to another port; choose another, or remove that port.")
        {
            ConflictsWith = Links.Port(partition, e.Connection),
        },
        PortRegistrationError.MonitorInUse => new ApiProblem(ProblemCodes.MonitorIdInUse, $"Nothing was registered: {e.Message}.")
        {
            ConflictsWith = $"{Links.Partition(partition)}/monitor-pages",
        },
        PortRegistrationError.Limit => new ApiProblem(ProblemCodes.PortLimit, $"Nothing was registered: {e.Message}."),
        PortRegistrationError.BackendRefused => new ApiProblem(ProblemCodes.BackendRefused, $"Nothing was registered: {e.Message}."),
        _ => ApiProblem.Field("connection", e.Message),
    };
}
