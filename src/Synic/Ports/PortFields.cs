using Synic.Inspection;

namespace Synic.Ports;

/// <summary>What a port and its tombstone show alike.</summary>
internal static class PortFields
{
    public const string NotCounted = "the fast path signals this port without a call that could be counted";

    private static readonly Action<InspectResponse> s_nothing = static _ => { };
    private static readonly Action<InspectResponse> s_message = static node => node.Child("message", s_nothing);
    private static readonly Action<InspectResponse> s_event = static node => node.Child("event", s_nothing);

    private static readonly InspectTraits s_bytes = InspectTraits.SafeCounter with { Format = InspectFormat.Bytes, Unit = "bytes" };

    /// <summary>As OpenVMM shows a Rust enumeration whose contents are skipped.</summary>
    public static void ShowKind(InspectResponse node, PortKind kind) =>
        node.Child("port_type", kind == PortKind.Message ? s_message : s_event);

    /// <param name="node">Takes them.</param>
    /// <param name="kind">The port's.</param>
    /// <param name="statistics">What came through the port map.</param>
    /// <param name="fast">What came past it; null when nobody can tell.</param>
    public static void ShowCounters(InspectResponse node, PortKind kind, PortStatistics statistics, long? fast)
    {
        node.Field(
            "calls", statistics.Calls + fast, InspectTraits.SafeCounter with { NotKnown = fast is null ? NotCounted : null });
        node.Field("bytes", kind == PortKind.Message ? statistics.Bytes : default(long?), s_bytes);
        node.Child("failures", failures =>
        {
            foreach (var (status, count) in statistics.FailuresByStatus)
            {
                failures.Field(status.Name, count, InspectTraits.SafeCounter);
            }
        });
    }
}
