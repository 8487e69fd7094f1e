using Synic.Daemon.Partitions;
using Synic.Inspection;
using Synic.Ports;

namespace Synic.Daemon.Inspection;

/// <summary>The backend and the ports of a partition.</summary>
internal sealed class PartitionTree(PartitionHost host) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        node.Field("backend/kind", Names.Of(host.Partition.Backend), InspectTraits.Safe);
        node.Field("backend/synic_mode", host.Partition.SynicMode, InspectTraits.Safe);
        node.Child("synic_ports", ports => ports.Directory("ports", new PortDirectory(host.Partition.Ports.Map.Snapshot())));
    }

    private sealed class PortDirectory(IReadOnlyList<PortRegistration> ports) : IInspectDirectory
    {
        public long Count => ports.Count;

        public long? Generation => null;

        public void List(string? after, int limit, InspectResponse node)
        {
            foreach (var port in ports
                .Where(p => after is null || NaturalOrder.Instance.Compare(p.Connection.ToString(), after) > 0).Take(limit))
            {
                Show(port, node);
            }
        }

        public void Find(string key, InspectResponse node)
        {
            if (ports.FirstOrDefault(p => p.Connection.ToString() == key) is { } port)
            {
                Show(port, node);
            }
        }

        private static void Show(PortRegistration port, InspectResponse node) => node.Child(port.Connection.ToString(), fields =>
        {
            var statistics = port.Statistics;
            fields.Enum<PortKind>("port_type", port.Port.Kind, InspectTraits.Safe);
            fields.Field("minimum_vtl", port.MinimumVtl.Value, InspectTraits.Safe);
            fields.Field("owner", port.Owner, InspectTraits.Safe);
            fields.Field("generation", port.Generation, InspectTraits.Safe);
            fields.Field("calls", statistics.Calls, InspectTraits.SafeCounter);
            fields.Field("bytes", statistics.Bytes, InspectTraits.SafeCounter);
            foreach (var (status, count) in statistics.FailuresByStatus)
            {
                fields.Field($"failures/{status.Name}", count, InspectTraits.SafeCounter);
            }
        });
    }
}
