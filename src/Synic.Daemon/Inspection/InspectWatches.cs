using Synic.Daemon.Partitions;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>Watched trees. Who watches the same in the same way shares one reading of it; without watchers nothing is read.</summary>
internal sealed class InspectWatches : IInspectable
{
    private readonly PartitionInspector _inspector;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new(); // guards _samplers and who is in them
    private readonly Dictionary<Key, WatchSampler> _samplers = [];
    private int _watchers;
    private long _dropped;
    private long _samples;

    public InspectWatches(PartitionInspector inspector, ProcessNode process, TimeProvider time)
    {
        _inspector = inspector;
        _time = time;
        process.Watches = this;
    }

    public static TimeSpan MinPeriod { get; } = TimeSpan.FromMilliseconds(250);

    public static TimeSpan MaxPeriod { get; } = TimeSpan.FromSeconds(60);

    public static TimeSpan DefaultPeriod { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Records that readers were too slow for.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Who watches now.</summary>
    public int Watchers
    {
        get
        {
            lock (_lock)
            {
                return _watchers;
            }
        }
    }

    /// <param name="host">Whose tree.</param>
    /// <param name="request">Which part of it.</param>
    /// <param name="period">Between two readings.</param>
    /// <param name="restarted">Why this watch begins, if it is not the caller's first.</param>
    /// <returns>Dispose it when nobody reads its records any more.</returns>
    public InspectWatcher Watch(PartitionHost host, InspectRequest request, TimeSpan period, string? restarted)
    {
        var key = new Key(host, request.Path.ToString(), request.Depth, request.MaxSensitivity, period);
        var watcher = new InspectWatcher(restarted, () => Interlocked.Increment(ref _dropped), w => Leave(key, w));
        lock (_lock)
        {
            if (!_samplers.TryGetValue(key, out var sampler) || sampler.Ended)
            {
                sampler = new WatchSampler(cancellation => ReadAsync(host, request, cancellation), period, _time);
                _samplers[key] = sampler;
                sampler.Start();
            }

            sampler.Add(watcher);
            _watchers++;
        }

        return watcher;
    }

    public void Inspect(InspectResponse node)
    {
        lock (_lock)
        {
            node.Field("watchers", _watchers, InspectTraits.SafeCount);
            node.Field("samplers", _samplers.Count, InspectTraits.SafeCount);
        }

        node.Field("samples", Interlocked.Read(ref _samples), InspectTraits.SafeCounter);
        node.Field("dropped", Dropped, InspectTraits.SafeCounter);
    }

    private void Leave(Key key, InspectWatcher watcher)
    {
        lock (_lock)
        {
            _watchers--;
            if (_samplers.TryGetValue(key, out var sampler) && sampler.Remove(watcher))
            {
                _samplers.Remove(key);
            }
        }
    }

    private Task<InspectResult> ReadAsync(PartitionHost host, InspectRequest request, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _samples);
        return _inspector.InspectAsync(host, request, cancellation);
    }

    private readonly record struct Key(PartitionHost Host, string Path, int Depth, InspectSensitivity Sensitivity, TimeSpan Period);
}
