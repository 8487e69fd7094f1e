using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>A column of the port table: its head, the key to sort it by, and the class that gives its width.</summary>
internal sealed record PortColumn(
    string Sort, string Title, string Class, string Tooltip, bool IsNumber = false, bool IsStatus = false, bool IsEdge = false)
{
    private static readonly PortColumn[] s_before =
    [
        new(PortSort.Kind, "Kind", "kind", "What the port takes: messages (HvPostMessage) or events (HvSignalEvent)"),
        new(PortSort.Connection, "Connection", "conn", "The connection id: the guest's name for the port"),
        new(PortSort.MinimumVtl, "Min VTL", "vtl", "The lowest VTL whose calls the port takes", IsNumber: true),
        new(PortSort.Owner, "Owner", "owner", "Who registered the port"),
        new(PortSort.Calls, "Calls", "calls", "Posts or signals that the port took", IsNumber: true),
        new(PortSort.Rate, "Calls/s", "rate", "Over the last second; the line shows the last minute", IsNumber: true),
        new(PortSort.Failures, "Failures", "total", "All calls the port refused, by status to the right", IsNumber: true, IsEdge: true),
    ];

    private static readonly PortColumn[] s_after =
    [
        new(PortSort.Activity, "Last activity", "activity", "The last call, taken or refused", IsEdge: true),
        new(PortSort.FastPath, "Fast path", "fast",
            "Active: the hypervisor signals by itself. Such calls make no exit and are not counted here"),
        new(PortSort.Since, "Since", "since", "How long the port has been registered"),
    ];

    public string HeadClass => (IsNumber ? "num" : "") + (IsStatus ? " status" : "") + (IsEdge ? " edge" : "");

    public static IReadOnlyList<PortColumn> All(IEnumerable<StatusText> statuses) =>
    [
        .. s_before,
        .. statuses.Select(s => new PortColumn(s.Name, s.Short, "status", s.Tooltip, IsNumber: true, IsStatus: true)),
        .. s_after,
    ];
}
