using Synic.Emulation;
using Synic.Interop;

namespace Synic.Backends;

/// <summary>Runs the synthetic timers of a partition: one thread that sleeps until the next deadline.</summary>
internal sealed class TimerPump : IDisposable
{
    private readonly HostEvent _wake = new();
    private readonly IReferenceClock _clock;
    private readonly Func<ulong?> _runTimers;
    private readonly Thread _thread;
    private volatile bool _stop;

    /// <param name="name">Of the thread.</param>
    /// <param name="clock">Deadlines are in its time.</param>
    /// <param name="runTimers">Fires what is due and returns the next deadline.</param>
    public TimerPump(string name, IReferenceClock clock, Func<ulong?> runTimers)
    {
        _clock = clock;
        _runTimers = runTimers;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>A deadline may have moved. Any thread; does not block.</summary>
    public void Wake() => _wake.Signal();

    public void Dispose()
    {
        _stop = true;
        _wake.Signal();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!_stop)
        {
            _wake.Wait(_runTimers() is { } deadline ? Remaining(deadline) : Timeout.InfiniteTimeSpan);
        }
    }

    // Reference time and TimeSpan both count 100 ns.
    private TimeSpan Remaining(ulong deadline)
    {
        var now = _clock.Now;
        return deadline <= now
            ? TimeSpan.Zero
            : TimeSpan.FromTicks((long)Math.Min(deadline - now, (ulong)TimeSpan.TicksPerHour));
    }
}
