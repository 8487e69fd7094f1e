using System.Diagnostics.CodeAnalysis;
using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>Reads one subtree again and again for all who watch it, until the last of them leaves.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle: nothing to dispose.")]
internal sealed class WatchSampler(Func<CancellationToken, Task<InspectResult>> read, TimeSpan period, TimeProvider time)
{
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new(); // guards the fields below: a watcher begins with one reading and gets each one after it
    private readonly List<InspectWatcher> _watchers = [];
    private WatchSample? _last;

    /// <summary>No reading comes any more, whyever.</summary>
    public bool Ended { get; private set; }

    /// <summary>Done when nothing is read any more.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start() => Completion = Task.Run(RunAsync);

    public void Add(InspectWatcher watcher)
    {
        lock (_lock)
        {
            _watchers.Add(watcher);
            if (_last is { } sample)
            {
                watcher.Offer(sample, news: true);
            }
        }
    }

    /// <returns>Nobody is left, and nothing is read any more.</returns>
    public bool Remove(InspectWatcher watcher)
    {
        lock (_lock)
        {
            if (!_watchers.Remove(watcher) || _watchers.Count != 0)
            {
                return false;
            }
        }

        _ = _end.CancelAsync();
        return true;
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var start = time.GetTimestamp();
                Publish(await read(_end.Token).ConfigureAwait(false));
                var took = time.GetElapsedTime(start);
                var rest = period - took;
                await Task.Delay(rest > took ? rest : took, time, _end.Token).ConfigureAwait(false); // never more than half of the time
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The last watcher has left.
        }
        finally
        {
            lock (_lock)
            {
                Ended = true;
                _watchers.ForEach(static w => w.End());
            }
        }
    }

    private void Publish(InspectResult result)
    {
        var news = true;
        var sample = _last?.Next(result, out news) ?? new WatchSample(1, result);
        lock (_lock)
        {
            _last = sample;
            foreach (var watcher in _watchers)
            {
                watcher.Offer(sample, news);
            }
        }
    }
}
