namespace Synic.Dashboard.Model;

/// <summary>A column of the port table.</summary>
/// <param name="Id">What it is sorted by, and its name in an address.</param>
/// <param name="Title">Of its head.</param>
/// <param name="Width">In pixels; 0 takes what is left.</param>
/// <param name="Tooltip">What it shows.</param>
public sealed record PortColumn(string Id, string Title, int Width, string Tooltip)
{
    /// <summary>The statuses that a port can refuse with; each is a column.</summary>
    public static readonly IReadOnlyList<string> Statuses =
        ["invalid_connection_id", "operation_denied", "insufficient_buffers", "operation_failed"];

    private const int OwnerWidth = 160;

    private static readonly string[] s_hidden = [PortSort.Bytes, PortSort.FailureRate, PortSort.MonitorId, PortSort.Generation];

    public bool IsNumber { get; init; }

    public bool IsStatus { get; init; }

    /// <summary>Every column there is, in the order of the chooser.</summary>
    public static IReadOnlyList<PortColumn> All { get; } =
    [
        new(PortSort.Connection, "Connection", 136, "The connection id: the guest's name for the port"),
        new(PortSort.Kind, "Kind", 104, "What the port takes: messages (HvPostMessage) or events (HvSignalEvent)"),
        new(PortSort.MinimumVtl, "Min VTL", 78, "The lowest VTL whose calls the port takes") { IsNumber = true },
        new(PortSort.Owner, "Owner", 0, "Who registered the port"),
        new(PortSort.Calls, "Calls", 104, "Posts or signals that the port took") { IsNumber = true },
        new(PortSort.Rate, "Calls/s", 142, "Over the last sampling period; the line shows the last minute") { IsNumber = true },
        new(PortSort.Bytes, "Bytes", 116, "Payload of the posts that the port took") { IsNumber = true },
        new(PortSort.Failures, "Failures", 92, "All calls the port refused, by status to the right") { IsNumber = true },
        .. Statuses.Select(static s => new PortColumn(s, StatusText.Of(s).Short, 86, StatusText.Of(s).Tooltip) { IsNumber = true, IsStatus = true }),
        new(PortSort.FailureRate, "Failures/s", 96, "Refused calls a second, over the last sampling period") { IsNumber = true },
        new(PortSort.Activity, "Last activity", 112, "The last call, taken or refused"),
        new(PortSort.FastPath, "Fast path", 96, "Active: the hypervisor signals by itself. Such calls make no exit and are not counted here"),
        new(PortSort.MonitorId, "Monitor", 84, "The monitor id through which the guest can signal it") { IsNumber = true },
        new(PortSort.Since, "Since", 92, "How long the port has been registered"),
        new(PortSort.Generation, "Generation", 100, "Unique for each registration: a port that was replaced has another") { IsNumber = true },
    ];

    public static IReadOnlyList<PortColumn> Default { get; } = [.. All.Where(static c => !s_hidden.Contains(c.Id))];

    public string HeadClass => (IsNumber ? "num" : "") + (IsStatus ? " status" : "");

    /// <summary>Columns by their ids with commas between, as an address has them; what is none is left out.</summary>
    public static IReadOnlyList<PortColumn> Parse(string? ids)
    {
        var chosen = (ids ?? "").Split(',').Distinct().Select(static id => All.FirstOrDefault(c => c.Id == id)).OfType<PortColumn>().ToList();
        return chosen.Count == 0 ? Default : chosen;
    }

    /// <summary>Null for the default, which an address leaves out.</summary>
    public static string? Format(IReadOnlyList<PortColumn> columns) =>
        columns.SequenceEqual(Default) ? null : string.Join(',', columns.Select(static c => c.Id));

    /// <summary>Below this the table is scrolled sideways.</summary>
    public static int MinimumWidth(IEnumerable<PortColumn> columns) => columns.Sum(static c => c.Width == 0 ? OwnerWidth : c.Width);
}
