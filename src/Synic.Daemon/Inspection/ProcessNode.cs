using System.Diagnostics;
using System.Runtime.InteropServices;
using Synic.Daemon.Api;
using Synic.Daemon.Configuration;
using Synic.Diagnostics;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>The daemon itself: what it costs.</summary>
internal sealed class ProcessNode(StreamLimits streams, SynicMetrics metrics, TimeProvider time) : IInspectable
{
    private static readonly InspectTraits s_bytes = InspectTraits.Safe with { Format = InspectFormat.Bytes, Unit = "bytes" };
    private static readonly InspectTraits s_seconds = InspectTraits.Safe with { Unit = "s" };

    private readonly DateTimeOffset _started = Process.GetCurrentProcess().StartTime.ToUniversalTime();

    /// <summary>What watchers of trees do here, once there can be some.</summary>
    public IInspectable? Watches { get; set; }

    public void Inspect(InspectResponse node)
    {
        node.Field("version", BuildInfo.Version, InspectTraits.Safe);
        node.Field("revision", BuildInfo.Revision is { Length: > 0 } revision ? revision : null, InspectTraits.Safe with { NotKnown = "the build did not say" });
        node.Field("runtime", RuntimeInformation.FrameworkDescription, InspectTraits.Safe);
        node.Field("started", _started, InspectTraits.Safe);
        node.Field("uptime", time.GetUtcNow() - _started, InspectTraits.Safe);
        node.Field("cpu", Environment.CpuUsage.TotalTime.TotalSeconds, s_seconds with { Counter = true });
        node.Child("gc", Gc);
        node.Child("memory", Memory);
        node.Child("threads", Threads);
        node.Child("streams", Streams);
        node.Field("metrics/last_scrape", metrics.LastScrapeOverhead, InspectTraits.Safe);
    }

    private static void Gc(InspectResponse node)
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            node.Field($"collections/gen{generation}", GC.CollectionCount(generation), InspectTraits.SafeCounter);
        }

        node.Field("pause", GC.GetTotalPauseDuration().TotalSeconds, s_seconds with { Counter = true });
        node.Field("allocated", GC.GetTotalAllocatedBytes(), s_bytes with { Counter = true });
        node.Field("heap", GC.GetTotalMemory(forceFullCollection: false), s_bytes);
    }

    private static void Memory(InspectResponse node)
    {
        var gc = GC.GetGCMemoryInfo();
        node.Field("working_set", Environment.WorkingSet, s_bytes);
        node.Field("committed", gc.TotalCommittedBytes, s_bytes);
        node.Field("available", gc.TotalAvailableMemoryBytes, s_bytes);
    }

    private static void Threads(InspectResponse node)
    {
        node.Field("pool", ThreadPool.ThreadCount, InspectTraits.SafeCount);
        node.Field("waiting_work", ThreadPool.PendingWorkItemCount, InspectTraits.SafeCount);
        node.Field("completed_work", ThreadPool.CompletedWorkItemCount, InspectTraits.SafeCounter);
        node.Field("lock_contentions", Monitor.LockContentionCount, InspectTraits.SafeCounter);
    }

    private void Streams(InspectResponse node)
    {
        node.Field("open", streams.Open, InspectTraits.SafeCount);
        node.Field("limit", StreamLimits.Max, InspectTraits.SafeCount);
        if (Watches is { } watches)
        {
            node.Child("watches", watches);
        }
    }
}
