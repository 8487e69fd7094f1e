using Synic.Backends;
using Synic.Inspection;

namespace Synic.Daemon.Partitions;

/// <summary>
/// Shows a partition by path. What is below <c>synic_ports</c>, <c>monitor_pages</c> and <c>vps/*/synic</c> keeps its names
/// and meanings while <c>schema_version</c> does; golden files hold it there.
/// </summary>
internal sealed class PartitionTree : IInspectable
{
    public const int SchemaVersion = 1;

    private readonly PartitionHost _host;
    private readonly TimeProvider _time;
    private volatile MachineTree? _machine;

    public PartitionTree(PartitionHost host, TimeProvider time)
    {
        _host = host;
        _time = time;
    }

    public void Inspect(InspectResponse node)
    {
        node.Field("schema_version", SchemaVersion, InspectTraits.Safe);
        node.Field("name", _host.Name, InspectTraits.Safe);
        node.Field("dialect", _host.DialectName, InspectTraits.Safe);
        node.Enum<PartitionState>("state", _host.State, InspectTraits.Safe);
        node.Field("state_reason", _host.Exit?.Reason, InspectTraits.Safe);
        var machine = _host.Machine;
        if (_machine is not { } tree || tree.Machine != machine)
        {
            _machine = tree = new MachineTree(_host, machine, _time);
        }

        tree.Inspect(node);
        if (_host.Faults is { } faults)
        {
            node.Child("faults", new FaultTree(faults));
        }
    }
}
