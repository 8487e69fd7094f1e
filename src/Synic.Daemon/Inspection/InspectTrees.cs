using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Synic.Daemon.Partitions;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>The root of each partition's tree: the partition's own branches, and those of the daemon beside them.</summary>
internal sealed class InspectTrees
{
    private readonly ConditionalWeakTable<PartitionHost, IInspectable> _roots = [];
    private ImmutableArray<(string Name, IInspectable Branch)> _branches = [];

    public InspectTrees(ProcessNode process) => Add("process", process);

    /// <summary>Adds a branch to every partition's tree.</summary>
    public void Add(string name, IInspectable branch) =>
        ImmutableInterlocked.Update(ref _branches, static (all, added) => all.Add(added), (name, branch));

    /// <returns>The same object each time: what is stuck in it is remembered by its root.</returns>
    public IInspectable Of(PartitionHost host) => _roots.GetValue(host, h => new Root(this, h.Tree));

    private sealed class Root(InspectTrees trees, IInspectable partition) : IInspectable
    {
        public void Inspect(InspectResponse node)
        {
            node.Child("", partition);
            foreach (var (name, branch) in trees._branches)
            {
                node.Child(name, branch);
            }
        }
    }
}
