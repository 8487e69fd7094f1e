using Synic.Emulation;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Interop;
using Synic.Memory;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Backends;

/// <summary>
/// The part that all partitions share whose SynIC is kept in this process: memory, port map, emulation, hypercalls,
/// timers, and the way they end.
/// </summary>
internal abstract class UserSynicPartition : IPartition, IInterruptTarget
{
    private readonly TaskCompletionSource<PartitionExit> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lifetime = new(); // guards _state, _exit and _timers
    private PartitionState _state = PartitionState.Created;
    private PartitionExit? _exit;
    private TimerPump? _timers;

    protected UserSynicPartition(PartitionOptions options, GuestMemory memory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Vps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Vps, PartitionOptions.MaxVps);
        Options = options;
        GuestMemory = memory;
        Map = new SynicPortMap(options.Time, options.Loggers.CreateLogger(typeof(SynicPortMap).FullName!)) { Tap = options.Tap };
    }

    public abstract BackendKind Backend { get; }

    public abstract string SynicMode { get; }

    public abstract bool RunsGuestCode { get; }

    public abstract IReadOnlyList<BackendCapability> Capabilities { get; }

    public PartitionState State
    {
        get
        {
            lock (_lifetime)
            {
                return _state;
            }
        }
    }

    public PartitionExit? Exit
    {
        get
        {
            lock (_lifetime)
            {
                return _exit;
            }
        }
    }

    public Task<PartitionExit> Completion => _completion.Task;

    public int VpCount => Options.Vps;

    public IGuestMemory Memory => GuestMemory;

    public SynicPorts Ports { get; private set; } = null!;

    public GlobalSynic Synic { get; private set; } = null!;

    public PortHypercalls Hypercalls { get; private set; } = null!;

    public ISynicMonitor? Monitors => MonitorPages;

    public IPortIo Devices { protected get; set; } = NoPortIo.Instance;

    public VpBootState? BootState { protected get; set; }

    internal SynicPortMap Map { get; }

    internal HypercallDispatcher Dispatcher { get; private set; } = null!;

    internal UserMonitors? MonitorPages { get; private set; }

    internal TimeProvider Time => Options.Time;

    protected PartitionOptions Options { get; }

    protected GuestMemory GuestMemory { get; }

    protected IReferenceClock Clock { get; private set; } = null!;

    public abstract long Exits(ExitReason reason);

    public abstract void RequestInterrupt(Vtl vtl, VpIndex vp, byte vector, bool autoEoi);

    public virtual void SetInterruptLine(uint gsi, bool level)
    {
    }

    public void Start()
    {
        lock (_lifetime)
        {
            if (_state != PartitionState.Created)
            {
                throw new InvalidOperationException($"a partition starts once; this one is {_state}");
            }

            _state = PartitionState.Running;
            Options.Tap?.BackendState((ushort)_state);
            _timers = new TimerPump($"synic timers {Backend}", Clock, Synic.RunTimers);
        }

        StartVps();
    }

    public void End(PartitionExit exit) => Finish(PartitionState.Ended, exit);

    public void Stop()
    {
        Finish(PartitionState.Stopped, new PartitionExit(Clean: true, DebugExitValue: null, "stopped by the host"));
        JoinVps();
        TimerPump? timers;
        lock (_lifetime)
        {
            timers = _timers;
            _timers = null;
        }

        timers?.Dispose();
    }

    public void Dispose()
    {
        Stop();
        Synic.Close();
        DisposeVps();
        Options.Tap?.Retire();
        GuestMemory.Discard();
    }

    /// <summary>The backend gives up.</summary>
    protected internal void Fail(string reason) =>
        Finish(PartitionState.Failed, new PartitionExit(Clean: false, DebugExitValue: null, reason));

    /// <summary>Puts the parts together; the derived constructor calls it once its clock exists.</summary>
    protected void Compose(
        IReferenceClock clock, IHypercallPageSource hypercallPage, int vtlCount, UserMonitors? monitors,
        Func<ConnectionId, HostEvent, IDisposable?>? hostEventPort)
    {
        Clock = clock;
        Synic = new GlobalSynic(GuestMemory, clock, this, new GlobalSynicOptions
        {
            VpCount = Options.Vps,
            VtlCount = vtlCount,
            QueueCapacity = Options.QueueCapacity,
            DeadlineChanged = WakeTimers,
            HypercallPage = hypercallPage,
            Tap = Options.Tap,
            ResetRequested = () => End(PartitionExit.Reboot("HV_X64_MSR_RESET")),
            CrashNotified = crash => End(new PartitionExit(Clean: false, DebugExitValue: null, Describe(crash))),
        });
        MonitorPages = monitors;
        var synic = new UserSynic(Synic, MonitorPages, hostEventPort);
        Ports = new SynicPorts(Map, synic);
        Hypercalls = new PortHypercalls(Map, synic, Options.Dialect, Options.Timings, Options.Tap);
        Dispatcher = new HypercallDispatcher(GuestMemory, Hypercalls, new SynicRegisterAccess(Synic), Options.Dialect);
    }

    protected abstract void StartVps();

    /// <summary>Tells the VPs to stop; does not wait.</summary>
    protected abstract void RequestStop();

    protected abstract void JoinVps();

    /// <summary>Frees what the hypervisor holds; the VPs' threads have ended.</summary>
    protected abstract void DisposeVps();

    private void Finish(PartitionState state, PartitionExit exit)
    {
        lock (_lifetime)
        {
            if (_state is not (PartitionState.Created or PartitionState.Running))
            {
                return;
            }

            _state = state;
            _exit = exit;
            Options.Tap?.BackendState((ushort)state);
        }

        RequestStop();
        _completion.TrySetResult(exit);
    }

    private static string Describe(GuestCrash crash) =>
        $"the guest said that it crashed on VP {crash.Vp}: P0 0x{crash.P0:x}, P1 0x{crash.P1:x}, P2 0x{crash.P2:x}, P3 0x{crash.P3:x}, P4 0x{crash.P4:x}";

    private void WakeTimers()
    {
        lock (_lifetime)
        {
            _timers?.Wake(); // under the lock, so that it is not disposed meanwhile; it never blocks
        }
    }
}
