using Synic.Inspection;

namespace Synic.Ports;

/// <summary>Shows what is left of a port that went.</summary>
internal sealed class DepartedPortNode(DepartedPort port) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        node.Field("connection", port.Connection.Value, InspectTraits.SafeHex);
        PortFields.ShowKind(node, port.Kind);
        node.Field("minimum_vtl", port.MinimumVtl.Value, InspectTraits.Safe);
        node.Field("owner", port.Owner, InspectTraits.Safe);
        node.Field("since", port.Since, InspectTraits.Safe);
        node.Field("until", port.Until, InspectTraits.Safe);
        node.Enum<PortDeparture>("reason", port.Reason, InspectTraits.Safe);
        node.Field("generation", port.Generation, InspectTraits.Safe);
        node.Field("monitor_id", port.Monitor?.Value, InspectTraits.Safe);
        PortFields.ShowCounters(node, port.Kind, port.Statistics, port.FastPathSignals);
    }
}
