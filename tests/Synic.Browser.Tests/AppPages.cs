namespace Synic.Browser.Tests;

/// <summary>Every page of the dashboard, as the demo guest fills it.</summary>
internal static class AppPages
{
    /// <summary>Name of its pictures, address, and an element that is there once it has its data.</summary>
    public static TheoryData<string, string, string> All { get; } = new()
    {
        { "overview", "/", ".cards" },
        { "ports", "/partitions/demo", "table.grid tbody tr:not([aria-hidden])" },
        { "port", "/partitions/demo/ports/0x1101", ".explain-checks" },
        { "sints", "/partitions/demo?tab=sints", "table button" },
        { "guest-ports", "/partitions/demo?tab=guest-ports", "table.list tbody tr" },
        { "vmbus", "/partitions/demo?tab=vmbus", "main .tabs ~ *" },
        { "monitor", "/partitions/demo?tab=monitor&monitor=37", ".monitor-grid" },
        { "serial", "/partitions/demo?tab=serial", ".terminal .line" },
        { "backend", "/partitions/demo?tab=backend", "table" },
        { "flow", "/partitions/demo?tab=flow", ".flow-table tbody tr" },
        { "faults", "/partitions/demo?tab=faults", ".faults" },
        { "inspect", "/partitions/demo?tab=inspect", "[role=tree]" },
        { "events", "/partitions/demo?tab=events", "main [data-row]" },
        { "recordings", "/partitions/demo?tab=recordings", "main .toolbar, main .panel" },
        { "status", "/status", "main .panel" },
        { "partition-unknown", "/partitions/nobody", ".empty" },
        { "not-found", "/nowhere", ".empty" },
    };
}
