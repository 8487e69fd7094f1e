namespace Synic.Ports;

/// <summary>
/// Keeps a port registered until disposed. It undoes exactly what its registration did, once, in order, and it holds
/// the map, not the partition, so it works after the partition is gone.
/// </summary>
/// <remarks>
/// <see cref="Dispose"/> drains: after it returned no callback of the port starts and none is running. A callback
/// may dispose its own port; then only its own frame is still on the stack. Two callbacks that dispose each other's
/// port on two VPs wait for each other: do not. Never hold a lock that the callback takes while disposing.
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
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _map.Remove(Registration);          // first, so that no hypercall finds the port any more
            Registration.FastPath?.Dispose();   // then the mapping inside the hypervisor
            _monitor?.Dispose();
        }
    }

    /// <summary>Disposes many handles with one barrier (a VMBus reset closes up to 2047 channels).</summary>
    public static void DisposeAll(IEnumerable<PortHandle> handles)
    {
        var mine = handles.Where(static h => Interlocked.Exchange(ref h._disposed, 1) == 0).ToArray();
        foreach (var map in mine.Select(static h => h._map).Distinct())
        {
            map.Remove([.. mine.Where(h => h._map == map).Select(static h => h.Registration)]);
        }

        foreach (var handle in mine)
        {
            handle.Registration.FastPath?.Dispose();
            handle._monitor?.Dispose();
        }
    }
}
