using Synic.Daemon.Partitions;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>Reads the trees of partitions, counted and timed.</summary>
internal sealed class PartitionInspector(InspectTrees trees, InspectMetrics metrics, TimeProvider time)
{
    public IInspectable Root(PartitionHost host) => trees.Of(host);

    public async Task<InspectResult> InspectAsync(PartitionHost host, InspectRequest request, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var result = await Inspector.InspectAsync(trees.Of(host), request with { Time = time }, cancellation).ConfigureAwait(false);
        metrics.Record(host.Name, result, time.GetElapsedTime(start));
        return result;
    }

    public Task<InspectUpdateResult> UpdateAsync(PartitionHost host, InspectRequest request, string value, CancellationToken cancellation) =>
        Inspector.UpdateAsync(trees.Of(host), request with { Time = time }, value, cancellation);
}
