namespace Synic.Backends.Kvm;

/// <summary>Holds a VP outside of the guest while somebody changes what the guest runs in.</summary>
/// <param name="kick">Brings the VP out of the guest.</param>
internal sealed class VpParking(Action kick)
{
    private readonly object _gate = new(); // a monitor: guards all fields, and is waited on
    private volatile bool _pause;
    private volatile bool _over;
    private bool _parked;
    private bool _running;

    /// <summary>The VP's thread shall call <see cref="Park"/>.</summary>
    public bool IsAsked => _pause;

    /// <summary>Returns when the VP is held. Not from a port's callback on another VP.</summary>
    /// <param name="ownThread">The VP's.</param>
    /// <returns>False when this is the VP's own thread, which is outside already, or when it does not run.</returns>
    public bool Pause(int ownThread)
    {
        lock (_gate)
        {
            if (!_running || Environment.CurrentManagedThreadId == ownThread)
            {
                return false;
            }

            _pause = true;
        }

        kick();
        lock (_gate)
        {
            while (!_parked && _running)
            {
                Monitor.Wait(_gate);
            }
        }

        return true;
    }

    public void Resume()
    {
        lock (_gate)
        {
            _pause = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The VP is to end: nothing holds it any more.</summary>
    public void End()
    {
        _over = true;
        Resume();
    }

    /// <summary>The VP's thread waits here while it is held.</summary>
    public void Park()
    {
        lock (_gate)
        {
            _parked = true;
            Monitor.PulseAll(_gate);
            while (_pause && !_over)
            {
                Monitor.Wait(_gate);
            }

            _parked = false;
        }
    }

    /// <summary>The VP's thread begins, or ends.</summary>
    public void SetRunning(bool running)
    {
        lock (_gate)
        {
            _running = running;
            Monitor.PulseAll(_gate);
        }
    }
}
