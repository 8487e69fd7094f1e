using System.Runtime.CompilerServices;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Pages;

/// <content>The ports of the partitions in this process.</content>
internal sealed partial class InProcessSynicClient
{
    public async IAsyncEnumerable<PartitionSnapshot> WatchPartitionAsync(
        string partition, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!registry.TryGet(partition, out var host))
        {
            yield return new PartitionSnapshot(null, time.GetUtcNow());
            yield break;
        }

        var snapshots = WatchAsync(() => host.ChangeMark, () => new PartitionSnapshot(host.Summarize(), host.Now), cancellation);
        await foreach (var snapshot in snapshots.ConfigureAwait(false))
        {
            yield return snapshot;
        }
    }

    public IPortView OpenPorts(string partition) => new InProcessPortView(registry, partition, time);
}
