using Synic.Hv;

namespace Synic.Ports;

/// <summary>
/// The shortcut inside the hypervisor by which a port's event is signalled without an exit. It can be taken away for a
/// while, so that every call comes through the port map (diagnosis, fault rules), and be put back.
/// </summary>
/// <param name="open">Asks the hypervisor; null when it does not support it.</param>
public sealed class FastPath(Func<IDisposable?> open) : IDisposable
{
    private readonly Lock _gate = new(); // guards all fields
    private IDisposable? _mapping;
    private int _suspensions;
    private bool _disposed;
    private string? _resumeFailure;

    public bool Active
    {
        get
        {
            lock (_gate)
            {
                return _mapping is not null;
            }
        }
    }

    /// <summary>Asks the hypervisor for the shortcut for the first time.</summary>
    /// <returns>False when it has none to give.</returns>
    internal bool TryOpen()
    {
        lock (_gate)
        {
            _mapping = open();
            return _mapping is not null;
        }
    }

    /// <summary>
    /// Why the hypervisor did not give the shortcut back after a suspension; null while it did. The port works without
    /// it: its calls then come through the port map.
    /// </summary>
    public string? ResumeFailure
    {
        get
        {
            lock (_gate)
            {
                return _resumeFailure;
            }
        }
    }

    /// <summary>Takes the shortcut away until the result is disposed; holders are counted.</summary>
    public IDisposable Suspend()
    {
        lock (_gate)
        {
            if (_suspensions++ == 0)
            {
                Close();
            }
        }

        return new Suspension(this);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Close();
        }
    }

    private void Close()
    {
        var mapping = _mapping;
        _mapping = null;
        mapping?.Dispose();
    }

    private void Resume()
    {
        lock (_gate)
        {
            if (--_suspensions != 0 || _disposed)
            {
                return;
            }

            try
            {
                _mapping = open();
                _resumeFailure = _mapping is null ? "the hypervisor has no shortcut any more" : null;
            }
            catch (HypervisorException e)
            {
                _resumeFailure = e.Message;
            }
        }
    }

    private sealed class Suspension(FastPath path) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                path.Resume();
            }
        }
    }
}
