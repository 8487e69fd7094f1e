using Synic.Ports;

namespace Synic.Faults;

/// <summary>The threads, mostly VPs, that a rule holds.</summary>
internal sealed class HeldCalls
{
    private static readonly TimeSpan s_timerStep = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new(); // guards _waiting
    private readonly List<ManualResetEventSlim> _waiting = [];

    /// <summary>Holds the calling thread for a time, or until the rule is over.</summary>
    public void Wait(InjectingRule rule, TimeProvider time, TimeSpan delay)
    {
        var start = time.GetTimestamp();
        using var wake = new ManualResetEventSlim(initialState: false, spinCount: 0);
        lock (_gate)
        {
            _waiting.Add(wake);
        }

        try
        {
            while (!rule.IsOver && delay - time.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
            {
                if (left < s_timerStep)
                {
                    Thread.SpinWait(20); // timers do not tell less than a millisecond apart
                    continue;
                }

                Sleep(wake, time, left);
            }
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(wake); // under the lock, so that nobody sets it once it is disposed
            }
        }
    }

    /// <summary>Lets all go; the rule is over.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (var wake in _waiting)
            {
                wake.Set();
            }
        }
    }

    private void Sleep(ManualResetEventSlim wake, TimeProvider time, TimeSpan left)
    {
        var due = TimeSpan.FromMilliseconds(Math.Floor(left.TotalMilliseconds));
        using var timer = time.CreateTimer(_ => Set(wake), null, due, Timeout.InfiniteTimeSpan);
        wake.Wait();
        wake.Reset();
    }

    // A timer may still run after it was disposed; whom it means may be gone by then.
    private void Set(ManualResetEventSlim wake)
    {
        lock (_gate)
        {
            if (_waiting.Contains(wake))
            {
                wake.Set();
            }
        }
    }
}
