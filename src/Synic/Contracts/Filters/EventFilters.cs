namespace Synic.Contracts.Filters;

/// <summary>What of an event can be filtered by. Each member is read only when a filter asks for it.</summary>
public interface IEventFilterRow
{
    long Seq { get; }

    string Kind { get; }

    int? Vp { get; }

    int? Vtl { get; }

    uint? ConnectionValue { get; }

    /// <summary>Hex, <c>0x2001</c>.</summary>
    string? Connection { get; }

    string? Owner { get; }

    int? Sint { get; }

    int? Flag { get; }

    int? MonitorId { get; }

    uint? MessageType { get; }

    int? Size { get; }

    string? VmBusMessage { get; }

    string? Status { get; }

    string? Reason { get; }

    string? InjectedBy { get; }

    long? DurationNs { get; }
}

/// <summary>The keys of events, of the histories and of recordings.</summary>
public static class EventFilters
{
    private static readonly FilterWord[] s_kinds =
    [
        new("post"), new("signal"), new("monitor.trigger"), new("guest.message"), new("guest.event"), new("eom"), new("sint.changed"),
        new("port.added"), new("port.removed"), new("port.refused"), new("backend.state"), new("fault.hit"), new("fault.state"),
        new("killswitch"), new("audit"), new("dropped"),
    ];

    private static readonly FilterWord[] s_statuses =
    [
        new("success", 0), .. HvStatusWords.All, new("delivered"), new("deferred"), new("dropped"), new("interrupt"), new("coalesced"),
        new("redelivered"), new("nothing_pending"), new("injected"), new("dry_run"), new("draft"), new("armed"), new("paused"), new("exhausted"),
        new("expired"), new("stopped"), new("removed"), new("engaged"), new("released"),
    ];

    public static FilterTable<IEventFilterRow> Table { get; } = new(
        [
            FilterField.Word<IEventFilterRow>("kind", s_kinds, static e => e.Kind),
            FilterField.Whole<IEventFilterRow>("conn", static e => e.ConnectionValue, "0x2001 or a range such as 0x2000..0x27ff"),
            FilterField.Word<IEventFilterRow>("status", s_statuses, static e => e.Status),
            FilterField.Text<IEventFilterRow>("reason", static e => e.Reason, "reason:no_port"),
            FilterField.Whole<IEventFilterRow>("vp", static e => e.Vp, "1 or none"),
            FilterField.Whole<IEventFilterRow>("vtl", static e => e.Vtl, "1 or >0", maximum: 2),
            FilterField.Text<IEventFilterRow>("owner", static e => e.Owner, "owner:vmbus"),
            FilterField.Whole<IEventFilterRow>("sint", static e => e.Sint, "2", maximum: 15),
            FilterField.Whole<IEventFilterRow>("flag", static e => e.Flag, "0 or 1..2047", maximum: ushort.MaxValue),
            FilterField.Whole<IEventFilterRow>("monitor", static e => e.MonitorId, "5, 0..31, none or *", maximum: 127),
            FilterField.Whole<IEventFilterRow>("type", static e => e.MessageType, "1"),
            FilterField.Whole<IEventFilterRow>("size", static e => e.Size, ">0 or 8..240"),
            FilterField.Text<IEventFilterRow>("vmbus", static e => e.VmBusMessage, "vmbus:GPADL*"),
            FilterField.Text<IEventFilterRow>("injected", static e => e.InjectedBy, "injected:*"),
            FilterField.Whole<IEventFilterRow>("duration", static e => e.DurationNs, ">1000 (nanoseconds)"),
            FilterField.Whole<IEventFilterRow>("seq", static e => e.Seq, ">4711"),
        ],
        [static e => e.Kind, static e => e.Connection, static e => e.Owner, static e => e.Status, static e => e.Reason, static e => e.VmBusMessage]);
}
