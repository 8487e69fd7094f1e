using Synic.Backends;
using Synic.Emulation;
using Synic.Hv;
using Synic.Inspection;
using Synic.Monitors;
using Synic.Ports;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>Shows what a reboot replaces.</summary>
internal sealed class MachineTree : IInspectable
{
    private readonly IReadOnlyList<(string Name, IInspectable Branch)> _branches;

    public MachineTree(PartitionHost host, PartitionMachine machine, TimeProvider time)
    {
        Machine = machine;
        var partition = machine.Partition;
        _branches =
        [
            ("backend", new BackendTree(partition, machine.BackendReason)),
            ("guest_ports", new GuestPortTree(partition.Ports, port => partition.Synic.QueueLength(port.Vtl, port.Vp, port.Sint))),
            ("settings", new SettingsTree(partition.Ports.Map.FaultLog)),
            ("synic_ports", new PortTree(partition.Ports.Map, time)
            {
                SetFastPath = host.OwnedPorts.SetFastPath,
                FastActivity = port => machine.Sampler.TryGet(port.Generation, out var sample) ? sample.FastActivity : 0,
            }),
            ("vps", new SynicTree(partition.Synic, () => partition.RunsGuestCode && partition.State == PartitionState.Running)),
        ];
    }

    public PartitionMachine Machine { get; }

    public void Inspect(InspectResponse node)
    {
        foreach (var (name, branch) in _branches)
        {
            node.Child(name, branch);
        }

        node.Child("guest", ShowGuest);
        node.Child("memory", memory => memory.Field(
            "size", Machine.Partition.Memory.Size, InspectTraits.Safe with { Format = InspectFormat.Bytes, Unit = "bytes" }));
        if (Machine.Partition.Monitors is { } monitors)
        {
            node.Child("monitor_pages", pages => ShowMonitorPages(pages, monitors));
        }

        if (Machine.VmBus is { } vmBus)
        {
            node.Child("vmbus", new VmBusTree(vmBus.Snapshot));
        }
    }

    private void ShowGuest(InspectResponse node)
    {
        var synic = Machine.Partition.Synic;
        node.Field("kind", Machine.Guest.Kind, InspectTraits.Safe);
        node.Field("simulated", Machine.Guest.Simulated, InspectTraits.Safe);
        node.Field("description", Machine.Guest.Description, InspectTraits.Safe);
        node.Field("reboots", Machine.Reboots, InspectTraits.SafeCounter);
        node.Field("os_id", synic.GuestOsId, InspectTraits.SafeHex);
        node.Field("hypercall_page/enabled", synic.HypercallPageEnabled, InspectTraits.Safe);
        node.Field("hypercall_page/gpa", synic.HypercallPageEnabled ? synic.HypercallPage.Value : default(ulong?), InspectTraits.SafeHex);
    }

    private void ShowMonitorPages(InspectResponse node, ISynicMonitor monitors)
    {
        for (byte vtl = 0; vtl < Machine.Partition.Synic.VtlCount; vtl++)
        {
            node.Child($"vtl{vtl}", new MonitorPageTree(monitors.Page(new Vtl(vtl))));
        }
    }
}
