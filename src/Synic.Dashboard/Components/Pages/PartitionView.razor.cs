using Microsoft.AspNetCore.Components;
using Synic.Contracts;

namespace Synic.Dashboard.Components.Pages;

/// <summary>One partition: what it is, and how far its guest is, and its ports, SINTs, VMBus, monitors, serial output and backend.</summary>
public sealed partial class PartitionView
{
    public const string PortsTab = "ports";
    public const string SintsTab = "sints";
    public const string GuestPortsTab = "guest-ports";
    public const string VmBusTab = "vmbus";
    public const string MonitorTab = "monitor";
    public const string FlowTab = "flow";
    public const string FaultsTab = "faults";
    public const string SerialTab = "serial";
    public const string BackendTab = "backend";

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required string Tab { get; set; }

    protected override IAsyncEnumerable<PortTableSnapshot> WatchAsync(CancellationToken cancellation) =>
        Client.WatchPortsAsync(Name, cancellation);

    private static bool IsRunning(PartitionSummary partition) => partition.State is "created" or "running";

    private static IEnumerable<(string Tab, string Title, int? Count)> Tabs(PartitionSummary partition) =>
    [
        (PortsTab, "Ports", partition.Ports),
        (SintsTab, "SINTs", null),
        (GuestPortsTab, "Guest ports", partition.GuestPorts),
        (VmBusTab, "VMBus", null),
        (MonitorTab, "Monitor", null),
        (FlowTab, "Flow", null),
        (FaultsTab, "Faults", null),
        (SerialTab, "Serial", null),
        (BackendTab, "Backend", null),
    ];

    // Filter and sort stay in the address, so that coming back to the ports finds them as they were.
    private string LinkTo(string tab) => Navigation.GetUriWithQueryParameter("tab", tab == PortsTab ? null : tab);
}
