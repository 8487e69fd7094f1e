using System.Diagnostics.Metrics;
using Synic.Daemon.Partitions;
using Synic.Diagnostics;

namespace Synic.Daemon.Metrics;

/// <summary>The instruments of the event streams; the daemon's, not a partition's.</summary>
internal sealed class EventMetrics
{
    public EventMetrics(IMeterFactory factory, EventHub hub)
    {
        var meter = factory.Create(new MeterOptions(SynicMetrics.MeterName));
        meter.CreateObservableGauge("synic.event_stream.subscribers", () => hub.Streams, null, "Connections that follow events now.");
        meter.CreateObservableCounter(
            "synic.event_stream.dropped", () => hub.Lost, null, "Records that readers of event streams were too slow for.");
    }
}
