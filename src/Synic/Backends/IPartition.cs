using Synic.Emulation;
using Synic.Hypercalls;
using Synic.Memory;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Backends;

/// <summary>What runs (or plays) the virtual processors.</summary>
public enum BackendKind
{
    Emulated,
    Kvm,
    Whp,
}

/// <summary>Whether a partition's VPs run.</summary>
public enum PartitionState
{
    Created,
    Running,

    /// <summary>The guest ended by itself; see <see cref="PartitionExit"/>.</summary>
    Ended,

    /// <summary>The backend gave up; the exit says why.</summary>
    Failed,
    Stopped,
}

/// <summary>How a guest ended.</summary>
/// <param name="Clean">Power-off, or debug exit with value 0.</param>
/// <param name="DebugExitValue">The value written to the debug-exit port, if that was it.</param>
/// <param name="Reason">For people.</param>
public sealed record PartitionExit(bool Clean, uint? DebugExitValue, string Reason)
{
    /// <summary>The guest wants to begin again: on a real machine this is no end.</summary>
    public bool IsReboot { get; init; }

    /// <param name="how">For people.</param>
    public static PartitionExit Reboot(string how) =>
        new(Clean: false, DebugExitValue: null, $"the guest rebooted ({how})") { IsReboot = true };
}

/// <summary>Something a backend may or may not be able to do.</summary>
/// <param name="Name">snake_case, stable.</param>
/// <param name="Available">It works now.</param>
/// <param name="Reason">Why not, or what it rests on.</param>
public readonly record struct BackendCapability(string Name, bool Available, string Reason);

/// <summary>Why VPs left the guest. The names are the label values of the metric (in snake case).</summary>
public enum ExitReason
{
    Hypercall,
    Msr,
    Io,
    Mmio,
    MonitorWrite,
    Halt,
    Interrupted,
    Shutdown,
    Error,
    Other,
}

/// <summary>A partition of any backend: memory, VPs, ports, SynIC.</summary>
public interface IPartition : IDisposable
{
    BackendKind Backend { get; }

    /// <summary>Who keeps the SynIC's state: <c>user</c>, <c>kernel</c> or <c>emulated</c>.</summary>
    string SynicMode { get; }

    PartitionState State { get; }

    /// <summary>Null while the guest runs.</summary>
    PartitionExit? Exit { get; }

    /// <summary>Completes when the guest ended, failed or was stopped.</summary>
    Task<PartitionExit> Completion { get; }

    int VpCount { get; }

    IGuestMemory Memory { get; }

    SynicPorts Ports { get; }

    /// <summary>All VPs' SynIC state, to look at.</summary>
    GlobalSynic Synic { get; }

    /// <summary>HvPostMessage and HvSignalEvent with all checks, for whoever acts as the guest.</summary>
    PortHypercalls Hypercalls { get; }

    /// <summary>Null when there are none; the reason is among the capabilities.</summary>
    ISynicMonitor? Monitors { get; }

    IReadOnlyList<BackendCapability> Capabilities { get; }

    /// <summary>Exits so far, added over the VPs.</summary>
    long Exits(ExitReason reason);

    /// <summary>VPs execute code here; otherwise somebody has to act as the guest.</summary>
    bool RunsGuestCode { get; }

    /// <summary>The devices behind the guest's I/O ports. Before <see cref="Start"/>.</summary>
    IPortIo Devices { set; }

    /// <summary>Where VP 0 begins; the others wait for INIT and SIPI. Before <see cref="Start"/>.</summary>
    VpBootState? BootState { set; }

    /// <summary>
    /// Sets the level of an interrupt line of a device; without effect where the backend has no interrupt controller
    /// for devices. Any thread, also after the partition has ended.
    /// </summary>
    /// <param name="gsi">Global system interrupt: the IOAPIC's pin.</param>
    /// <param name="level">True: asserted.</param>
    void SetInterruptLine(uint gsi, bool level)
    {
    }

    /// <summary>Ends the guest, as its own power-off does. Any thread, a VP's too; does not wait.</summary>
    void End(PartitionExit exit);

    /// <summary>Lets the VPs run. Once.</summary>
    void Start();

    /// <summary>Stops the VPs and waits for their threads; the ports stay usable.</summary>
    void Stop();
}
