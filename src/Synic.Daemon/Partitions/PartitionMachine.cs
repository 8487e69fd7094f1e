using Synic.Backends;
using Synic.Guests;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>
/// A partition's machine, from power-on or a reboot to the next: its VPs and memory, what runs in it, its VMBus, and
/// what is noted about them. A guest that reboots gets a new one in the same place.
/// </summary>
internal sealed class PartitionMachine : IDisposable
{
    private int _disposed;

    public PartitionMachine(IPartition partition, int reboots, TimeProvider time)
    {
        Partition = partition;
        Reboots = reboots;
        Sampler = new PortSampler(partition.Ports.Map, time);
        Boot = new BootWatch(partition, () => VmBus?.Snapshot(), reboots, time);
    }

    public IPartition Partition { get; }

    /// <summary>Why this backend.</summary>
    public required string BackendReason { get; init; }

    /// <summary>What the machines before it counted.</summary>
    public required EarlierCounts Earlier { get; init; }

    public PortSampler Sampler { get; }

    /// <summary>How often the guest rebooted before.</summary>
    public int Reboots { get; }

    /// <summary>How the last machine ended; null for the first.</summary>
    public string? RebootReason { get; init; }

    public BootWatch Boot { get; }

    public IGuest Guest { get; set; } = new NoGuest();

    /// <summary>Null: it has none.</summary>
    public VmBusServer? VmBus { get; set; }

    /// <summary>Lets the VPs run, if there is something for them to run.</summary>
    public void Start()
    {
        if (!Partition.RunsGuestCode || Guest is not NoGuest)
        {
            Partition.Start();
        }
    }

    /// <summary>Ends the VPs; the ports of others are still there.</summary>
    public void Stop()
    {
        Partition.Stop(); // the VPs first: then nobody calls a port while it goes
        VmBus?.Dispose();
        Guest.Dispose();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Stop();
            Partition.Dispose();
        }
    }
}
