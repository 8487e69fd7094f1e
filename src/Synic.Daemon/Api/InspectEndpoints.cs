using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Inspection;
using Synic.Daemon.Partitions;
using Synic.Inspection;

namespace Synic.Daemon.Api;

/// <summary>A partition's tree: by path, and new values for what can be changed.</summary>
internal static class InspectEndpoints
{
    public static void MapInspect(this IEndpointRouteBuilder routes)
    {
        var partition = routes.MapGroup(Links.Partitions + "/{partition}").WithTags("Inspect");
        partition.MapGet("/inspect/{**path}", Get).WithQuery("depth", "timeoutMs", "sensitivity", "after", "limit", "format", "compat");
        partition.MapPatch("/inspect/{**path}", Change).WithQuery("timeoutMs").RequireAuthorization(AccessSetup.Lab);
        partition.MapGet("/inspect-watch/{**path}", Watch).WithQuery("depth", "periodMs", "sensitivity");

        // What they show is there before the first look.
        _ = routes.ServiceProvider.GetRequiredService<InspectMetrics>();
        _ = routes.ServiceProvider.GetRequiredService<InspectWatches>();
    }

    /// <summary>Everything live, by path. A branch that does not answer in time is named, and the others are there.</summary>
    internal static async Task<Results<InspectAnswers, ApiProblem>> Get(
        string partition, [AsParameters] InspectQuery query, [Description(InspectAnswers.FormatHelp)] string? format, HttpContext context,
        PartitionRegistry registry, PartitionInspector inspector, IAudit audit)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !query.TryRequest(context.User, out var request, out problem)
            || !InspectAnswers.TryFormat(context.Request, format, out var name, out problem))
        {
            return problem;
        }

        AuditPayload(audit, context, host, request);
        var result = await inspector.InspectAsync(host, request, context.RequestAborted).ConfigureAwait(false);
        return IsNothing(result)
            ? await NotFoundAsync(inspector.Root(host), request, context.RequestAborted).ConfigureAwait(false)
            : new InspectAnswers(result, name);
    }

    /// <summary>Gives a field a new value. The answer has the old one and what the field has now.</summary>
    internal static async Task<Results<JsonBytes<InspectUpdateAnswer>, ApiProblem>> Change(
        string partition, string? path, int? timeoutMs, InspectUpdateRequest body, HttpContext context,
        PartitionRegistry registry, PartitionInspector inspector, IAudit audit)
    {
        var query = new InspectQuery { Path = path, TimeoutMs = timeoutMs, Sensitivity = "sensitive" };
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !query.TryRequest(context.User, out var request, out problem))
        {
            return problem;
        }

        audit.Record(AuditEntry.Of(context, "inspect.change", Target(host, request), "asked"));
        // Not the request's own cancellation: what is written down has to be what became of it.
        var update = await inspector.UpdateAsync(host, request, body.Value, CancellationToken.None).ConfigureAwait(false);
        audit.Record(AuditEntry.Of(context, "inspect.change", Target(host, request), update.Code ?? "done") with
        {
            Before = update.Old is { } old ? InspectText.Of(old) : null,
            After = update.New is { } now ? InspectText.Of(now) : null,
        });
        if (update is { Old: { } before, New: { } after })
        {
            return new JsonBytes<InspectUpdateAnswer>(InspectWriter.Object(writer =>
            {
                writer.WriteString("path"u8, request.Path.ToString());
                InspectWriter.Node(writer, "old", before);
                InspectWriter.Node(writer, "new", after);
            }));
        }

        return update.Code is InspectFailure.PathNotFound or InspectFailure.NotADirectory
            ? await NotFoundAsync(inspector.Root(host), request, context.RequestAborted).ConfigureAwait(false)
            : Refused(update, request);
    }

    /// <summary>
    /// A tree and what changes in it, as events or, with "Accept: application/x-ndjson", as lines. The first record is all
    /// of it, those after it have the changed paths and the rates of counters.
    /// </summary>
    internal static async Task<Results<WatchStream, ApiProblem>> Watch(
        string partition, string? path, int? depth, int? periodMs, string? sensitivity,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId, HttpContext context,
        PartitionRegistry registry, PartitionInspector inspector, InspectWatches watches, IAudit audit)
    {
        var query = new InspectQuery { Path = path, Depth = depth, Sensitivity = sensitivity };
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !query.TryRequest(context.User, out var request, out problem)
            || !TryPeriod(periodMs, out var period, out problem))
        {
            return problem;
        }

        var found = await inspector.InspectAsync(host, request with { Depth = 0, PageSize = 1 }, context.RequestAborted).ConfigureAwait(false);
        if (IsNothing(found))
        {
            return await NotFoundAsync(inspector.Root(host), request, context.RequestAborted).ConfigureAwait(false);
        }

        AuditPayload(audit, context, host, request);
        var lines = context.Request.GetTypedHeaders().Accept.Any(static a => a.MediaType == WatchStream.LinesType);
        return new WatchStream(
            () => watches.Watch(host, request, period, restarted: lastEventId is { Length: > 0 } ? "resumed" : null), lines);
    }

    /// <summary>There is nothing at the path: which is no answer with a failure in it.</summary>
    public static bool IsNothing(InspectResult result) =>
        result.Node is InspectFailure { Code: InspectFailure.PathNotFound or InspectFailure.NotADirectory };

    public static async Task<ApiProblem> NotFoundAsync(IInspectable root, InspectRequest request, CancellationToken cancellation) =>
        new(ProblemCodes.PathNotFound, await NearestPath.DescribeAsync(root, request, cancellation).ConfigureAwait(false));

    private static bool TryPeriod(int? periodMs, out TimeSpan period, [NotNullWhen(false)] out ApiProblem? problem)
    {
        period = periodMs is { } ms ? TimeSpan.FromMilliseconds(ms) : InspectWatches.DefaultPeriod;
        problem = period >= InspectWatches.MinPeriod && period <= InspectWatches.MaxPeriod ? null
            : ApiProblem.Field(
                "periodMs",
                $"is {InspectWatches.MinPeriod.TotalMilliseconds} to {InspectWatches.MaxPeriod.TotalMilliseconds}, not {periodMs}; leave it out for {InspectWatches.DefaultPeriod.TotalMilliseconds}");
        return problem is null;
    }

    private static ApiProblem Refused(InspectUpdateResult update, InspectRequest request) => update.Code switch
    {
        InspectUpdateResult.DeadlineExceeded => new ApiProblem(
            ProblemCodes.DeadlineExceeded, $"{update.Message}. GET the path to see what it has; timeoutMs can be up to 30000."),
        InspectUpdateResult.ValueRejected => new ApiProblem(ProblemCodes.ValueRejected, $"'{request.Path}' did not take the value: {update.Message}.")
        {
            Errors = new Dictionary<string, string[]> { ["value"] = [update.Message!] },
        },
        _ when update.Old is { Mutable: true } => new ApiProblem(
            ProblemCodes.ValueRejected, $"'{request.Path}' failed while it took the value: {update.Message}"),
        _ => new ApiProblem(ProblemCodes.NodeImmutable, $"{update.Message}. In the typed tree \"mutable\": true says what can be changed."),
    };

    private static string Target(PartitionHost host, InspectRequest request) => $"{host.Name}/inspect/{request.Path}";

    private static void AuditPayload(IAudit audit, HttpContext context, PartitionHost host, InspectRequest request)
    {
        if (request.MaxSensitivity == InspectSensitivity.Sensitive)
        {
            audit.Record(AuditEntry.Of(context, "inspect.payload", Target(host, request), "done"));
        }
    }
}
