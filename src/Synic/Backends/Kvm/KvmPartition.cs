using Microsoft.Extensions.Logging;
using Synic.Emulation;
using Synic.Hv;
using Synic.Interop.Linux;
using Synic.Memory;
using Synic.Ports;

namespace Synic.Backends.Kvm;

/// <summary>
/// A partition on KVM whose SynIC is kept in user mode: synthetic MSRs exit by a filter, the hypercall page exits by
/// port I/O, SINTs are MSIs to the APICs in the kernel. Needs nothing of KVM's own Hyper-V support.
/// </summary>
internal sealed class KvmPartition : UserSynicPartition
{
    // Pages that Intel processors need for real mode; far above RAM, below the APICs.
    private const ulong TssAddress = 0xFFFB_D000;
    private const ulong IdentityMapAddress = 0xFFFB_C000;

    private readonly KvmSystem _system;
    private readonly KvmVm _vm;
    private readonly KvmMemory _memory;
    private readonly KvmEventPorts _eventPorts;
    private readonly Lock _pausing = new(); // one pause of all VPs at a time
    private readonly KvmProcessor[] _processors;
    private readonly KvmVcpu _bootVcpu;

    /// <exception cref="HypervisorException">The machine refused; the message has the remedy.</exception>
    public KvmPartition(PartitionOptions options)
        : base(options, new GuestMemory(options.MemoryBytes))
    {
        Log = options.Loggers.CreateLogger(typeof(KvmPartition).FullName!);
        VcpuKick.Install();
        _system = KvmSystem.Open();
        try
        {
            KvmRequirements.Check(_system);
            _vm = _system.CreateVm();
            _vm.SetReservedPages(TssAddress, IdentityMapAddress);
            _vm.CreateIrqChip();
            _vm.MaskPics();
            _vm.EnableCap(
                KvmAbi.KVM_CAP_X86_USER_SPACE_MSR,
                KvmAbi.KVM_MSR_EXIT_REASON_UNKNOWN | KvmAbi.KVM_MSR_EXIT_REASON_FILTER,
                nameof(KvmAbi.KVM_CAP_X86_USER_SPACE_MSR));
            _vm.FilterMsrs(HvMsr.First, HvMsr.Count);
            _memory = new KvmMemory(_vm, GuestMemory.Mapping);

            var syncRegisters = !options.AvoidSyncRegisters && (_system.CheckExtension(KvmAbi.KVM_CAP_SYNC_REGS) & (int)KvmAbi.KVM_SYNC_X86_REGS) != 0;
            var vcpus = Enumerable.Range(0, options.Vps).Select(i => _vm.CreateVcpu((uint)i, syncRegisters)).ToArray();
            var clock = KvmReferenceClock.TryCreate(vcpus[0]) ?? (IReferenceClock)new StopwatchReferenceClock(options.Time);
            SetCpuid(vcpus, clock.TryGetTscPage(out _, out _), options.OfferTimers);

            Gate = new HypercallGate(GuestMemory, vp => _processors![vp.Value].IsLongMode());
            _eventPorts = new KvmEventPorts(_vm, Gate);
            var monitors = _system.CheckExtension(KvmAbi.KVM_CAP_READONLY_MEM) > 0 ? new UserMonitors(GuestMemory, vtlCount: 1, TrapWrites) { Tap = options.Tap } : null;
            Compose(clock, Gate, vtlCount: 1, monitors, options.FastPaths ? _eventPorts.Open : null);
            _processors = [.. vcpus.Select((vcpu, i) => new KvmProcessor(this, vcpu, new VpIndex((uint)i)))];
            _bootVcpu = vcpus[0];
            Capabilities = KvmRequirements.Describe(_system, options, syncRegisters, clock);
        }
        catch
        {
            _vm?.Dispose();
            _system.Dispose();
            throw;
        }
    }

    public override BackendKind Backend => BackendKind.Kvm;

    public override string SynicMode => "user";

    public override bool RunsGuestCode => true;

    public override IReadOnlyList<BackendCapability> Capabilities { get; }

    internal HypercallGate Gate { get; }

    internal IPortIo PortIo => Devices;

    internal ILogger Log { get; }

    /// <summary>Of the guest's TSC in Hz; 0 when it is not known.</summary>
    internal ulong TscFrequency => Clock.TscFrequency;

    public override long Exits(ExitReason reason) => _processors.Sum(p => p.Exits.Read(reason));

    public override void RequestInterrupt(Vtl vtl, VpIndex vp, byte vector, bool autoEoi)
    {
        if (autoEoi)
        {
            _processors[vp.Value].ExpectAutoEoi(vector);
        }

        try
        {
            _vm.SignalMsi(apicId: vp.Value, vector);
        }
        catch (ObjectDisposedException)
        {
            // The partition is gone, and its APICs with it.
        }
    }

    public override void SetInterruptLine(uint gsi, bool level)
    {
        try
        {
            _vm.SetIrqLine(gsi, level);
        }
        catch (ObjectDisposedException)
        {
            // The partition is gone, and its interrupt controllers with it.
        }
    }

    /// <summary>A guest's WRMSR; false: #GP.</summary>
    internal bool TryWriteMsr(VpIndex vp, uint msr, ulong value)
    {
        var written = Synic.TryWriteMsr(Vtl.Vtl0, vp, msr, value);
        if (msr is HvMsr.Hypercall or HvMsr.GuestOsId)
        {
            Gate.SetPage(Synic.HypercallPageEnabled ? Synic.HypercallPage : null);
        }

        return written;
    }

    /// <summary>Makes the guest's writes to a page exit. From a host thread, or from one VP's own.</summary>
    private void TrapWrites(Gpa? page)
    {
        lock (_pausing)
        {
            var paused = _processors.Where(static p => p.Pause()).ToArray();
            try
            {
                _memory.Trap(page);
            }
            finally
            {
                Array.ForEach(paused, static p => p.Resume());
            }
        }
    }

    /// <summary>A trapped write; false when it is to no monitor page.</summary>
    internal bool TriggerMonitors(DispatchContext context, Gpa gpa, ReadOnlySpan<byte> data) =>
        MonitorPages is { } monitors && monitors.HandleWrite(Map, context, Vtl.Vtl0, gpa, data);

    internal void FailVp(string reason) => Fail(reason);

    protected override void StartVps()
    {
        if (BootState is { } boot)
        {
            KvmBoot.Apply(_bootVcpu, boot);
        }

        foreach (var processor in _processors)
        {
            processor.Start();
        }
    }

    protected override void RequestStop()
    {
        foreach (var processor in _processors)
        {
            processor.RequestStop();
        }
    }

    protected override void JoinVps()
    {
        foreach (var processor in _processors)
        {
            processor.Join();
        }
    }

    protected override void DisposeVps()
    {
        foreach (var processor in _processors)
        {
            processor.Dispose();
        }

        _vm.Dispose();
        _system.Dispose();
    }

    private void SetCpuid(KvmVcpu[] vcpus, bool tscPage, bool timers)
    {
        var supported = _system.GetSupportedCpuid();
        for (var i = 0; i < vcpus.Length; i++)
        {
            vcpus[i].SetCpuid(KvmCpuid.Build(supported, new VpIndex((uint)i), vcpus.Length, tscPage, timers));
        }
    }
}
