using System.Diagnostics;
using System.Runtime.InteropServices;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Api;
using Synic.Daemon.Configuration;
using Synic.Daemon.Partitions;
using Synic.Diagnostics;
using Synic.Faults;
using Synic.History;

namespace Synic.Daemon.Inspection;

/// <summary>Reads what the daemon costs, and how near its limits it is.</summary>
internal sealed class StatusReader(
    DaemonSettings settings, PartitionRegistry registry, StreamLimits streams, EventHub events, RecordingStore recordings, TreeSnapshots snapshots,
    InspectWatches watches, FaultKillSwitch killSwitch, SynicMetrics metrics, Func<ViewerStatus> viewers, IServiceProvider services, TimeProvider time)
{
    private static readonly DateTimeOffset s_started = StartTime();

    public DaemonStatus Read()
    {
        var gc = GC.GetGCMemoryInfo();
        using var process = Process.GetCurrentProcess();
        return new DaemonStatus
        {
            Version = BuildInfo.Version,
            Revision = BuildInfo.Revision,
            Runtime = RuntimeInformation.FrameworkDescription,
            System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            Processors = Environment.ProcessorCount,
            StartedAt = s_started,
            Lab = settings.Lab,
            Urls = [.. ListenAddresses.Of(services)],
            CpuSeconds = Environment.CpuUsage.TotalTime.TotalSeconds,
            WorkingSetBytes = Environment.WorkingSet,
            HeapBytes = gc.HeapSizeBytes,
            CommittedBytes = gc.TotalCommittedBytes,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            GcPauseSeconds = GC.GetTotalPauseDuration().TotalSeconds,
            Collections = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)],
            Threads = process.Threads.Count,
            PoolThreads = ThreadPool.ThreadCount,
            PoolQueue = ThreadPool.PendingWorkItemCount,
            LastScrapeSeconds = metrics.LastScrapeOverhead.TotalSeconds,
            Viewers = viewers(),
            Limits = [.. DaemonLimits(), .. registry.All.SelectMany(PartitionLimits)],
            KillSwitch = settings.Lab ? KillSwitchEndpoints.Summarize(killSwitch.State) : null,
            AsOf = time.GetUtcNow(),
        };
    }

    private IEnumerable<LimitStatus> DaemonLimits() =>
    [
        new("streams", null, streams.Open, StreamLimits.Max, "streams", "another one is refused (too_many_streams)"),
        new("streams_per_caller", null, null, StreamLimits.MaxPerCaller, "streams", "another one is refused (too_many_streams)"),
        new("event_readers", null, events.Streams, StreamLimits.Max, "streams", "those of the API count among the streams, pages do not"),
        new("watchers", null, watches.Watchers, StreamLimits.Max, "streams", "they count among the streams; who watches the same shares one reading"),
        new("recordings", null, registry.All.Sum(h => recordings.Of(h.Name).Count), RecordingStore.MaxRecordings, "recordings", "another one is refused (too_many_recordings)"),
        new("recording_size", null, null, EventRecording.MaxBytes, "bytes", "it ends as full"),
        new("requests_per_second", null, null, settings.RequestsPerSecond, "requests", settings.RequestsPerSecond == 0 ? "not limited" : "Retry-After (rate_limited)"),
        new("request_body", null, null, DaemonApp.MaxBody, "bytes", "it is refused (too_large)"),
        new("audit", null, services.GetRequiredService<AuditLog>().Count, AuditLog.Capacity, "records", "the API forgets the oldest; a file keeps all"),
    ];

    private IEnumerable<LimitStatus> PartitionLimits(PartitionHost host)
    {
        var kept = snapshots.All(host);
        yield return new("events", host.Name, host.Events.End - host.Events.Begin, EventHistory.Capacity, "events", "the oldest are forgotten");
        yield return new("snapshots", host.Name, kept.Count, TreeSnapshots.MaxCount, "snapshots", "another one is refused (too_many_snapshots)");
        yield return new("snapshot_size", host.Name, kept.Sum(static s => (long)s.Archive.Bytes), TreeSnapshots.MaxBytes, "bytes", "another one is refused (too_many_snapshots)");
    }

    private static DateTimeOffset StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }
}
