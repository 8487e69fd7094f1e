using Microsoft.Extensions.Logging;
using Synic.Hv;

namespace Synic.Ports;

/// <summary>Log events 100 to 199.</summary>
internal static partial class PortLog
{
    [LoggerMessage(100, LogLevel.Error, "The port {Connection} of {Owner} threw; the guest got OPERATION_FAILED ({Suppressed} alike not shown)")]
    public static partial void PortFaulted(this ILogger logger, Exception exception, ConnectionId connection, string owner, int suppressed);
}
