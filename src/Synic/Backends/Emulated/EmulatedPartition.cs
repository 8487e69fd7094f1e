using Synic.Emulation;
using Synic.Hv;
using Synic.Memory;

namespace Synic.Backends.Emulated;

/// <summary>
/// A partition without virtual processors: whoever holds it acts as the guest, through the same registers, memory and
/// hypercalls that a real guest uses. Runs anywhere; three VTLs.
/// </summary>
internal sealed class EmulatedPartition : UserSynicPartition
{
    private readonly EmulatedProcessor[] _processors;

    public EmulatedPartition(PartitionOptions options)
        : base(options, new GuestMemory(options.MemoryBytes))
    {
        Compose(
            new StopwatchReferenceClock(options.Time), new EmulatedHypercallPage(), Vtl.Count,
            new UserMonitors(GuestMemory, Vtl.Count, trap: null) { Tap = options.Tap }, hostEventPort: null);
        _processors = [.. Enumerable.Range(0, options.Vps).Select(i => new EmulatedProcessor(this, new VpIndex((uint)i)))];
    }

    public override BackendKind Backend => BackendKind.Emulated;

    public override string SynicMode => "emulated";

    public override bool RunsGuestCode => false;

    public override IReadOnlyList<BackendCapability> Capabilities { get; } =
    [
        new("guest_code", false, "no virtual processors: the API, the simulator or a test acts as the guest"),
        new("vtl", true, "VTL 0 to 2"),
        new("event_fast_path", false, "there is no hypervisor that could signal by itself"),
        new("monitor_pages", true, "writes through the emulated processors are checked"),
        new("synthetic_timers", true, "by the host's clock"),
        new("reference_tsc_page", false, "no guest TSC; the page stays invalid and the counter MSR answers"),
    ];

    /// <summary>Called by <see cref="IPartition.Start"/>: whoever acts as the guest may begin.</summary>
    public Action? Started { get; set; }

    /// <summary>Called when the partition ends: whoever acts as the guest shall stop. Must not block.</summary>
    public Action? StopRequested { get; set; }

    public EmulatedProcessor Processor(VpIndex vp) => _processors[vp.Value];

    public override long Exits(ExitReason reason) => _processors.Sum(p => p.Exits.Read(reason));

    public override void RequestInterrupt(Vtl vtl, VpIndex vp, byte vector, bool autoEoi) =>
        _processors[vp.Value].Interrupt(vtl, vector);

    protected override void StartVps() => Started?.Invoke();

    protected override void RequestStop() => StopRequested?.Invoke();

    protected override void JoinVps()
    {
    }

    protected override void DisposeVps()
    {
    }

    private sealed class EmulatedHypercallPage : IHypercallPageSource
    {
        // Nobody executes it; INT3 all over says so to whoever looks.
        public void Fill(Vtl vtl, VpIndex vp, Span<byte> page) => page.Fill(0xCC);
    }
}
