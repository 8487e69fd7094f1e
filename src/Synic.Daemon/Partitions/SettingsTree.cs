using System.Globalization;
using Synic.Diagnostics;
using Synic.Inspection;

namespace Synic.Daemon.Partitions;

/// <summary>What of a partition can be set while it runs and belongs to no single part of it.</summary>
internal sealed class SettingsTree(LogLimiter faultLog) : IInspectable
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_most = TimeSpan.FromHours(1);

    private static readonly InspectTraits s_interval = InspectTraits.Safe with
    {
        Unit = "s",
        Range = "0.1 to 3600",
        Effect = "the log has at most one line in this time about ports whose own code threw; the next line tells how many were held back. A reboot of the guest sets it to 10 again",
    };

    public void Inspect(InspectResponse node)
    {
        node.Mutable("port_fault_log/interval", faultLog.Interval, s_interval, Update);
        node.Field("port_fault_log/suppressed", faultLog.Suppressed, InspectTraits.SafeCount);
    }

    private InspectUpdate Update(string text)
    {
        var number = text.EndsWith('s') ? text[..^1].TrimEnd() : text; // as it is shown
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds < (decimal)s_least.TotalSeconds || seconds > (decimal)s_most.TotalSeconds)
        {
            return InspectUpdate.Rejected($"'{text}' is no such number of seconds");
        }

        faultLog.Interval = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return InspectUpdate.Accepted(faultLog.Interval);
    }
}
