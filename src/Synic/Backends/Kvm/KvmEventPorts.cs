using Synic.Hv;
using Synic.Interop;
using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>
/// The event fast path of the user-mode SynIC: KVM matches the connection id that the hypercall page writes to an I/O
/// port, and signals the port's event without an exit (the twin of KVM_HYPERV_EVENTFD, on any KVM).
/// </summary>
internal sealed class KvmEventPorts(KvmVm vm, HypercallGate gate)
{
    private int _count;

    /// <summary>Ports that are signalled without an exit now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <exception cref="HypervisorException">KVM has the connection already, or has no room.</exception>
    public IDisposable Open(ConnectionId connection, HostEvent hostEvent)
    {
        var errno = vm.IoEventFd(hostEvent, HypercallGate.SignalPort, connection.Value, assign: true);
        if (errno != 0)
        {
            throw new HypervisorException(
                nameof(KvmAbi.KVM_IOEVENTFD), errno,
                errno == LibC.EEXIST ? $"connection {connection} is signalled by the kernel already" : null);
        }

        Interlocked.Increment(ref _count);
        gate.CountFastPath(1);
        return new Mapping(this, connection, hostEvent);
    }

    private void Close(ConnectionId connection, HostEvent hostEvent)
    {
        try
        {
            vm.IoEventFd(hostEvent, HypercallGate.SignalPort, connection.Value, assign: false);
        }
        catch (ObjectDisposedException)
        {
            // The VM or the event is gone, and the pair with it.
        }

        Interlocked.Decrement(ref _count);
        gate.CountFastPath(-1);
    }

    private sealed class Mapping(KvmEventPorts ports, ConnectionId connection, HostEvent hostEvent) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                ports.Close(connection, hostEvent);
            }
        }
    }
}
