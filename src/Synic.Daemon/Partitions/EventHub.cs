using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Synic.History;

namespace Synic.Daemon.Partitions;

/// <summary>
/// Collects what the partitions write down: when a ring is half full, when somebody asks, and otherwise once a second,
/// or ten times while a stream is open. Wakes those who wait for more.
/// </summary>
internal sealed class EventHub : IDisposable
{
    private static readonly TimeSpan s_idlePeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_watchedPeriod = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Lock _gate = new(); // guards _more and _thread
    private readonly ConcurrentDictionary<string, Func<int, string?>> _ruleNames = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private volatile bool _stop;
    private int _streams;
    private long _lost;

    public EventHub(TimeProvider time)
    {
        _time = time;
        Since = time.GetUtcNow();
        SinceTimestamp = time.GetTimestamp();
    }

    public EventCollector Collector { get; } = new();

    /// <summary>When the daemon started, by both clocks: all times of records come from this one pair.</summary>
    public DateTimeOffset Since { get; }

    /// <inheritdoc cref="Since"/>
    public long SinceTimestamp { get; }

    public TimeProvider Time => _time;

    /// <summary>Streams open now.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Records that readers of streams were too slow for.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>The history of a partition that is being made, with its tap; both go on over reboots.</summary>
    public EventHistory AddPartition(string name) => Collector.Add(name, new CallTap(_time, () => _wake.Set()));

    /// <summary>Says how the fault rules of a partition are called, for records that have their numbers.</summary>
    public void NameRules(string partition, Func<int, string?> names) => _ruleNames[partition] = names;

    /// <summary>Null: the partition has no rules.</summary>
    public Func<int, string?>? RuleNames(string partition) => _ruleNames.GetValueOrDefault(partition);

    public bool TryGet(string partition, [NotNullWhen(true)] out EventHistory? history)
    {
        history = Collector.Histories.FirstOrDefault(h => h.Partition == partition);
        return history is not null;
    }

    /// <summary>Collects from now on.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "synic events" };
                _thread.Start();
            }
        }
    }

    /// <summary>Collects on the caller's thread, so that it sees what has happened by now.</summary>
    public void Collect()
    {
        if (Collector.Collect() > 0)
        {
            WakeReaders();
        }
    }

    /// <summary>Waits for records behind one that a reader has seen.</summary>
    /// <returns>False: none came in time.</returns>
    public async Task<bool> WaitAsync(long seen, TimeSpan timeout, CancellationToken cancellation)
    {
        Task more;
        lock (_gate)
        {
            more = _more.Task;
        }

        if (Collector.LastSequence > seen)
        {
            return true;
        }

        try
        {
            await more.WaitAsync(timeout, _time, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A stream begins: collects more often until it is disposed.</summary>
    public IDisposable OpenStream()
    {
        Interlocked.Increment(ref _streams);
        _wake.Set(); // the collector sleeps long while nobody watches
        return new Place(this);
    }

    public void CountLost(long records) => Interlocked.Add(ref _lost, records);

    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            thread = _thread;
        }

        _stop = true;
        _wake.Set();
        thread?.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stop)
        {
            _wake.WaitOne(Streams > 0 ? s_watchedPeriod : s_idlePeriod);
            Collect();
        }
    }

    private void WakeReaders()
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            more = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.TrySetResult();
    }

    private sealed class Place(EventHub hub) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref hub._streams);
            }
        }
    }
}
