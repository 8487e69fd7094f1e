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

    /// <summary>Takes the shortcut away until the result is disposed; holders are counted.</summary>
    public IDisposable Suspend()
    {
        lock (_gate)
        {
            if (_suspensions++ == 0)
            {
                _mapping?.Dispose();
                _mapping = null;
            }
        }

        return new Suspension(this);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _mapping?.Dispose();
            _mapping = null;
        }
    }

    private void Resume()
    {
        lock (_gate)
        {
            if (--_suspensions == 0 && !_disposed)
            {
                _mapping = open();
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
