using System.Globalization;
using Synic.Inspection;

namespace Synic.Ports;

/// <summary>Shows the guest ports: where the host's messages and events go, and what became of the last one.</summary>
/// <param name="ports">Whose.</param>
/// <param name="queueLength">Messages that wait behind a message port's SINT.</param>
public sealed class GuestPortTree(SynicPorts ports, Func<GuestPortInfo, int> queueLength) : IInspectable
{
    public void Inspect(InspectResponse node)
    {
        var rows = ports.GuestPorts();
        node.Directory("", new InspectTable<GuestPortInfo>(
            rows,
            static row => row.Id.ToString(CultureInfo.InvariantCulture),
            key => IndexOf(rows, key),
            row => new Row(row, queueLength)));
    }

    private static int IndexOf(IReadOnlyList<GuestPortInfo> rows, string key)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Id.ToString(CultureInfo.InvariantCulture) == key)
            {
                return i;
            }
        }

        return -1;
    }

    private sealed class Row(GuestPortInfo port, Func<GuestPortInfo, int> queueLength) : IInspectable
    {
        public void Inspect(InspectResponse node)
        {
            node.Field("kind", port.IsMessage ? "message" : "event", InspectTraits.Safe);
            node.Field("vtl", port.Vtl.Value, InspectTraits.Safe);
            node.Field("vp", port.Vp.Value, InspectTraits.Safe);
            node.Field("sint", port.Sint.Value, InspectTraits.Safe);
            node.Field("flag", port.Flag, InspectTraits.Safe);
            node.Field("queue", port.IsMessage ? queueLength(port) : default(int?), InspectTraits.SafeCount);
            node.Field("calls", port.Calls, InspectTraits.SafeCounter);
            node.Field("last_result", port.LastResult is { } result ? InspectResponse.Snake(result) : null, InspectTraits.Safe);
        }
    }
}
