using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Daemon.Partitions.Explain;
using Synic.Hv;

namespace Synic.Daemon.Api;

/// <summary>Why something would not arrive: the checks of a call or a delivery, in their order, without making it.</summary>
internal static class ExplainEndpoints
{
    public static void MapExplain(this IEndpointRouteBuilder routes)
    {
        var one = routes.MapGroup(Links.Partitions + "/{partition}").WithTags("Explain");
        one.MapGet("/ports/{connection}/explain", Port).WithQuery("operation", "vtl", "vp", "size", "type", "flag");
        one.MapGet("/guest-ports/{id}/explain", GuestPort).WithQuery();
        one.MapGet("/vps/{vp}/sints/{sint}/explain", Sint).WithQuery("operation", "vtl", "flag");
    }

    /// <summary>
    /// Whether a post or signal from this VTL would succeed now, which check fails first, and what status the guest would
    /// get; for any connection id, also one that no port has. The port is not called.
    /// </summary>
    internal static Results<Ok<ExplainReport>, ApiProblem> Port(
        string partition, string connection, [AsParameters] ExplainCallQuery query, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem)
            || !Lookup.TryConnection(connection, uint.MaxValue, out var id, out problem))
        {
            return problem;
        }

        // Without the parameter, the call that fits the port.
        var byKind = host.Partition.Ports.Map.TryGet(id, out var port) && port.Port.Kind == Synic.Ports.PortKind.Event ? "signal" : "post";
        if (Operation(query.Operation ?? byKind) is not { } isPost)
        {
            return WrongOperation(query.Operation);
        }

        uint vtl = 0, vp = 0, size = 0, type = HvMessage.TypeChannel, flag = 0;
        problem = Number("vtl", query.Vtl, Vtl.Count - 1, ref vtl)
            ?? Number("vp", query.Vp, (uint)host.Partition.VpCount - 1, ref vp)
            ?? Number("size", query.Size, uint.MaxValue, ref size)
            ?? Number("type", query.Type, uint.MaxValue, ref type)
            ?? Number("flag", query.Flag, ushort.MaxValue, ref flag);
        return problem is not null ? problem : TypedResults.Ok(new CallExplainer(host, new ExplainedCall
        {
            IsPost = isPost,
            Connection = id,
            Vtl = new Vtl((byte)vtl),
            Size = size,
            Type = type,
            Flag = (ushort)flag,
        }).Explain());
    }

    /// <summary>Whether the next message or signal of a guest port would reach the guest now, and why what waits waits.</summary>
    internal static Results<Ok<ExplainReport>, ApiProblem> GuestPort(string partition, string id, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        var valid = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        foreach (var port in host.Partition.Ports.GuestPorts())
        {
            if (valid && port.Id == number)
            {
                return TypedResults.Ok(new DeliveryExplainer(host, new ExplainedDelivery
                {
                    IsPost = port.IsMessage,
                    Vtl = port.Vtl,
                    Vp = port.Vp,
                    Sint = port.Sint,
                    Flag = port.Flag ?? 0,
                }).Explain());
            }
        }

        return new ApiProblem(
            ProblemCodes.GuestPortNotFound, $"'{host.Name}' has no guest port '{id}' now. GET {Links.Partition(host.Name)}/guest-ports lists them.");
    }

    /// <summary>Whether a message or event flag for this SINT would reach the guest now, and why what waits waits.</summary>
    internal static Results<Ok<ExplainReport>, ApiProblem> Sint(
        string partition, string vp, string sint, [AsParameters] ExplainDeliveryQuery query, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        if (Operation(query.Operation ?? "post") is not { } isPost)
        {
            return WrongOperation(query.Operation);
        }

        uint index = 0, target = 0, vtl = 0, flag = 0;
        problem = Number("vp", vp, uint.MaxValue, ref index)
            ?? Number("sint", sint, byte.MaxValue, ref target)
            ?? Number("vtl", query.Vtl, Vtl.Count - 1, ref vtl)
            ?? Number("flag", query.Flag, ushort.MaxValue, ref flag);
        return problem is not null ? problem : TypedResults.Ok(new DeliveryExplainer(host, new ExplainedDelivery
        {
            IsPost = isPost,
            Vtl = new Vtl((byte)vtl),
            Vp = new VpIndex(index),
            Sint = new SintIndex((byte)target),
            Flag = (ushort)flag,
        }).Explain());
    }

    private static bool? Operation(string operation) => operation switch { "post" => true, "signal" => false, _ => null };

    private static ApiProblem WrongOperation(string? operation)
    {
        var nearest = NearestName.Of(operation ?? "", ["post", "signal"]);
        return ApiProblem.Field("operation", $"is post or signal, not '{operation}'{(nearest is null ? "" : $"; did you mean '{nearest}'?")}");
    }

    private static ApiProblem? Number(string name, string? text, uint maximum, ref uint value)
    {
        if (text is null)
        {
            return null;
        }

        return Numbers.TryParse(text, out value) && value <= maximum
            ? null
            : ApiProblem.Field(name, $"is a number from 0 to {maximum}, decimal or 0x…, not '{text}'");
    }
}

/// <summary>The call to explain.</summary>
internal readonly record struct ExplainCallQuery(
    [property: FromQuery(Name = "operation")] string? Operation,
    [property: FromQuery(Name = "vtl")] string? Vtl,
    [property: FromQuery(Name = "vp")] string? Vp,
    [property: FromQuery(Name = "size")] string? Size,
    [property: FromQuery(Name = "type")] string? Type,
    [property: FromQuery(Name = "flag")] string? Flag);

/// <summary>The delivery to explain.</summary>
internal readonly record struct ExplainDeliveryQuery(
    [property: FromQuery(Name = "operation")] string? Operation,
    [property: FromQuery(Name = "vtl")] string? Vtl,
    [property: FromQuery(Name = "flag")] string? Flag);
