using Synic.Emulation;
using Synic.Hv;
using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>What the user-mode SynIC needs of a KVM, and what it makes of what it finds.</summary>
internal static class KvmRequirements
{
    /// <summary>Whether a partition could be made here now; the reason has the remedy.</summary>
    public static BackendProbe Probe()
    {
        if (!OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            return new BackendProbe(BackendKind.Kvm, Usable: false, "KVM is a part of Linux; here it is used on x86-64 only");
        }

        try
        {
            using var system = KvmSystem.Open();
            Check(system);
            return new BackendProbe(BackendKind.Kvm, Usable: true, $"{KvmSystem.DevicePath} can be used; the SynIC is kept in user mode");
        }
        catch (HypervisorException e)
        {
            return new BackendProbe(BackendKind.Kvm, Usable: false, e.Message);
        }
    }

    /// <exception cref="HypervisorException">Something is missing, and what.</exception>
    public static void Check(KvmSystem system)
    {
        Require(system, KvmAbi.KVM_CAP_USER_MEMORY, nameof(KvmAbi.KVM_CAP_USER_MEMORY));
        Require(system, KvmAbi.KVM_CAP_IRQCHIP, nameof(KvmAbi.KVM_CAP_IRQCHIP));
        Require(system, KvmAbi.KVM_CAP_SIGNAL_MSI, nameof(KvmAbi.KVM_CAP_SIGNAL_MSI));
        Require(system, KvmAbi.KVM_CAP_IMMEDIATE_EXIT, nameof(KvmAbi.KVM_CAP_IMMEDIATE_EXIT));
        Require(system, KvmAbi.KVM_CAP_IOEVENTFD, nameof(KvmAbi.KVM_CAP_IOEVENTFD));
        Require(system, KvmAbi.KVM_CAP_X86_USER_SPACE_MSR, nameof(KvmAbi.KVM_CAP_X86_USER_SPACE_MSR));
        Require(system, KvmAbi.KVM_CAP_X86_MSR_FILTER, nameof(KvmAbi.KVM_CAP_X86_MSR_FILTER));
    }

    public static IReadOnlyList<BackendCapability> Describe(
        KvmSystem system, PartitionOptions options, bool syncRegisters, IReferenceClock clock) =>
    [
        new("guest_code", true, "virtual processors of KVM, one thread for each"),
        new("vtl", true, "VTL 0 only"),
        new("event_fast_path", options.FastPaths, options.FastPaths
            ? "ioeventfd on the hypercall page's port, for ports of VTL 0 that do not tell flags apart"
            : "switched off for this partition"),
        new("monitor_pages", system.CheckExtension(KvmAbi.KVM_CAP_READONLY_MEM) > 0, system.CheckExtension(KvmAbi.KVM_CAP_READONLY_MEM) > 0
            ? "the child-to-parent page is a read-only memory slot: every trigger exits once"
            : "this kernel lacks KVM_CAP_READONLY_MEM"),
        new("synthetic_timers", true, "by the host's clock; expiry does not need an exit"),
        new("reference_tsc_page", clock.TryGetTscPage(out _, out _), clock.TryGetTscPage(out _, out _)
            ? "the counter MSR uses the same formula"
            : "the host's own clock is not the TSC, or its kernel does not tell the TSC offset; the counter MSR answers"),
        new("auto_eoi", true, "emulated between two runs of the VP; guests are advised against it (CPUID 0x40000004 bit 9)"),
        new("sync_registers", syncRegisters, syncRegisters
            ? "registers travel in the shared page: no ioctl for a hypercall"
            : "this kernel lacks KVM_CAP_SYNC_REGS: two ioctls more for each hypercall"),
        new("kernel_synic", false, system.CheckExtension(KvmAbi.KVM_CAP_HYPERV_SYNIC2) > 0
            ? "this KVM has it; the user-mode SynIC is used instead"
            : "this KVM is built without Hyper-V support; the user-mode SynIC does not need it"),
    ];

    private static void Require(KvmSystem system, int capability, string name)
    {
        if (system.CheckExtension(capability) <= 0)
        {
            throw new HypervisorException($"this KVM lacks {name}; Linux 5.10 or later is needed");
        }
    }
}
