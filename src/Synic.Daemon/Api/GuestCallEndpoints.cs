using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Hv;

namespace Synic.Daemon.Api;

/// <summary>Acting as the guest: the same hypercalls, through the same checks, as a VP would make them.</summary>
internal static class GuestCallEndpoints
{
    public static void MapGuestCalls(this IEndpointRouteBuilder routes)
    {
        var calls = routes.MapGroup(Links.Partitions + "/{partition}/ports/{connection}")
            .WithTags("Acting as the guest").RequireAuthorization(AccessSetup.Lab);
        calls.MapPost("/messages", Post).WithQuery("raiseOnStatus");
        calls.MapPost("/signal", Signal).WithQuery("raiseOnStatus");
    }

    /// <summary>Posts a message as the guest does (HvPostMessage), to any connection id, also one that no port has.</summary>
    internal static Results<Ok<HypercallOutcome>, ApiProblem> Post(
        string partition, string connection, PostMessageRequest request, bool? raiseOnStatus, PartitionRegistry registry)
    {
        if (!TryCaller(registry, partition, connection, request.Vp, request.Vtl, out var host, out var id, out var problem))
        {
            return problem;
        }

        if (request is { Payload: not null, Text: not null })
        {
            return ApiProblem.Field("text", "is instead of payload: send one of them");
        }

        byte[] payload;
        try
        {
            payload = request.Payload is { } base64 ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(request.Text ?? "");
        }
        catch (FormatException)
        {
            return ApiProblem.Field("payload", "is not Base64");
        }

        var status = host.Post(new Vtl((byte)request.Vtl), id, request.MessageType, payload, out var injectedBy);
        return Outcome(status, injectedBy, "HvPostMessage", id, raiseOnStatus);
    }

    /// <summary>Signals an event as the guest does (HvSignalEvent), to any connection id, also one that no port has.</summary>
    internal static Results<Ok<HypercallOutcome>, ApiProblem> Signal(
        string partition, string connection, SignalEventRequest request, bool? raiseOnStatus, PartitionRegistry registry)
    {
        if (!TryCaller(registry, partition, connection, request.Vp, request.Vtl, out var host, out var id, out var problem))
        {
            return problem;
        }

        if (request.Flag is < 0 or > ushort.MaxValue)
        {
            return ApiProblem.Field("flag", $"is 0 to {ushort.MaxValue}, not {request.Flag}");
        }

        var status = host.Signal(new Vtl((byte)request.Vtl), id, (ushort)request.Flag, out var injectedBy);
        return Outcome(status, injectedBy, "HvSignalEvent", id, raiseOnStatus);
    }

    private static bool TryCaller(
        PartitionRegistry registry, string partition, string connection, uint vp, int vtl,
        [NotNullWhen(true)] out PartitionHost? host, out ConnectionId id, [NotNullWhen(false)] out ApiProblem? problem)
    {
        id = default;
        if (!Lookup.TryPartition(registry, partition, out host, out problem)
            || !Lookup.TryConnection(connection, uint.MaxValue, out id, out problem))
        {
            return false;
        }

        if (vp >= host.Partition.VpCount)
        {
            problem = ApiProblem.Field("vp", $"is 0 to {host.Partition.VpCount - 1}, not {vp}");
        }
        else if (vtl is < 0 or >= Vtl.Count)
        {
            problem = ApiProblem.Field("vtl", $"is 0 to {Vtl.Count - 1}, not {vtl}");
        }

        return problem is null;
    }

    private static Results<Ok<HypercallOutcome>, ApiProblem> Outcome(
        HvStatus status, string? injectedBy, string call, ConnectionId connection, bool? raiseOnStatus) =>
        raiseOnStatus == true && !status.IsSuccess
            ? new ApiProblem(ProblemCodes.HypercallRefused, $"{call} to {connection} answered {status}{(injectedBy is null ? "" : $", injected by the fault rule '{injectedBy}'")}.") { HvStatus = status }
            : TypedResults.Ok(new HypercallOutcome(new HvStatusValue($"0x{status.Value:x2}", status.Name), injectedBy));
}
