using Synic.Hv;

namespace Synic.Daemon.Partitions;

/// <summary>Log events of the partitions, 700 to 799.</summary>
internal static partial class PartitionLog
{
    [LoggerMessage(700, LogLevel.Information, "{Partition}: {Reason}, for the {Count}. time")]
    public static partial void Rebooted(this ILogger logger, string partition, string reason, int count);

    [LoggerMessage(701, LogLevel.Warning, "{Partition}: {Reason}")]
    public static partial void RebootRefused(this ILogger logger, string partition, string reason);

    [LoggerMessage(702, LogLevel.Warning, "{Partition}: the port {Connection} is not there after the reboot: {Reason}")]
    public static partial void PortLost(this ILogger logger, string partition, ConnectionId connection, string reason);
}
