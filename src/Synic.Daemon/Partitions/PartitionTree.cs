using Synic.Backends;
using Synic.Emulation;
using Synic.Hv;
using Synic.Inspection;
using Synic.Monitors;
using Synic.Ports;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>
/// Shows a partition by path. What is below <c>synic_ports</c>, <c>monitor_pages</c> and <c>vps/*/synic</c> keeps its names
/// and meanings while <c>schema_version</c> does; golden files hold it there.
/// </summary>
internal sealed class PartitionTree : IInspectable
{
    public const int SchemaVersion = 1;

    private readonly PartitionHost _host;
    private readonly IReadOnlyList<(string Name, IInspectable Branch)> _branches;

    public PartitionTree(PartitionHost host, TimeProvider time)
    {
        _host = host;
        var partition = host.Partition;
        _branches =
        [
            ("backend", new BackendTree(partition, host.BackendReason)),
            ("guest_ports", new GuestPortTree(partition.Ports, port => partition.Synic.QueueLength(port.Vtl, port.Vp, port.Sint))),
            ("settings", new SettingsTree(partition.Ports.Map.FaultLog)),
            ("synic_ports", new PortTree(partition.Ports.Map, time)
            {
                SetFastPath = host.OwnedPorts.SetFastPath,
                FastActivity = port => host.Sampler.TryGet(port.Generation, out var sample) ? sample.FastActivity : 0,
            }),
            ("vps", new SynicTree(partition.Synic, () => partition.RunsGuestCode && partition.State == PartitionState.Running)),
        ];
    }

    public void Inspect(InspectResponse node)
    {
        node.Field("schema_version", SchemaVersion, InspectTraits.Safe);
        node.Field("name", _host.Name, InspectTraits.Safe);
        node.Field("dialect", _host.DialectName, InspectTraits.Safe);
        foreach (var (name, branch) in _branches)
        {
            node.Child(name, branch);
        }

        node.Child("guest", ShowGuest);
        node.Child("memory", memory => memory.Field(
            "size", _host.Partition.Memory.Size, InspectTraits.Safe with { Format = InspectFormat.Bytes, Unit = "bytes" }));
        if (_host.Partition.Monitors is { } monitors)
        {
            node.Child("monitor_pages", pages => ShowMonitorPages(pages, monitors));
        }

        if (_host.VmBus is { } vmBus)
        {
            node.Child("vmbus", new VmBusTree(vmBus.Snapshot));
        }
    }

    private void ShowGuest(InspectResponse node)
    {
        var synic = _host.Partition.Synic;
        node.Field("kind", _host.Guest.Kind, InspectTraits.Safe);
        node.Field("simulated", _host.Guest.Simulated, InspectTraits.Safe);
        node.Field("description", _host.Guest.Description, InspectTraits.Safe);
        node.Field("os_id", synic.GuestOsId, InspectTraits.SafeHex);
        node.Field("hypercall_page/enabled", synic.HypercallPageEnabled, InspectTraits.Safe);
        node.Field("hypercall_page/gpa", synic.HypercallPageEnabled ? synic.HypercallPage.Value : default(ulong?), InspectTraits.SafeHex);
    }

    private void ShowMonitorPages(InspectResponse node, ISynicMonitor monitors)
    {
        for (byte vtl = 0; vtl < _host.Partition.Synic.VtlCount; vtl++)
        {
            node.Child($"vtl{vtl}", new MonitorPageTree(monitors.Page(new Vtl(vtl))));
        }
    }
}
