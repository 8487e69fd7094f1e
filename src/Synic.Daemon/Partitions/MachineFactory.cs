using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Diagnostics;
using Synic.Guests;
using Synic.History;
using Synic.Hv;
using Synic.Ports;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>Makes a partition's machine, the first one and one for each reboot, always by the same settings.</summary>
internal sealed class MachineFactory(
    PartitionSettings settings, IPartitionFactory factory, SerialOutput serial, SynicMetrics metrics, CallTap tap, TimeProvider time,
    ILoggerFactory loggers, PartitionFaults? faults)
{
    public IReadOnlyList<BackendProbe> Probes { get; } = factory.Probe();

    /// <summary>Makes everything up to the point where the VPs can start, but for the ports of the configuration.</summary>
    /// <param name="before">The machine that the guest rebooted; its backend is kept.</param>
    /// <param name="exit">How that one ended.</param>
    /// <exception cref="HypervisorException">No backend can run it.</exception>
    /// <exception cref="SettingsException">The demo or the VMBus cannot be had.</exception>
    /// <exception cref="GuestImageException">The guest's file cannot be loaded.</exception>
    public PartitionMachine Create(PartitionMachine? before = null, PartitionExit? exit = null)
    {
        var options = new PartitionOptions
        {
            MemoryBytes = (ulong)settings.MemoryMiB << 20,
            Vps = settings.Vps,
            OfferTimers = settings.Timers ?? WantsTimers(settings.Guest.Image),
            Dialect = settings.Dialect,
            Time = time,
            Loggers = loggers,
            Timings = metrics.TimingsOf(settings.Name),
            Tap = tap,
        };
        var partition = factory.Create(before?.Partition.Backend ?? settings.Backend, options, out var reason);
        var machine = new PartitionMachine(partition, before is null ? 0 : before.Reboots + 1, time)
        {
            BackendReason = before?.BackendReason ?? reason,
            Earlier = before is null ? EarlierCounts.None : before.Earlier.Plus(before.Partition),
            RebootReason = exit?.Reason,
        };
        try
        {
            faults?.Attach(machine); // before anything is registered: rules may act on that, too
            partition.Synic.Counters.QueueWait = wait => metrics.RecordQueueWait(settings.Name, wait);
            machine.Guest = settings.Guest switch
            {
                { Kind: GuestSettings.Demo } => LoadDemo(partition),
                { Image: { } image } => LoadFile(partition, image),
                _ => machine.Guest,
            };
            machine.VmBus = CreateVmBus(partition);
            return machine;
        }
        catch
        {
            machine.Dispose();
            throw;
        }
    }

    private static bool WantsTimers(FileGuestOptions? image)
    {
        try
        {
            return image is null || FileGuest.WantsTimers(image);
        }
        catch (GuestImageException)
        {
            return true; // loading it will say what is wrong
        }
    }

    private IGuest LoadDemo(IPartition partition)
    {
        try
        {
            return factory.LoadDemo(partition, new DemoGuestOptions { RoundsPerSecond = settings.Guest.RoundsPerSecond }, serial);
        }
        catch (ArgumentException e)
        {
            throw new SettingsException([$"Synic:Partitions: '{settings.Name}' cannot run the demo guest: {e.Message}"]);
        }
    }

    private IGuest LoadFile(IPartition partition, FileGuestOptions options)
    {
        if (!partition.RunsGuestCode)
        {
            var others = string.Join("; ", Probes.Where(static p => !p.Usable).Select(static p => $"{Names.Of(p.Kind)}: {p.Reason}"));
            throw new GuestImageException(
                options.Path,
                $"a guest from a file needs virtual processors, and the backend {Names.Of(partition.Backend)} has none"
                + (settings.Backend is null ? $"; no other can be used here: {others}" : ""));
        }

        return factory.LoadFile(partition, options with { Time = time }, serial);
    }

    private VmBusServer? CreateVmBus(IPartition partition)
    {
        if (settings.VmBus is not { } options)
        {
            return null;
        }

        try
        {
            return new VmBusServer(partition.Ports, partition.Memory, options, time, loggers.CreateLogger<VmBusServer>());
        }
        catch (PortRegistrationException e)
        {
            throw new SettingsException([$"Synic:Partitions: '{settings.Name}' cannot have a VMBus: {e.Message}"]);
        }
    }
}
