using Microsoft.Extensions.Logging;
using Synic.Hv;

namespace Synic.Backends.Kvm;

/// <summary>Log events 300 to 399.</summary>
internal static partial class KvmLog
{
    [LoggerMessage(300, LogLevel.Error, "VP {Vp} cannot go on: {Reason}")]
    public static partial void VpFailed(this ILogger logger, VpIndex vp, string reason);

    [LoggerMessage(301, LogLevel.Warning, "VP {Vp} did not leave the guest within {Seconds} s of being told to; it is told again")]
    public static partial void VpSlowToStop(this ILogger logger, VpIndex vp, double seconds);
}
