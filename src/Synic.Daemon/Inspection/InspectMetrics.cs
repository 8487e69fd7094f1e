using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Synic.Daemon.Partitions;
using Synic.Diagnostics;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>Counts and times the looks into trees.</summary>
internal sealed class InspectMetrics
{
    private static readonly string[] s_results = ["complete", "partial", "failed"];

    private readonly ConcurrentDictionary<string, long[]> _requests = [];
    private readonly Histogram<double> _duration;

    public InspectMetrics(IMeterFactory factory, PartitionRegistry registry)
    {
        var meter = factory.Create(new MeterOptions(SynicMetrics.MeterName));
        meter.CreateObservableCounter(
            "synic.inspect.requests",
            () => registry.All.SelectMany(h => s_results.Select((result, i) => new Measurement<long>(
                Volatile.Read(ref Of(h.Name)[i]), new("partition", h.Name), new("result", result)))),
            unit: null, "Looks into a partition's tree; failed: there was nothing at the path.");
        _duration = meter.CreateHistogram(
            "synic.inspect.duration", "s", "Time to read the tree, for each look.", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [1e-4, 2.5e-4, 1e-3, 2.5e-3, 1e-2, 2.5e-2, 0.1, 0.25, 1, 2.5, 10, 30] });
    }

    public void Record(string partition, InspectResult result, TimeSpan duration)
    {
        Interlocked.Increment(ref Of(partition)[result.Node is InspectFailure ? 2 : result.Complete ? 0 : 1]);
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("partition", partition));
    }

    private long[] Of(string partition) => _requests.GetOrAdd(partition, static _ => new long[s_results.Length]);
}
