using System.Collections.Frozen;
using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.History;

/// <summary>The words of the API for what a record holds.</summary>
public static class CallLabels
{
    private static readonly string[] s_kinds =
    [
        "none", "post", "signal", "monitor.trigger", "guest.message", "guest.event", "eom", "sint.changed", "port.added",
        "port.removed", "port.refused", "backend.state", "fault.hit", "fault.state", "killswitch", "audit", "dropped",
    ];

    private static readonly FrozenDictionary<string, CallKind> s_byLabel = Enum.GetValues<CallKind>()
        .Where(static k => k != CallKind.None).ToFrozenDictionary(static k => s_kinds[(int)k], static k => k);

    /// <summary>Every kind but none, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> Kinds { get; } = s_kinds[1..];

    public static string Of(CallKind kind) => s_kinds[(int)kind];

    public static bool TryParse(string label, out CallKind kind) => s_byLabel.TryGetValue(label, out kind);

    /// <summary>Null for none.</summary>
    public static string? Of(CallReason reason) => reason == CallReason.None ? null : DeliveryLabels.Of(reason);

    /// <summary>Name of the status or of the outcome; null for records that have neither.</summary>
    public static string? StatusOf(in CallRecord record) => record.Kind switch
    {
        CallKind.Post or CallKind.Signal or CallKind.MonitorTrigger => new HvStatus(record.Status).Name,
        CallKind.GuestMessage or CallKind.GuestEvent or CallKind.Eom => DeliveryLabels.Of((DeliveryOutcome)record.Status),
        _ => null,
    };
}
