using Microsoft.Extensions.Logging;

namespace Synic.VmBus;

/// <summary>Log events 500 to 599. What a guest can cause goes through a limiter.</summary>
internal static partial class VmBusLog
{
    [LoggerMessage(500, LogLevel.Information, "VMBus connected: version {Version}, messages to VP {Vp} ({Suppressed} alike not shown)")]
    public static partial void Connected(this ILogger logger, VmBusVersion version, uint vp, int suppressed);

    [LoggerMessage(501, LogLevel.Warning, "VMBus message {Type} of the guest was refused: {Reason} ({Suppressed} alike not shown)")]
    public static partial void Refused(this ILogger logger, ChannelMessageType type, VmBusRefusal reason, int suppressed);

    [LoggerMessage(502, LogLevel.Warning, "VMBus channel {Channel} is no longer served: {Fault} ({Suppressed} alike not shown)")]
    public static partial void Faulted(this ILogger logger, Exception? exception, uint channel, VmBusRingFault fault, int suppressed);

    [LoggerMessage(503, LogLevel.Error, "VMBus failed on a message of the guest and goes on ({Suppressed} alike not shown)")]
    public static partial void MessageFailed(this ILogger logger, Exception exception, int suppressed);
}
