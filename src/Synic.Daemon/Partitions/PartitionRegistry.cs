using System.Diagnostics.CodeAnalysis;
using Synic.Diagnostics;

namespace Synic.Daemon.Partitions;

/// <summary>The partitions of this daemon, in the order of the configuration.</summary>
internal sealed class PartitionRegistry : IPartitionMetricsSource
{
    private volatile IReadOnlyList<PartitionHost> _hosts = [];

    public IReadOnlyList<PartitionHost> All => _hosts;

    IEnumerable<IPartitionMetrics> IPartitionMetricsSource.Partitions => _hosts.Select(static h => h.Metrics);

    public bool TryGet(string name, [NotNullWhen(true)] out PartitionHost? host)
    {
        host = _hosts.FirstOrDefault(h => h.Name == name);
        return host is not null;
    }

    internal void Set(IReadOnlyList<PartitionHost> hosts) => _hosts = hosts;
}
