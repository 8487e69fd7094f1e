using System.Diagnostics.CodeAnalysis;
using Synic.Contracts;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Monitors;

namespace Synic.Daemon.Api;

/// <summary>Checks what a port is asked to be; every mistake is named.</summary>
internal static class NewPorts
{
    private const int MaxOwner = 64;
    private static readonly TimeSpan s_monitorLatency = TimeSpan.FromMicroseconds(100);

    public static bool TryParse(
        PartitionHost host, CreatePortRequest request, [NotNullWhen(true)] out NewPort? port, [NotNullWhen(false)] out ApiProblem? problem)
    {
        port = null;
        var errors = new Dictionary<string, string[]>();
        if (!Numbers.TryParse(request.Connection, out var connection) || connection > ConnectionId.MaxValue)
        {
            errors["connection"] = [$"is a number of 24 bits, decimal or 0x…, not '{request.Connection}'"];
        }

        if (!BuiltInHandlers.Names.Contains(request.Handler))
        {
            errors["handler"] = [$"is {string.Join(", ", BuiltInHandlers.Names)}, not '{request.Handler}'"];
        }

        if (request.MinimumVtl is < 0 or >= Vtl.Count)
        {
            errors["minimumVtl"] = [$"is 0 to {Vtl.Count - 1}, not {request.MinimumVtl}"];
        }

        if (request.Owner is { } owner && (owner.Length is 0 or > MaxOwner || owner.Any(char.IsControl)))
        {
            errors["owner"] = [$"has 1 to {MaxOwner} characters, none of them control characters"];
        }

        CheckMonitor(request, errors);
        CheckEcho(host, request, errors);
        if (errors.Count > 0)
        {
            problem = new ApiProblem(ProblemCodes.InvalidRequest, $"Nothing was registered: {string.Join("; ", errors.Select(static e => $"{e.Key} {e.Value[0]}"))}.")
            {
                Errors = errors,
            };
            return false;
        }

        if (request.MonitorId is not null && host.Partition.Monitors is null)
        {
            problem = PartitionEndpoints.Unsupported(host, "monitor_pages");
            return false;
        }

        problem = null;
        port = new NewPort
        {
            Connection = new ConnectionId(connection),
            Handler = request.Handler,
            MinimumVtl = new Vtl((byte)request.MinimumVtl),
            Owner = request.Owner ?? "api",
            Monitor = request.MonitorId is { } id ? new MonitorInfo(new MonitorId((byte)id), s_monitorLatency) : null,
            Vp = new VpIndex(request.Vp ?? 0),
            Sint = request.Sint is { } sint ? new SintIndex((byte)sint) : SintIndex.VmBus,
            Removable = true,
        };
        return true;
    }

    private static void CheckMonitor(CreatePortRequest request, Dictionary<string, string[]> errors)
    {
        if (request.MonitorId is not { } id)
        {
            return;
        }

        if (!BuiltInHandlers.IsEvent(request.Handler))
        {
            errors["monitorId"] = [$"is for event ports ({BuiltInHandlers.Counter})"];
        }
        else if (id is < 0 or >= MonitorId.Count)
        {
            errors["monitorId"] = [$"is 0 to {MonitorId.Count - 1}, not {id}"];
        }
    }

    private static void CheckEcho(PartitionHost host, CreatePortRequest request, Dictionary<string, string[]> errors)
    {
        var echo = request.Handler == BuiltInHandlers.Echo;
        if (request.Vp is { } vp && (!echo || vp >= host.Partition.VpCount))
        {
            errors["vp"] = [echo ? $"is 0 to {host.Partition.VpCount - 1}, not {vp}" : $"is where {BuiltInHandlers.Echo} answers; other handlers do not"];
        }

        if (request.Sint is { } sint && (!echo || sint is < 0 or >= SintIndex.Count))
        {
            errors["sint"] = [echo ? $"is 0 to {SintIndex.Count - 1}, not {sint}" : $"is where {BuiltInHandlers.Echo} answers; other handlers do not"];
        }
    }
}
