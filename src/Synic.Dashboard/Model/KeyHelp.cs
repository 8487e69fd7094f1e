namespace Synic.Dashboard.Model;

/// <summary>A key and what it does, for the help. The keys themselves are <c>data-shortcut</c> and the script.</summary>
public sealed record KeyHelp(string Keys, string Does)
{
    public static IReadOnlyList<KeyHelp> All { get; } =
    [
        new("?", "this help"),
        new("/", "to the filter"),
        new("p", "pause or resume the page"),
        new("r", "refresh now, when refresh is off"),
        new("j k", "to the next or the row before"),
        new("Enter", "open the row"),
        new("m", "what can be done with the row: filter by its cells, copy"),
        new("[ ]", "to the tab before or the next"),
        new("e", "export what matches"),
        new("← ↑ → ↓", "from cell to cell of a grid"),
        new("*", "open a tree to two levels"),
        new("Esc", "leave the filter, close what is open"),
        new("Shift+K", "stop all faults (kill switch)"),
        new("g o", "overview"),
        new("g d", "status of the daemon"),
        .. PartitionTab.All.Where(static t => t.Keys is not null).Select(static t => new KeyHelp(t.Keys!, $"{t.Title} of the partition")),
    ];
}
