using Synic.Backends;
using Synic.Daemon.Configuration;
using Synic.Diagnostics;
using Synic.Faults;
using Synic.Guests;
using Synic.History;
using Synic.Hv;
using Synic.Inspection;
using Synic.Ports;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>One partition in this process: what runs in it, its ports of our own, its rates, its serial output.</summary>
internal sealed partial class PartitionHost : IAsyncDisposable
{
    /// <summary>Bytes that can be typed at the serial port at once.</summary>
    public const int MaxTyped = 4096;

    private readonly Lock _typing = new(); // two callers' texts do not mix, and the room that one saw is its own
    private readonly Lock _life = new(); // guards replacing and disposing the machine; nothing else is locked before it
    private readonly PartitionFaults? _faults;
    private readonly MachineFactory _machines;
    private readonly RebootLimit _reboots;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DateTimeOffset _since;
    private readonly long _sinceTimestamp;
    private volatile PartitionMachine _machine;
    private volatile PartitionEnd? _end;
    private bool _disposed;

    private PartitionHost(
        PartitionSettings settings, PartitionFaults? faults, MachineFactory machines, PartitionMachine machine, SerialOutput serial,
        EventHistory events, TimeProvider time, ILogger logger)
    {
        Settings = settings;
        Events = events;
        _faults = faults;
        Serial = serial;
        _machines = machines;
        _machine = machine;
        _time = time;
        _logger = logger;
        _reboots = new RebootLimit(time);
        _since = time.GetUtcNow();
        _sinceTimestamp = time.GetTimestamp();
        OwnedPorts = new OwnedPorts(machine.Partition);
        Metrics = new PartitionMetrics(this);
        Tree = new PartitionTree(this, time);
    }

    public string Name => Settings.Name;

    public PartitionSettings Settings { get; }

    /// <summary>The daemon's, for what a caller may do here.</summary>
    public bool Lab => _faults is not null;

    /// <summary>Null: faults are not injected here. They go on over a reboot.</summary>
    public FaultRules? Faults => _faults?.Rules;

    /// <summary>What a reboot replaces, all of it at once: who needs two parts of it asks once.</summary>
    public PartitionMachine Machine => _machine;

    public IPartition Partition => _machine.Partition;

    public IGuest Guest => _machine.Guest;

    /// <summary>What happened in it.</summary>
    public EventHistory Events { get; }

    /// <summary>Null: this partition has none.</summary>
    public VmBusServer? VmBus => _machine.VmBus;

    public PortSampler Sampler => _machine.Sampler;

    /// <summary>Why this backend.</summary>
    public string BackendReason => _machine.BackendReason;

    /// <summary>Of the machine that runs now.</summary>
    public BootWatch Boot => _machine.Boot;

    /// <summary>Goes on over a reboot, as the metrics do.</summary>
    public SerialOutput Serial { get; }

    /// <summary>They are there again after a reboot.</summary>
    public OwnedPorts OwnedPorts { get; }

    public IPartitionMetrics Metrics { get; }

    public IReadOnlyList<BackendProbe> Probes => _machines.Probes;

    /// <summary>All of it, by path.</summary>
    public IInspectable Tree { get; }

    /// <summary>How often the guest rebooted.</summary>
    public int Reboots => _machine.Reboots;

    /// <summary>As the partition's, but a guest that reboots is not at its end.</summary>
    public PartitionState State => _end?.State ?? (IsRebooting ? PartitionState.Running : Partition.State);

    /// <summary>How it all ended; null while the guest runs or reboots.</summary>
    public PartitionExit? Exit => _end?.Exit ?? (IsRebooting ? null : Partition.Exit);

    private bool IsRebooting => Settings.RestartOnReboot && Partition.Exit is { IsReboot: true };

    /// <summary>Makes everything up to the point where the VPs can start.</summary>
    /// <exception cref="HypervisorException">No backend can run it.</exception>
    /// <exception cref="SettingsException">A port of the configuration cannot be had.</exception>
    /// <exception cref="GuestImageException">The guest's file cannot be loaded.</exception>
    public static async Task<PartitionHost> CreateAsync(
        PartitionSettings settings, bool lab, IPartitionFactory factory, SynicMetrics metrics, EventHub events, TimeProvider time,
        ILoggerFactory loggers, FaultKillSwitch? killSwitch = null, FaultStateFile? faultState = null)
    {
        var history = events.AddPartition(settings.Name);
        var serial = SerialOutput.Open(settings.Serial, $"{settings.Name}| ", time);
        var faults = lab ? new PartitionFaults(killSwitch ?? new FaultKillSwitch(time), history.Tap, time, faultState) : null;
        PartitionHost? host = null;
        try
        {
            var machines = new MachineFactory(settings, factory, serial, metrics, history.Tap, time, loggers, faults);
            host = new PartitionHost(
                settings, faults, machines, machines.Create(), serial, history, time, loggers.CreateLogger<PartitionHost>());
            if (faults is not null)
            {
                events.NameRules(settings.Name, number => faults.Rules?.IdOf(number));
                faults.Restore(settings.Name);
            }

            host.AddConfiguredPorts();
            return host;
        }
        catch
        {
            faults?.Dispose();
            await ((IAsyncDisposable?)host ?? serial).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lets the VPs run, if there is something for them to run.</summary>
    public void Start() => _machine.Start();

    /// <summary>
    /// Waits for the guest's end. A guest that reboots is given a fresh machine and goes on, where the settings say so.
    /// </summary>
    public async Task<PartitionExit> RunToEndAsync()
    {
        while (true)
        {
            var machine = _machine;
            var exit = await machine.Partition.Completion.ConfigureAwait(false);
            if (!exit.IsReboot || !Settings.RestartOnReboot || !TryReboot(machine, exit))
            {
                return _end?.Exit ?? exit;
            }
        }
    }

    /// <summary>HvPostMessage as a guest would make it.</summary>
    public HvStatus Post(Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload) =>
        Post(vtl, connection, type, payload, out _);

    /// <summary>HvPostMessage as a guest would make it; says which fault rule acted on it.</summary>
    public HvStatus Post(Vtl vtl, ConnectionId connection, uint type, ReadOnlySpan<byte> payload, out string? injectedBy)
    {
        using var lease = Partition.Ports.Map.RentContext();
        lease.Context.InjectedBy = null;
        var status = Partition.Hypercalls.PostMessage(lease.Context, vtl, connection, type, payload);
        injectedBy = lease.Context.InjectedBy?.Id;
        return status;
    }

    /// <summary>HvSignalEvent as a guest would make it.</summary>
    public HvStatus Signal(Vtl vtl, ConnectionId connection, ushort flag) => Signal(vtl, connection, flag, out _);

    /// <summary>HvSignalEvent as a guest would make it; says which fault rule acted on it.</summary>
    public HvStatus Signal(Vtl vtl, ConnectionId connection, ushort flag, out string? injectedBy)
    {
        using var lease = Partition.Ports.Map.RentContext();
        lease.Context.InjectedBy = null;
        var status = Partition.Hypercalls.SignalEvent(lease.Context, vtl, connection, flag);
        injectedBy = lease.Context.InjectedBy?.Id;
        return status;
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
        lock (_life)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _faults?.Dispose(); // first: a VP that a rule holds could not stop
            _machine.Stop();
            OwnedPorts.Dispose();
            _machine.Dispose();
        }

        await Serial.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryReboot(PartitionMachine ended, PartitionExit exit)
    {
        lock (_life)
        {
            if (_disposed)
            {
                return false;
            }

            if (!_reboots.TryAcquire())
            {
                return GiveUp(PartitionState.Ended, $"{exit.Reason}; it rebooted {RebootLimit.Most} times within {RebootLimit.Window.TotalSeconds:0} s before, so it was not started again");
            }

            Serial.Note($"synicd: {exit.Reason}, boot {ended.Reboots + 2}");
            _logger.Rebooted(Name, exit.Reason, ended.Reboots + 1);
            try
            {
                OwnedPorts.Move(() => Replace(ended, exit).Partition, (port, e) => _logger.PortLost(Name, port.Connection, e.Message));
                _machine.Start();
                return true;
            }
            catch (Exception e) // whatever it is: nobody else would tell that this guest does not run
            {
                return GiveUp(PartitionState.Failed, $"{exit.Reason}, and could not be started again: {e.Message}");
            }
        }
    }

    // The old machine goes first: two do not fit into the memory that one was planned for.
    private PartitionMachine Replace(PartitionMachine ended, PartitionExit exit)
    {
        ended.Dispose();
        return _machine = _machines.Create(ended, exit);
    }

    private bool GiveUp(PartitionState state, string reason)
    {
        _end = new PartitionEnd(state, new PartitionExit(Clean: false, DebugExitValue: null, reason));
        Serial.Note($"synicd: {reason}");
        _logger.RebootRefused(Name, reason);
        return false;
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

    private sealed record PartitionEnd(PartitionState State, PartitionExit Exit);
}
