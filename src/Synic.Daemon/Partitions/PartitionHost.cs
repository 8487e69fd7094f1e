using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Diagnostics;
using Synic.Guests;
using Synic.History;
using Synic.Hv;
using Synic.Ports;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>One partition in this process: what runs in it, its ports of our own, its rates, its serial output.</summary>
internal sealed partial class PartitionHost : IAsyncDisposable
{
    /// <summary>Bytes that can be typed at the serial port at once.</summary>
    public const int MaxTyped = 4096;

    private readonly Lock _typing = new(); // two callers' texts do not mix, and the room that one saw is its own
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _since;
    private readonly long _sinceTimestamp;
    private int _disposed;

    private PartitionHost(
        PartitionSettings settings, bool lab, IPartition partition, SerialOutput serial, IReadOnlyList<BackendProbe> probes,
        string reason, EventHistory events, TimeProvider time)
    {
        Settings = settings;
        Events = events;
        Lab = lab;
        Partition = partition;
        Serial = serial;
        Probes = probes;
        BackendReason = reason;
        _time = time;
        _since = time.GetUtcNow();
        _sinceTimestamp = time.GetTimestamp();
        OwnedPorts = new OwnedPorts(partition);
        Sampler = new PortSampler(partition.Ports.Map, time);
        Boot = new BootWatch(partition, () => VmBus?.Snapshot(), time);
        Metrics = new PartitionMetrics(this);
    }

    public string Name => Settings.Name;

    public PartitionSettings Settings { get; }

    /// <summary>The daemon's, for what a caller may do here.</summary>
    public bool Lab { get; }

    public IPartition Partition { get; }

    public IGuest Guest { get; private set; } = new NoGuest();

    public SerialOutput Serial { get; }

    /// <summary>What happened in it.</summary>
    public EventHistory Events { get; }

    /// <summary>Null: this partition has none.</summary>
    public VmBusServer? VmBus { get; private set; }

    public OwnedPorts OwnedPorts { get; }

    public PortSampler Sampler { get; }

    public BootWatch Boot { get; }

    public IPartitionMetrics Metrics { get; }

    public IReadOnlyList<BackendProbe> Probes { get; }

    /// <summary>Why this backend.</summary>
    public string BackendReason { get; }

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

    /// <summary>Makes everything up to the point where the VPs can start.</summary>
    /// <exception cref="HypervisorException">No backend can run it.</exception>
    /// <exception cref="SettingsException">A port of the configuration cannot be had.</exception>
    /// <exception cref="GuestImageException">The guest's file cannot be loaded.</exception>
    public static async Task<PartitionHost> CreateAsync(
        PartitionSettings settings, bool lab, IPartitionFactory factory, SynicMetrics metrics, EventHub events, TimeProvider time,
        ILoggerFactory loggers)
    {
        var history = events.AddPartition(settings.Name);
        var options = new PartitionOptions
        {
            MemoryBytes = (ulong)settings.MemoryMiB << 20,
            Vps = settings.Vps,
            OfferTimers = settings.Timers ?? WantsTimers(settings.Guest.Image),
            Dialect = settings.Dialect,
            Time = time,
            Loggers = loggers,
            Timings = metrics.TimingsOf(settings.Name),
            Tap = history.Tap,
        };
        var serial = new SerialOutput(OpenSerial(settings), $"{settings.Name}| ", time);
        var partition = factory.Create(settings.Backend, options, out var reason);
        var host = new PartitionHost(settings, lab, partition, serial, factory.Probe(), reason, history, time);
        try
        {
            partition.Synic.Counters.QueueWait = wait => metrics.RecordQueueWait(settings.Name, wait);
            host.Guest = settings.Guest switch
            {
                { Kind: GuestSettings.Demo } => LoadDemo(factory, settings, partition, serial),
                { Image: { } image } => host.LoadFile(factory, image),
                _ => host.Guest,
            };
            host.AddVmBus(loggers);
            host.AddConfiguredPorts();
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets the VPs run, if there is something for them to run.</summary>
    public void Start()
    {
        if (!Partition.RunsGuestCode || Guest is not NoGuest)
        {
            Partition.Start();
        }
    }

    /// <summary>HvPostMessage as a guest would make it.</summary>
    public HvStatus Post(Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload)
    {
        using var lease = Partition.Ports.Map.RentContext();
        return Partition.Hypercalls.PostMessage(lease.Context, vtl, connection, type, payload);
    }

    /// <summary>HvSignalEvent as a guest would make it.</summary>
    public HvStatus Signal(Vtl vtl, ConnectionId connection, ushort flag)
    {
        using var lease = Partition.Ports.Map.RentContext();
        return Partition.Hypercalls.SignalEvent(lease.Context, vtl, connection, flag);
    }

    /// <summary>Types at the guest's serial port.</summary>
    /// <returns>Null: it has none. False: it has no room for all of it, and nothing was typed.</returns>
    public bool? Type(ReadOnlySpan<byte> text)
    {
        if (Guest.SerialInput is not { } input)
        {
            return null;
        }

        lock (_typing)
        {
            return input.Room >= text.Length && input.Send(text) == text.Length;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Partition.Stop(); // the VPs first: then nobody calls a port while it goes
        VmBus?.Dispose();
        Guest.Dispose();
        OwnedPorts.Dispose();
        Partition.Dispose();
        await Serial.DisposeAsync().ConfigureAwait(false);
    }

    private static IGuest LoadDemo(IPartitionFactory factory, PartitionSettings settings, IPartition partition, SerialOutput serial)
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

    private IGuest LoadFile(IPartitionFactory factory, FileGuestOptions options)
    {
        if (!Partition.RunsGuestCode)
        {
            var others = string.Join("; ", Probes.Where(static p => !p.Usable).Select(static p => $"{Names.Of(p.Kind)}: {p.Reason}"));
            throw new GuestImageException(
                options.Path,
                $"a guest from a file needs virtual processors, and the backend {Names.Of(Partition.Backend)} has none"
                + (Settings.Backend is null ? $"; no other can be used here: {others}" : ""));
        }

        return factory.LoadFile(Partition, options with { Time = _time }, Serial);
    }

    private void AddVmBus(ILoggerFactory loggers)
    {
        if (Settings.VmBus is not { } options)
        {
            return;
        }

        try
        {
            VmBus = new VmBusServer(Partition.Ports, Partition.Memory, options, _time, loggers.CreateLogger<VmBusServer>());
        }
        catch (PortRegistrationException e)
        {
            throw new SettingsException([$"Synic:Partitions: '{Name}' cannot have a VMBus: {e.Message}"]);
        }
    }

    private void AddConfiguredPorts()
    {
        foreach (var port in Settings.Ports)
        {
            try
            {
                OwnedPorts.Add(new NewPort
                {
                    Connection = port.Connection,
                    Handler = port.Handler,
                    MinimumVtl = port.MinimumVtl,
                    Owner = "configuration",
                });
            }
            catch (PortRegistrationException e)
            {
                throw new SettingsException([$"Synic:Partitions: the port {port.Connection} of '{Name}' cannot be had: {e.Message}"]);
            }
        }
    }

    private static TextWriter? OpenSerial(PartitionSettings settings) => settings.Serial.Kind switch
    {
        SerialKind.Stdio => Console.Out,
        SerialKind.File => new StreamWriter(settings.Serial.Path!, append: true),
        _ => null,
    };
}
