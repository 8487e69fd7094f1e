using Synic.Backends;
using Synic.Emulation;
using Synic.Guests;
using Synic.Hv;
using Synic.Hypercalls;
using Synic.Daemon.Partitions;
using Synic.Interop;
using Synic.Memory;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Daemon.Tests;

/// <summary>Partitions whose backend has, lacks, refuses or loses what a test wants.</summary>
internal sealed class FakePartitionFactory : IPartitionFactory
{
    public bool WithoutMonitors { get; init; }

    /// <summary>Answers a port's wish for a fast path; null for a backend without them.</summary>
    public Func<IDisposable?>? OpenFastPath { get; init; }

    /// <summary>Thrown when a partition is to be made.</summary>
    public HypervisorException? Refusal { get; set; }

    /// <summary>Thrown when the backend is asked what it can do.</summary>
    public Exception? Defect { get; init; }

    /// <summary>Loaded for a guest from a file, whichever; null: the backend runs no guest code.</summary>
    public IGuest? FileGuest { get; init; }

    public FakePartition? Last { get; private set; }

    public IReadOnlyList<BackendProbe> Probe() =>
    [
        new BackendProbe(BackendKind.Kvm, Usable: false, "a fake has no KVM"),
        new BackendProbe(BackendKind.Emulated, Usable: true, "a fake"),
    ];

    public IPartition Create(BackendKind? kind, PartitionOptions options, out string reason)
    {
        reason = "a test asked for it";
        return Refusal is null
            ? Last = new FakePartition(HypervisorCatalog.Create(BackendKind.Emulated, options, out _), options, this)
            : throw Refusal;
    }

    public IGuest LoadDemo(IPartition partition, DemoGuestOptions options, ISerialSink serial) => throw new NotSupportedException();

    public IGuest LoadFile(IPartition partition, FileGuestOptions options, ISerialSink serial) => FileGuest!;

    /// <summary>An emulated partition, seen through another SynIC.</summary>
    internal sealed class FakePartition : IPartition, ISynic
    {
        private readonly IPartition _inner;
        private readonly FakePartitionFactory _factory;
        private readonly TaskCompletionSource<PartitionExit> _completion = new();
        private PartitionState? _state;

        public FakePartition(IPartition inner, PartitionOptions options, FakePartitionFactory factory)
        {
            _inner = inner;
            _factory = factory;
            Ports = new SynicPorts(inner.Ports.Map, this);
            Hypercalls = new PortHypercalls(Ports.Map, this, options.Dialect, options.Timings, options.Tap);
        }

        public BackendKind Backend => _inner.Backend;

        public string SynicMode => _inner.SynicMode;

        public PartitionState State => _state ?? _inner.State;

        public PartitionExit? Exit { get; private set; }

        public Task<PartitionExit> Completion => _completion.Task;

        public int VpCount => _inner.VpCount;

        public IGuestMemory Memory => _inner.Memory;

        public SynicPorts Ports { get; }

        public GlobalSynic Synic => _inner.Synic;

        public PortHypercalls Hypercalls { get; }

        public ISynicMonitor? Monitors => _factory.WithoutMonitors ? null : _inner.Monitors;

        public IReadOnlyList<BackendCapability> Capabilities => _factory.Defect is null
            ? [new BackendCapability("monitor_pages", Available: false, "a fake has none")]
            : throw _factory.Defect;

        public bool RunsGuestCode => _factory.FileGuest is not null;

        public IPortIo Devices
        {
            set => throw new NotSupportedException();
        }

        public VpBootState? BootState
        {
            set => throw new NotSupportedException();
        }

        public bool PrefersHostEvents => false;

        public ISynicMonitor? MonitorSupport => Monitors;

        /// <summary>The guest ends, or the backend gives up, as a real one would tell it.</summary>
        public void EndAs(PartitionState state, PartitionExit exit)
        {
            _state = state;
            Exit = exit;
            _completion.TrySetResult(exit);
        }

        public long Exits(ExitReason reason) => _inner.Exits(reason);

        public void End(PartitionExit exit) => EndAs(PartitionState.Ended, exit);

        public void Start() => _inner.Start();

        public void Stop()
        {
            _inner.Stop();
            _completion.TrySetResult(new PartitionExit(Clean: true, DebugExitValue: null, "stopped"));
        }

        public void Dispose() => _inner.Dispose();

        public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload) =>
            Synic.PostMessage(vtl, vp, sint, type, payload);

        public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) =>
            Synic.WaitForRoomAsync(vtl, vp, sint, cancellation);

        public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) =>
            Synic.SignalEvent(vtl, vp, sint, flag);

        public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => Synic.QueueLength(vtl, vp, sint);

        public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent) =>
            _factory.OpenFastPath?.Invoke();
    }

    /// <summary>A shortcut that only says whether it is there.</summary>
    internal sealed class Shortcut : IDisposable
    {
        public bool Open { get; private set; }

        public IDisposable Enter()
        {
            Open = true;
            return this;
        }

        public void Dispose() => Open = false;
    }
}
