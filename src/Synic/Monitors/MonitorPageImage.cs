using System.Buffers.Binary;
using Synic.Hv;

namespace Synic.Monitors;

/// <summary>
/// What the host writes into a monitor page for the guest to read: which groups are in use, and for each id its latency
/// and the connection that it signals (HV_MONITOR_PAGE).
/// </summary>
public static class MonitorPageImage
{
    private const int LatencySize = sizeof(ushort);
    private const int ParameterSize = sizeof(ulong);

    /// <summary>Fills a page; nothing is pending or armed in it.</summary>
    /// <param name="monitors">The ids that are bound.</param>
    /// <param name="page">4096 bytes.</param>
    public static void Write(MonitorList monitors, Span<byte> page)
    {
        page = page[..Gpa.PageSize];
        page.Clear();
        uint groups = 0;
        for (var i = 0; i < MonitorId.Count; i++)
        {
            var id = new MonitorId((byte)i);
            if (!monitors.TryGet(id, out var connection))
            {
                continue;
            }

            groups |= 1u << id.Group;
            var latency = Math.Clamp(monitors.Latency(id).Ticks, 0, ushort.MaxValue); // both count 100 ns
            BinaryPrimitives.WriteUInt16LittleEndian(page[(HvMonitorPage.LatencyOffset + (i * LatencySize))..], (ushort)latency);
            BinaryPrimitives.WriteUInt32LittleEndian(page[(HvMonitorPage.ParameterOffset + (i * ParameterSize))..], connection.Value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(page[HvMonitorPage.TriggerStateOffset..], groups);
    }
}
