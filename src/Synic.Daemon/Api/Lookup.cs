using System.Diagnostics.CodeAnalysis;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Api;

/// <summary>Finds what a path names, or says what is wrong with the name.</summary>
internal static class Lookup
{
    public static bool TryPartition(
        PartitionRegistry registry, string name, [NotNullWhen(true)] out PartitionHost? host, [NotNullWhen(false)] out ApiProblem? problem)
    {
        problem = registry.TryGet(name, out host)
            ? null
            : new ApiProblem(ProblemCodes.PartitionNotFound, $"There is no partition '{name}'. GET /api/v1/partitions lists them.");
        return problem is null;
    }

    /// <param name="text">Decimal or hex.</param>
    /// <param name="maximum">24 bits for a port; a guest can name any 32.</param>
    /// <param name="connection">What was found.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryConnection(string? text, uint maximum, out ConnectionId connection, [NotNullWhen(false)] out ApiProblem? problem)
    {
        var valid = Numbers.TryParse(text, out var value) && value <= maximum;
        connection = new ConnectionId(value);
        problem = valid ? null : ApiProblem.Field("connection", $"is a number of {(maximum == uint.MaxValue ? 32 : 24)} bits, decimal or 0x…, not '{text}'");
        return valid;
    }

    public static bool TryPort(
        PartitionHost host, string text, [NotNullWhen(true)] out PortRegistration? port, [NotNullWhen(false)] out ApiProblem? problem)
    {
        port = null;
        if (!TryConnection(text, ConnectionId.MaxValue, out var connection, out problem))
        {
            return false;
        }

        if (!host.Partition.Ports.Map.TryGet(connection, out port))
        {
            problem = host.Partition.Ports.Map.Departed.TryGetLast(connection, out var gone)
                ? new ApiProblem(ProblemCodes.PortDeparted, FormattableString.Invariant($"The port {connection} of '{gone.Owner}' went at {gone.Until:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}."))
                {
                    Tombstone = Links.DepartedPort(host.Name, gone.Generation),
                }
                : new ApiProblem(ProblemCodes.PortNotFound, $"'{host.Name}' has no port {connection} now. GET {Links.Ports(host.Name)} lists them.");
            return false;
        }

        return true;
    }
}
