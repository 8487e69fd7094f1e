using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Pages;

/// <summary>One partition: what it is, and how far its guest is, and its ports, SINTs, VMBus, monitors, serial output and backend.</summary>
public sealed partial class PartitionView
{
    public const string PortsTab = "ports";
    public const string SintsTab = "sints";
    public const string GuestPortsTab = "guest-ports";
    public const string VmBusTab = "vmbus";
    public const string MonitorTab = "monitor";
    public const string SerialTab = "serial";
    public const string BackendTab = "backend";

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required string Tab { get; set; }

    protected override IAsyncEnumerable<PartitionSnapshot> WatchAsync(CancellationToken cancellation) =>
        Client.WatchPartitionAsync(Name, cancellation);

    private static bool IsRunning(PartitionSummary partition) => partition.State is "created" or "running";

    private static Dictionary<string, int> Counts(PartitionSummary partition) => new()
    {
        [PortsTab] = partition.Ports,
        [GuestPortsTab] = partition.GuestPorts,
    };
}
