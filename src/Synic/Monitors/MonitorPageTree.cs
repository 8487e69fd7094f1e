using System.Globalization;
using Synic.Hv;
using Synic.Inspection;

namespace Synic.Monitors;

/// <summary>Shows the monitor page of one VTL, with the field names of OpenVMM's inspect, and what each id did.</summary>
/// <param name="page">Which one.</param>
public sealed class MonitorPageTree(MonitorPage page) : IInspectable
{
    private static readonly InspectTraits s_latency = InspectTraits.Safe with { Unit = "s" };

    public void Inspect(InspectResponse node)
    {
        var pages = page.Pages;
        node.Field("gpa", pages?.ChildToParent.Value, InspectTraits.SafeHex);
        if (pages is { } gpas)
        {
            node.Child("gpas", child =>
            {
                child.Field("child_to_parent", gpas.ChildToParent.Value, InspectTraits.SafeHex);
                child.Field("parent_to_child", gpas.ParentToChild.Value, InspectTraits.SafeHex);
            });
        }

        node.Child("monitors", child => ForEachBound(
            (id, name, connection) => child.Field(name, connection.Value, InspectTraits.SafeHex)));
        node.Child("state", child => ForEachBound((id, name, _) => child.Child(name, state => Show(state, id))));
        node.Field("signalled", page.Signalled, InspectTraits.SafeCounter);
        node.Field("unknown_triggers", page.UnknownTriggers, InspectTraits.SafeCounter);
        node.Field("outside_writes", page.OutsideWrites, InspectTraits.SafeCounter);
    }

    private void ForEachBound(Action<MonitorId, string, ConnectionId> show)
    {
        for (var i = 0; i < MonitorId.Count; i++)
        {
            var id = new MonitorId((byte)i);
            if (page.Monitors.TryGet(id, out var connection))
            {
                show(id, i.ToString(CultureInfo.InvariantCulture), connection);
            }
        }
    }

    private void Show(InspectResponse node, MonitorId id)
    {
        // A write traps and signals at once: nothing stays pending, and nothing is armed to wait for the latency.
        node.Field("pending", false, InspectTraits.Safe);
        node.Field("armed", false, InspectTraits.Safe);
        node.Field("latency", page.Monitors.Latency(id), s_latency);
        node.Field("triggers", page.Monitors.Triggers(id), InspectTraits.SafeCounter);
    }
}
