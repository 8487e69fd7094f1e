namespace Synic.Contracts.Filters;

/// <summary>What of a port can be filtered by. Each member is read only when a filter asks for it.</summary>
public interface IPortFilterRow
{
    uint Connection { get; }

    /// <summary>Hex, <c>0x2001</c>.</summary>
    string ConnectionText { get; }

    /// <summary><c>message</c> or <c>event</c>.</summary>
    string Kind { get; }

    int MinimumVtl { get; }

    string Owner { get; }

    /// <summary><c>none</c>, <c>active</c> or <c>suspended</c>.</summary>
    string FastPath { get; }

    int? MonitorId { get; }

    /// <summary>Null when not known (yet).</summary>
    double? CallsPerSecond { get; }

    long? Failures { get; }

    /// <summary>Outcomes that fault rules made.</summary>
    long? Injected { get; }

    /// <summary>Since the last call, or since it was registered when there was none; null when not known.</summary>
    TimeSpan? Idle { get; }

    /// <summary>Since it was registered.</summary>
    TimeSpan Age { get; }

    /// <summary>The port refused a call with this status.</summary>
    bool Refused(string status);
}

/// <summary>The keys of ports.</summary>
public static class PortFilters
{
    private static readonly FilterWord[] s_kinds = [new("message"), new("event")];
    private static readonly FilterWord[] s_fastPaths = [new("none"), new("active"), new("suspended")];

    public static FilterTable<IPortFilterRow> Table { get; } = new(
        [
            FilterField.Whole<IPortFilterRow>("conn", static p => p.Connection, "0x2001 or a range such as 0x2000..0x27ff"),
            FilterField.Word<IPortFilterRow>("kind", s_kinds, static p => p.Kind),
            FilterField.Whole<IPortFilterRow>("vtl", static p => p.MinimumVtl, "1 or >0", maximum: 2),
            FilterField.Text<IPortFilterRow>("owner", static p => p.Owner, "owner:vmbus"),
            FilterField.Word<IPortFilterRow>("fast", s_fastPaths, static p => p.FastPath),
            FilterField.Whole<IPortFilterRow>("monitor", static p => p.MonitorId, "5, 0..31, none or *", maximum: 127),
            FilterField.Words<IPortFilterRow>("status", HvStatusWords.All, static (p, status) => p.Refused(status)),
            FilterField.Number<IPortFilterRow>("rate", static p => p.CallsPerSecond, ">10, 0.5..20 or none"),
            FilterField.Whole<IPortFilterRow>("failures", static p => p.Failures, ">0 or 10..99"),
            FilterField.Duration<IPortFilterRow>("idle", static p => p.Idle),
            FilterField.Duration<IPortFilterRow>("age", static p => p.Age),
            FilterField.Whole<IPortFilterRow>("injected", static p => p.Injected, ">0 or none"),
        ],
        [static p => p.ConnectionText, static p => p.Owner, static p => p.Kind]);
}

/// <summary>A port as the API sends it, to be held against a filter; one object serves a whole list.</summary>
/// <param name="now">When the list was taken.</param>
public sealed class PortSummaryRow(DateTimeOffset now) : IPortFilterRow
{
    /// <summary>The row that is asked about now.</summary>
    public PortSummary Port { get; set; } = null!;

    public uint Connection => Port.Connection;

    public string ConnectionText => Port.ConnectionText;

    public string Kind => Port.Kind;

    public int MinimumVtl => Port.MinimumVtl;

    public string Owner => Port.Owner;

    public string FastPath => Port.FastPath;

    public int? MonitorId => Port.MonitorId;

    public double? CallsPerSecond => Port.CallsPerSecond;

    public long? Failures => Port.Failures;

    public long? Injected => 0; // nothing injects yet

    public TimeSpan? Idle => Port.LastActivity is { } last ? now - last
        : Port.NotKnown?.ContainsKey("lastActivity") == true ? null
        : Age;

    public TimeSpan Age => now - Port.Since;

    public bool Refused(string status) => Port.FailuresByStatus.GetValueOrDefault(status) > 0;
}
