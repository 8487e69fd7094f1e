using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Faults;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Synic.Daemon.Api;

/// <summary>The fault rules of a partition. Without lab mode there are none, and every path says so.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        var faults = routes.MapGroup(Links.Partitions + "/{partition}/faults").WithTags("Faults");
        faults.MapGet("", List).WithQuery();
        faults.MapPost("", Create).WithQuery().Idempotent().RequireAuthorization(AccessSetup.Lab);
        faults.MapPost("/preview", Preview).WithQuery().RequireAuthorization(AccessSetup.Lab);
        var one = faults.MapGroup("/{fault}");
        one.MapGet("", Get).WithQuery();
        one.MapPut("", Put).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPatch("", Patch).WithQuery().Accepts<FaultRuleSpec>("application/json").RequireAuthorization(AccessSetup.Lab);
        one.MapDelete("", Delete).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPost("/arm", Arm).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPost("/pause", Pause).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPost("/stop", Stop).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPost("/reset-counters", ResetCounters).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapPost("/renew", Renew).WithQuery().RequireAuthorization(AccessSetup.Lab);
        one.MapGet("/decisions", Decisions).WithQuery("limit", "cursor");
    }

    /// <summary>The fault rules of a partition, in the order in which they are asked.</summary>
    internal static Results<Ok<ListPage<FaultSummary>>, ApiProblem> List(string partition, PartitionRegistry registry)
    {
        if (!TryFaults(registry, partition, out var host, out var rules, out var problem))
        {
            return problem;
        }

        var all = rules.List();
        return TypedResults.Ok(new ListPage<FaultSummary>([.. all.Select(Summarize)], null, all.Count, host.Now));
    }

    /// <summary>Adds a rule: a draft, or armed at once with "arm": true. Without an id it is given one.</summary>
    internal static Results<Created<FaultSummary>, ApiProblem> Create(
        string partition, FaultRuleSpec request, HttpContext context, PartitionRegistry registry)
    {
        if (!TryFaults(registry, partition, out var host, out var rules, out var problem)
            || !TryRead(request, request.Id ?? rules.NewId(), context, out var rule, out problem)
            || !FaultChange.TryMake(context, host, "fault.create", rule.Id, rule.Reason, r => r.Put(rule, request.Arm), out var after, out problem))
        {
            return problem;
        }

        return TypedResults.Created(Links.Fault(host.Name, rule.Id), Tagged(context, after!));
    }

    /// <summary>
    /// A rule: its state, its counters, and the rule itself as it can be sent back. The ETag is of the rule and its state;
    /// counters do not change it.
    /// </summary>
    internal static Results<Ok<FaultSummary>, ApiProblem> Get(string partition, string fault, HttpContext context, PartitionRegistry registry) =>
        TryFault(registry, partition, fault, out _, out var view, out var problem) ? TypedResults.Ok(Tagged(context, view)) : problem;

    /// <summary>Adds a rule under this id, or with If-Match puts it in the place of the one that has it; what was armed of that ends.</summary>
    internal static Results<Ok<FaultSummary>, Created<FaultSummary>, ApiProblem> Put(
        string partition, string fault, FaultRuleSpec request, [FromHeader(Name = "If-Match")] string? version, HttpContext context,
        PartitionRegistry registry)
    {
        _ = version; // for the document; the typed headers know lists and quotes
        if (!TryFaults(registry, partition, out var host, out var rules, out var problem))
        {
            return problem;
        }

        if (request.Id is { } id && id != fault)
        {
            return FaultChange.Invalid(new Dictionary<string, string[]> { ["id"] = [$"is '{fault}' as in the path, or left out, not '{id}'"] });
        }

        var before = FaultChange.Find(rules, fault);
        if (before is null && context.Request.Headers.IfMatch.Count > 0)
        {
            return FaultChange.NotFound(host, fault);
        }

        if ((before is not null && !EntityTags.TryMatch(context.Request, Tag(before), required: true, out problem))
            || !TryRead(request, fault, context, out var rule, out problem)
            || !FaultChange.TryMake(
                context, host, before is null ? "fault.create" : "fault.replace", fault, rule.Reason,
                r => r.Put(rule, request.Arm, before?.Version), out var after, out problem))
        {
            return problem;
        }

        var summary = Tagged(context, after!);
        return before is null ? TypedResults.Created(Links.Fault(host.Name, fault), summary) : TypedResults.Ok(summary);
    }

    /// <summary>
    /// Changes some members of a rule (a merge patch: null takes one away). A rule that is armed is armed again, with its
    /// counters at 0, unless "arm" is false.
    /// </summary>
    internal static async Task<Results<Ok<FaultSummary>, ApiProblem>> Patch(
        string partition, string fault, [FromHeader(Name = "If-Match")] string? version, HttpContext context, IOptions<JsonOptions> json,
        PartitionRegistry registry)
    {
        _ = version; // for the document; the typed headers know lists and quotes
        if (!TryFault(registry, partition, fault, out var host, out var before, out var problem)
            || !EntityTags.TryMatch(context.Request, Tag(before), required: true, out problem))
        {
            return problem;
        }

        var patch = await MergePatch.ReadAsync(context.Request).ConfigureAwait(false);
        var request = MergePatch.Apply(FaultRuleWriter.Write(before.Rule), patch, json.Value.SerializerOptions);
        if (request.Id != fault)
        {
            return FaultChange.Invalid(new Dictionary<string, string[]> { ["id"] = ["cannot be changed: make another rule"] });
        }

        var arm = patch.ContainsKey("arm") ? request.Arm : before.State == FaultState.Armed;
        return TryRead(request with { Arm = arm }, fault, context, out var rule, out problem)
            && FaultChange.TryMake(
                context, host, "fault.change", fault, rule.Reason, r => r.Put(rule, arm, before.Version), out var after, out problem)
            ? TypedResults.Ok(Tagged(context, after!))
            : problem;
    }

    /// <summary>Ends a rule, and forgets it. What it held has gone on when this answers.</summary>
    internal static Results<NoContent, ApiProblem> Delete(
        string partition, string fault, [FromHeader(Name = "If-Match")] string? version, HttpContext context, PartitionRegistry registry)
    {
        _ = version; // for the document; the typed headers know lists and quotes
        return TryFault(registry, partition, fault, out var host, out var before, out var problem)
            && EntityTags.TryMatch(context.Request, Tag(before), required: true, out problem)
            && FaultChange.TryMake(context, host, "fault.delete", fault, null, r => Remove(r, before), out _, out problem)
            ? TypedResults.NoContent()
            : problem;
    }

    /// <summary>Lets a rule act. A paused one goes on with its counters, any other begins anew.</summary>
    internal static Results<Ok<FaultSummary>, ApiProblem> Arm(
        string partition, string fault, ArmFaultRequest request, HttpContext context, PartitionRegistry registry) =>
        Change(registry, context, partition, fault, "fault.arm", request.Reason, r => r.Arm(fault, request.Reason));

    /// <summary>Holds an armed rule. What it held of the guest goes on; arming goes on with the counters.</summary>
    internal static Results<Ok<FaultSummary>, ApiProblem> Pause(string partition, string fault, HttpContext context, PartitionRegistry registry) =>
        Change(registry, context, partition, fault, "fault.pause", null, r => r.Pause(fault));

    /// <summary>Ends a rule that is armed or paused. What it held has gone on when this answers; arming begins anew.</summary>
    internal static Results<Ok<FaultSummary>, ApiProblem> Stop(string partition, string fault, HttpContext context, PartitionRegistry registry) =>
        Change(registry, context, partition, fault, "fault.stop", null, r => r.Stop(fault));

    /// <summary>Counts from 0 again: the next match is number 1.</summary>
    internal static Results<Ok<FaultSummary>, ApiProblem> ResetCounters(
        string partition, string fault, HttpContext context, PartitionRegistry registry) =>
        Change(registry, context, partition, fault, "fault.reset_counters", null, r => r.ResetCounters(fault));

    /// <summary>Starts the lease of an armed rule anew.</summary>
    internal static Results<Ok<FaultSummary>, ApiProblem> Renew(string partition, string fault, HttpContext context, PartitionRegistry registry) =>
        Change(registry, context, partition, fault, "fault.renew", null, r => r.Renew(fault));

    /// <summary>What a rule decided about the calls that it means, by number: the last 1024.</summary>
    internal static Results<Ok<ListPage<FaultDecisionSummary>>, ApiProblem> Decisions(
        string partition, string fault, int? limit, string? cursor, PartitionRegistry registry, EventHub hub)
    {
        var list = $"decisions/{partition}/{fault}";
        var after = 0L;
        if (!TryFault(registry, partition, fault, out var host, out var view, out var problem)
            || !Paging.TryLimit(limit, out var count, out problem)
            || (cursor is not null && !Paging.TryDecode(list, cursor, out after, out problem)))
        {
            return problem;
        }

        IReadOnlyList<FaultDecision> decisions;
        try
        {
            decisions = host.Faults!.Decisions(fault, after, count + 1);
        }
        catch (FaultRefusedException)
        {
            return FaultChange.NotFound(host, fault); // removed since
        }

        var page = decisions.Take(count).Select(d => FaultDecisions.Summarize(d, view.Rule, hub)).ToList();
        return TypedResults.Ok(new ListPage<FaultDecisionSummary>(
            page, decisions.Count > count ? Paging.Encode(list, page[^1].Number) : null, (int)Math.Min(view.Matches, FaultDecisions.Kept), host.Now));
    }

    /// <summary>Says what a rule would mean: ports now, calls of the last minute, and what a guest would do. Nothing is kept.</summary>
    internal static Results<Ok<FaultPreview>, ApiProblem> Preview(
        string partition, FaultRuleSpec request, HttpContext context, PartitionRegistry registry, EventHub hub)
    {
        if (!TryFaults(registry, partition, out var host, out var rules, out var problem)
            || !TryRead(request with { Arm = false }, request.Id ?? rules.NewId(), context, out var rule, out problem))
        {
            return problem;
        }

        hub.Collect();
        return TypedResults.Ok(new FaultPreviewer(host, rule, hub.Time).Preview());
    }

    private static Results<Ok<FaultSummary>, ApiProblem> Change(
        PartitionRegistry registry, HttpContext context, string partition, string fault, string action, string? reason,
        Func<FaultRules, FaultRuleView> change)
    {
        return TryFault(registry, partition, fault, out var host, out var before, out var problem)
            && EntityTags.TryMatch(context.Request, Tag(before), required: false, out problem)
            && FaultChange.TryMake(context, host, action, fault, reason, change, out var after, out problem)
            ? TypedResults.Ok(Tagged(context, after!))
            : problem;
    }

    private static FaultRuleView? Remove(FaultRules rules, FaultRuleView before)
    {
        rules.Remove(before.Rule.Id, before.Version);
        return null;
    }

    internal static bool TryFaults(
        PartitionRegistry registry, string partition, [NotNullWhen(true)] out PartitionHost? host, [NotNullWhen(true)] out FaultRules? rules,
        [NotNullWhen(false)] out ApiProblem? problem)
    {
        rules = null;
        if (!Lookup.TryPartition(registry, partition, out host, out problem))
        {
            return false;
        }

        rules = host.Faults;
        problem = rules is null ? Disabled : null;
        return rules is not null;
    }

    private static bool TryFault(
        PartitionRegistry registry, string partition, string id, [NotNullWhen(true)] out PartitionHost? host,
        [NotNullWhen(true)] out FaultRuleView? view, [NotNullWhen(false)] out ApiProblem? problem)
    {
        view = null;
        if (!TryFaults(registry, partition, out host, out var rules, out problem))
        {
            return false;
        }

        view = FaultChange.Find(rules, id);
        problem = view is null ? FaultChange.NotFound(host, id) : null;
        return view is not null;
    }

    public static ApiProblem Disabled => new(ProblemCodes.InjectionDisabled, "This daemon only watches: start it with --lab to inject faults.");

    private static bool TryRead(
        FaultRuleSpec spec, string id, HttpContext context, [NotNullWhen(true)] out FaultRule? rule, [NotNullWhen(false)] out ApiProblem? problem)
    {
        problem = FaultRuleReader.TryRead(spec, id, context.User.Identity?.Name, out rule, out var errors) ? null : FaultChange.Invalid(errors);
        return rule is not null;
    }

    private static string Tag(FaultRuleView view) => $"\"{view.Version}\"";

    private static FaultSummary Tagged(HttpContext context, FaultRuleView view)
    {
        context.Response.Headers.ETag = Tag(view);
        context.Response.Headers.CacheControl = "no-store"; // the counters are not in the tag
        return Summarize(view);
    }

    internal static FaultSummary Summarize(FaultRuleView view) => new()
    {
        Id = view.Rule.Id,
        State = Names.Of(view.State),
        StateReason = view.StateReason,
        Rule = FaultRuleWriter.Write(view.Rule),
        Version = $"{view.Version}",
        Created = view.Created,
        CreatedBy = view.Rule.CreatedBy,
        ArmedAt = view.ArmedAt,
        EndsAt = view.EndsAt,
        Matches = view.Matches,
        Hits = view.Hits,
        Outcomes = view.Outcomes.ToDictionary(static o => Names.Of(o.Key), static o => o.Value),
        Active = view.Active,
        SlowPaths = view.SlowPaths,
    };
}
