using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Configuration;
using Synic.Faults;

namespace Synic.Daemon.Api;

/// <summary>The one switch that stops every fault rule of the daemon.</summary>
internal static class KillSwitchEndpoints
{
    public const string Path = Links.Root + "/fault-kill-switch";
    private const int MaxReason = 512;

    public static void MapKillSwitch(this IEndpointRouteBuilder routes)
    {
        var one = routes.MapGroup(Path).WithTags("Faults");
        one.MapGet("", Get).WithQuery();
        one.MapPut("", Engage).WithQuery(); // whoever may look may stop it
        one.MapDelete("", Release).WithQuery().RequireAuthorization(AccessSetup.Lab);
    }

    /// <summary>Whether all fault rules are stopped, since when, and why.</summary>
    internal static Results<Ok<KillSwitchSummary>, ApiProblem> Get(DaemonSettings settings, FaultKillSwitch killSwitch) =>
        settings.Lab ? TypedResults.Ok(Summarize(killSwitch.State)) : FaultEndpoints.Disabled;

    /// <summary>
    /// Stops every fault rule of every partition and lets go what they hold; no rule can be made or armed until it is
    /// released. Needs no token. Engaged again it keeps its first reason.
    /// </summary>
    internal static Results<Ok<KillSwitchSummary>, ApiProblem> Engage(
        KillSwitchRequest request, HttpContext context, DaemonSettings settings, FaultKillSwitch killSwitch, IAudit audit)
    {
        if (!settings.Lab)
        {
            return FaultEndpoints.Disabled;
        }

        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > MaxReason || request.Reason.Any(char.IsControl))
        {
            return ApiProblem.Field("reason", $"has 1 to {MaxReason} characters, none of them control characters");
        }

        // The one action that is done first: nothing may keep somebody from stopping.
        var done = killSwitch.Engage(request.Reason, context.User.Identity?.Name ?? "nobody");
        audit.Record(AuditEntry.Of(context, "kill_switch.engage", "fault-kill-switch", done ? "done" : "already_engaged") with { Reason = request.Reason });
        return TypedResults.Ok(Summarize(killSwitch.State));
    }

    /// <summary>Lets rules be armed again. It arms none.</summary>
    internal static Ok<KillSwitchSummary> Release(HttpContext context, FaultKillSwitch killSwitch, IAudit audit)
    {
        var entry = AuditEntry.Of(context, "kill_switch.release", "fault-kill-switch", "asked");
        audit.Record(entry);
        var done = killSwitch.Release(entry.Caller);
        audit.Record(entry with { Outcome = done ? "done" : "not_engaged" });
        return TypedResults.Ok(Summarize(killSwitch.State));
    }

    internal static KillSwitchSummary Summarize(KillSwitchState state) => new(state.Engaged, state.Since, state.Reason, state.By);
}
