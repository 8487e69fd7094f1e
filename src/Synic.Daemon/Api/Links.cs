using Synic.Hv;

namespace Synic.Daemon.Api;

/// <summary>Paths as the API spells them.</summary>
internal static class Links
{
    public const string Root = "/api/v1";
    public const string Partitions = Root + "/partitions";

    public static string Partition(string partition) => $"{Partitions}/{Uri.EscapeDataString(partition)}";

    public static string Ports(string partition) => $"{Partition(partition)}/ports";

    public static string Inspect(string partition) => $"{Partition(partition)}/inspect";

    public static string Faults(string partition) => $"{Partition(partition)}/faults";

    public static string Fault(string partition, string id) => $"{Faults(partition)}/{id}";

    public static string Snapshots(string partition) => $"{Partition(partition)}/snapshots";

    public static string DepartedPort(string partition, long generation) => $"{Partition(partition)}/departed-ports/{generation}";

    public static string Port(string partition, ConnectionId connection) => $"{Ports(partition)}/{connection}";
}
