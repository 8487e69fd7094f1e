namespace Synic.Dashboard.Model;

/// <summary>A page of a partition, as the line of tabs and the keys know it.</summary>
/// <param name="Key">Which tab is current.</param>
/// <param name="Title">On the tab.</param>
/// <param name="Path">Behind <c>/partitions/{name}</c>.</param>
/// <param name="Keys">That go there, as <c>g p</c>; null: none.</param>
public sealed record PartitionTab(string Key, string Title, string Path, string? Keys)
{
    /// <summary>In the order of the tabs. A new page of a partition is one more line here.</summary>
    public static IReadOnlyList<PartitionTab> All { get; } =
    [
        new("ports", "Ports", "", "g p"),
        new("sints", "SINTs", "?tab=sints", "g s"),
        new("guest-ports", "Guest ports", "?tab=guest-ports", "g u"),
        new("vmbus", "VMBus", "?tab=vmbus", "g v"),
        new("monitor", "Monitor", "?tab=monitor", "g m"),
        new("flow", "Flow", "?tab=flow", "g w"),
        new("faults", "Faults", "?tab=faults", "g f"),
        new("serial", "Serial", "?tab=serial", "g t"),
        new("inspect", "Inspect", "?tab=inspect", "g i"),
        new("events", "Events", "?tab=events", "g e"),
        new("recordings", "Recordings", "?tab=recordings", "g r"),
        new("backend", "Backend", "?tab=backend", "g b"),
    ];

    public string Of(string partition) => $"/partitions/{Uri.EscapeDataString(partition)}{Path}";
}
