namespace Synic.Faults;

/// <summary>Whether two rules can mean the same call.</summary>
internal static class RuleOverlap
{
    /// <summary>False only where no call can meet both: globs and ports that may come count as meeting.</summary>
    public static bool CanMeet(FaultMatch a, FaultMatch b) =>
        (a.Operations & b.Operations) != 0
        && (a.Connections.Count == 0 || b.Connections.Count == 0 || a.Connections.Any(x => b.Connections.Any(x.Overlaps)))
        && Same(a.Kind, b.Kind)
        && Same(a.Vtl, b.Vtl)
        && Same(a.Vp, b.Vp)
        && Same(a.Sint, b.Sint)
        && Same(a.Flag, b.Flag)
        && Same(a.Monitor, b.Monitor)
        && Same(a.MessageType, b.MessageType)
        && Same(a.VmBusMessageType, b.VmBusMessageType)
        && a.MinSize <= b.MaxSize
        && b.MinSize <= a.MaxSize
        && (a.Payload is null || b.Payload is null || CanMeet(a.Payload, b.Payload));

    private static bool Same<T>(T? a, T? b)
        where T : struct => a is null || b is null || a.Value.Equals(b.Value);

    private static bool CanMeet(PayloadPattern a, PayloadPattern b)
    {
        for (var at = Math.Max(a.Offset, b.Offset); at < Math.Min(a.Offset + a.Bytes.Count, b.Offset + b.Bytes.Count); at++)
        {
            var (i, j) = (at - a.Offset, at - b.Offset);
            if (((a.Bytes[i] ^ b.Bytes[j]) & a.Mask[i] & b.Mask[j]) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
