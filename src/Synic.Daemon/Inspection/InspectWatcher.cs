using System.Threading.Channels;

namespace Synic.Daemon.Inspection;

/// <summary>What a watcher is told.</summary>
internal enum WatchRecord
{
    /// <summary>All of the tree.</summary>
    Tree,
    Changes,

    /// <summary>Records are missing; a tree follows.</summary>
    Dropped,
}

/// <param name="Kind">What it is.</param>
/// <param name="Sample">The reading.</param>
/// <param name="Restarted">Of a tree: why it is not the first.</param>
/// <param name="Lost">Of <see cref="WatchRecord.Dropped"/>.</param>
internal readonly record struct WatchItem(WatchRecord Kind, WatchSample Sample, string? Restarted = null, long Lost = 0);

/// <summary>One who watches a tree. Who does not keep up loses records, and then gets all of the tree anew.</summary>
/// <param name="restarted">Why this watch begins, if it is not the caller's first.</param>
/// <param name="lost">Told of each record that is lost.</param>
/// <param name="leave">Told when it ends.</param>
internal sealed class InspectWatcher(string? restarted, Action lost, Action<InspectWatcher> leave) : IDisposable
{
    /// <summary>Records that wait for their reader; they are shared by all who watch the same.</summary>
    public const int Capacity = 16;

    private readonly Channel<WatchItem> _records = Channel.CreateBounded<WatchItem>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private bool _begun; // this and the next: under the sampler's lock
    private long _lost;
    private int _disposed;

    public ChannelReader<WatchItem> Records => _records.Reader;

    /// <summary>Under the sampler's lock.</summary>
    public void Offer(WatchSample sample, bool news)
    {
        if (!_begun)
        {
            _begun = _records.Writer.TryWrite(new WatchItem(WatchRecord.Tree, sample, restarted));
        }
        else if (_lost != 0 && _records.Reader.Count == 0)
        {
            _records.Writer.TryWrite(new WatchItem(WatchRecord.Dropped, sample, Lost: _lost));
            _records.Writer.TryWrite(new WatchItem(WatchRecord.Tree, sample, "dropped"));
            _lost = 0;
        }
        else if (news && (_lost != 0 || !_records.Writer.TryWrite(
            sample.Recovered ? new WatchItem(WatchRecord.Tree, sample, "recovered") : new WatchItem(WatchRecord.Changes, sample))))
        {
            _lost++;
            lost();
        }
    }

    /// <summary>Nothing comes any more.</summary>
    public void End() => _records.Writer.TryComplete();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            leave(this);
        }
    }
}
