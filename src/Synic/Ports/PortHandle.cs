namespace Synic.Ports;

/// <summary>
/// Keeps a port registered until disposed. It undoes exactly what its registration did, once, in order, and it holds
/// the map, not the partition, so it works after the partition is gone.
/// </summary>
/// <remarks>
/// <see cref="Dispose"/> drains: after it returned no callback of the port starts and none is running, and its ids are
/// free. A callback may dispose its own port; then only its own frame is still on the stack. Two callbacks that
/// dispose each other's port on two VPs wait for each other: do not. Never hold a lock that the callback takes while
/// disposing. A second dispose returns at once, also while the first still waits.
/// </remarks>
public sealed class PortHandle : IDisposable
{
    private readonly SynicPortMap _map;
    private readonly IDisposable? _monitor;
    private int _disposed;

    internal PortHandle(SynicPortMap map, PortRegistration registration, IDisposable? monitor)
    {
        _map = map;
        Registration = registration;
        _monitor = monitor;
    }

    public PortRegistration Registration { get; }

    public void Dispose()
    {
        if (TryBegin())
        {
            _map.Unpublish(Registration);   // first, so that no hypercall finds the port any more
            try
            {
                Undo();                     // then the mapping inside the hypervisor, and the monitor id
            }
            finally
            {
                _map.Release(Registration); // last, so that who takes the ids next finds all of it free
            }
        }
    }

    /// <summary>Disposes many handles with one barrier (a VMBus reset closes up to 2047 channels).</summary>
    /// <exception cref="AggregateException">Something of a backend could not be undone; all ports are gone nevertheless.</exception>
    public static void DisposeAll(IEnumerable<PortHandle> handles)
    {
        PortHandle[] all = [.. handles]; // before any is begun, should the sequence throw
        List<Exception> errors = [];
        foreach (var group in all.Where(static h => h.TryBegin()).GroupBy(static h => h._map))
        {
            PortRegistration[] registrations = [.. group.Select(static h => h.Registration)];
            group.Key.Unpublish(registrations);
            foreach (var handle in group)
            {
                try
                {
                    handle.Undo();
                }
                catch (Exception e)
                {
                    errors.Add(e);
                }
            }

            group.Key.Release(registrations);
        }

        if (errors.Count != 0)
        {
            throw new AggregateException(errors);
        }
    }

    private bool TryBegin() => Interlocked.Exchange(ref _disposed, 1) == 0;

    private void Undo()
    {
        try
        {
            Registration.FastPath?.Dispose();
        }
        finally
        {
            _monitor?.Dispose();
        }
    }
}
