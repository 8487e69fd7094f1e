using System.Runtime.CompilerServices;
using Synic.Daemon.Partitions;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>Trees that were put away, for each partition. None is dropped by itself.</summary>
/// <remarks>Only what everybody may see is in them: whoever looks later may have other rights.</remarks>
internal sealed class TreeSnapshots(PartitionInspector inspector, TimeProvider time) : IDisposable
{
    public const int MaxCount = 32;
    public const long MaxBytes = 64 << 20;

    /// <summary>No tree of ours is nearly as deep.</summary>
    private const int Depth = 64;

    private readonly ConditionalWeakTable<PartitionHost, Kept> _kept = [];
    private readonly SemaphoreSlim _large = new(1); // whole trees are large: one at a time

    /// <returns>Null: there are as many as may be, or it would be too large beside them.</returns>
    public async Task<KeptSnapshot?> TakeAsync(PartitionHost host, string? name, CancellationToken cancellation)
    {
        var kept = _kept.GetOrCreateValue(host);
        await _large.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!kept.HasRoom(0))
            {
                return null;
            }

            var start = time.GetTimestamp();
            var result = await ReadWholeAsync(host, cancellation).ConfigureAwait(false);
            var took = time.GetElapsedTime(start);
            return kept.Add(name, result, took);
        }
        finally
        {
            _large.Release();
        }
    }

    public IReadOnlyList<KeptSnapshot> All(PartitionHost host) => _kept.GetOrCreateValue(host).All;

    public KeptSnapshot? Find(PartitionHost host, int id) => All(host).FirstOrDefault(s => s.Id == id);

    public bool Remove(PartitionHost host, int id) => _kept.GetOrCreateValue(host).Remove(id);

    /// <param name="host">Whose.</param>
    /// <param name="before">The earlier one.</param>
    /// <param name="after">The later one; null: as it is now.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public async Task<(IReadOnlyList<InspectChange> Changes, TreeReading After)> CompareAsync(
        PartitionHost host, KeptSnapshot before, KeptSnapshot? after, CancellationToken cancellation)
    {
        await _large.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var later = after is null
                ? await ReadNowAsync(host, cancellation).ConfigureAwait(false)
                : new TreeReading(after.Archive.Open(), after.TakenAt, after.Incomplete);
            return (InspectDiff.Between(before.Archive.Open(), later.Node, InspectPath.Root), later);
        }
        finally
        {
            _large.Release();
        }
    }

    public void Dispose() => _large.Dispose();

    private async Task<TreeReading> ReadNowAsync(PartitionHost host, CancellationToken cancellation)
    {
        var result = await ReadWholeAsync(host, cancellation).ConfigureAwait(false);
        return new TreeReading(result.Node, result.AsOf, result.Incomplete);
    }

    private Task<InspectResult> ReadWholeAsync(PartitionHost host, CancellationToken cancellation) => inspector.InspectAsync(
        host, new InspectRequest { Depth = Depth, Timeout = InspectRequest.MaxTimeout, Whole = true }, cancellation);

    private sealed class Kept
    {
        private readonly Lock _lock = new(); // guards the fields below
        private readonly List<KeptSnapshot> _snapshots = [];
        private int _lastId;

        public IReadOnlyList<KeptSnapshot> All
        {
            get
            {
                lock (_lock)
                {
                    return [.. _snapshots];
                }
            }
        }

        public bool HasRoom(long bytes)
        {
            lock (_lock)
            {
                return _snapshots.Count < MaxCount && _snapshots.Sum(static s => (long)s.Archive.Bytes) + bytes < MaxBytes;
            }
        }

        public KeptSnapshot? Add(string? name, InspectResult result, TimeSpan took)
        {
            var archive = InspectArchive.Of(result.Node);
            lock (_lock)
            {
                if (!HasRoom(archive.Bytes))
                {
                    return null;
                }

                _snapshots.Add(new KeptSnapshot(
                    ++_lastId, name, result.AsOf, took, [.. result.Incomplete, .. archive.Cuts], archive));
                return _snapshots[^1];
            }
        }

        public bool Remove(int id)
        {
            lock (_lock)
            {
                return _snapshots.RemoveAll(s => s.Id == id) != 0;
            }
        }
    }
}
