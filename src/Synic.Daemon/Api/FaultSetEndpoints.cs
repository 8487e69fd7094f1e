using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Faults;

namespace Synic.Daemon.Api;

/// <summary>Sets of fault rules: out as a file, in from one, and those that the daemon brings along.</summary>
internal static class FaultSetEndpoints
{
    public const string Scenarios = Links.Root + "/scenarios";

    public static void MapFaultSets(this IEndpointRouteBuilder routes)
    {
        var faults = routes.MapGroup(Links.Partitions + "/{partition}/faults").WithTags("Faults");
        faults.MapGet("/export", Export).WithQuery("name", "ids");
        faults.MapPost("/import", Import).WithQuery("arm", "replace", "dryRun", "reason", "seed").Idempotent().RequireAuthorization(AccessSetup.Lab);
        var scenarios = routes.MapGroup(Scenarios).WithTags("Faults");
        scenarios.MapGet("", List).WithQuery();
        scenarios.MapGet("/{scenario}", Get).WithQuery();
        routes.MapPost(Links.Partitions + "/{partition}/scenarios/{scenario}/start", Start).WithTags("Faults")
            .WithQuery("dryRun", "reason", "seed").RequireAuthorization(AccessSetup.Lab);
    }

    /// <summary>The fault rules as a set, to be kept in a file and imported again: with their seeds, and none of them armed.</summary>
    internal static Results<Ok<FaultRuleSet>, ApiProblem> Export(string partition, string? name, string? ids, PartitionRegistry registry)
    {
        if (!FaultEndpoints.TryFaults(registry, partition, out var host, out var rules, out var problem))
        {
            return problem;
        }

        if (name is not null && !FaultRuleReader.IsId(name))
        {
            return ApiProblem.Field("name", $"is 1 to 64 of a-z, 0-9, '-', '_' and '.', not '{name}'");
        }

        var all = rules.List().Select(static v => FaultRuleWriter.Write(v.Rule)).ToList();
        var wanted = ids?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (wanted?.FirstOrDefault(id => !all.Exists(r => r.Id == id)) is { } unknown)
        {
            return FaultChange.NotFound(host, unknown);
        }

        return TypedResults.Ok(new FaultRuleSet
        {
            Name = name ?? host.Name,
            Description = $"Fault rules of '{host.Name}'.",
            Rules = wanted is null ? all : all.FindAll(r => wanted.Contains(r.Id)),
        });
    }

    /// <summary>
    /// Adds a set of rules, all of them or none. Each rule needs an id. With "dryRun" everything is checked and nothing
    /// is changed; "arm" arms all of them, or none.
    /// </summary>
    internal static Results<Ok<FaultImportResult>, ApiProblem> Import(
        string partition, FaultRuleSet request, bool? arm, bool? replace, bool? dryRun, string? reason, string? seed, HttpContext context,
        PartitionRegistry registry, IAudit audit) =>
        FaultEndpoints.TryFaults(registry, partition, out var host, out _, out var problem)
            && new FaultImport(arm, replace ?? false, dryRun ?? false, reason, seed).TryMake(
                host, request, audit, AuditEntry.Of(context, "fault.import", $"{host.Name}/faults", "asked"), out var result, out problem)
            ? TypedResults.Ok(result)
            : problem;

    /// <summary>The sets of rules that the daemon brings along, by name.</summary>
    internal static Ok<ListPage<ScenarioSummary>> List(TimeProvider time)
    {
        var all = ScenarioLibrary.All;
        return TypedResults.Ok(new ListPage<ScenarioSummary>([.. all.Select(ScenarioLibrary.Summarize)], null, all.Count, time.GetUtcNow()));
    }

    /// <summary>One of them as a set: what an import takes.</summary>
    internal static Results<Ok<FaultRuleSet>, ApiProblem> Get(string scenario) =>
        ScenarioLibrary.TryGet(scenario, out var set) ? TypedResults.Ok(set) : NotFound(scenario);

    /// <summary>Arms the rules of one of them; those of the same ids are replaced, so that it begins anew.</summary>
    internal static Results<Ok<FaultImportResult>, ApiProblem> Start(
        string partition, string scenario, bool? dryRun, string? reason, string? seed, HttpContext context, PartitionRegistry registry, IAudit audit)
    {
        if (!FaultEndpoints.TryFaults(registry, partition, out var host, out _, out var problem))
        {
            return problem;
        }

        if (!ScenarioLibrary.TryGet(scenario, out var set))
        {
            return NotFound(scenario);
        }

        var entry = AuditEntry.Of(context, "scenario.start", $"{host.Name}/scenarios/{scenario}", "asked");
        return new FaultImport(Arm: true, Replace: true, dryRun ?? false, reason, seed).TryMake(host, set, audit, entry, out var result, out problem)
            ? TypedResults.Ok(result)
            : problem;
    }

    private static ApiProblem NotFound(string scenario) =>
        new(ProblemCodes.ScenarioNotFound, $"There is no scenario '{scenario}'. GET {Scenarios} lists them.");
}
