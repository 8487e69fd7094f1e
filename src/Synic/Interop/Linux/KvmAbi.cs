using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Synic.Interop.Linux;

/// <summary>Request numbers, capabilities and structs of linux/kvm.h for x86-64, under their own names.</summary>
internal static class KvmAbi
{
    internal const int KVM_API_VERSION = 12;

    internal const nuint KVM_GET_API_VERSION = 0xAE00;
    internal const nuint KVM_CREATE_VM = 0xAE01;
    internal const nuint KVM_CHECK_EXTENSION = 0xAE03;
    internal const nuint KVM_GET_VCPU_MMAP_SIZE = 0xAE04;
    internal const nuint KVM_GET_SUPPORTED_CPUID = 0xC008AE05;

    internal const nuint KVM_CREATE_VCPU = 0xAE41;
    internal const nuint KVM_SET_USER_MEMORY_REGION = 0x4020AE46;
    internal const nuint KVM_SET_TSS_ADDR = 0xAE47;
    internal const nuint KVM_SET_IDENTITY_MAP_ADDR = 0x4008AE48;
    internal const nuint KVM_CREATE_IRQCHIP = 0xAE60;
    internal const nuint KVM_IRQ_LINE = 0x4008AE61;
    internal const nuint KVM_GET_IRQCHIP = 0xC208AE62;
    internal const nuint KVM_SET_IRQCHIP = 0x8208AE63;
    internal const nuint KVM_IOEVENTFD = 0x4040AE79;
    internal const nuint KVM_ENABLE_CAP = 0x4068AEA3;
    internal const nuint KVM_SIGNAL_MSI = 0x4020AEA5;
    internal const nuint KVM_X86_SET_MSR_FILTER = 0x4188AEC6;

    internal const nuint KVM_RUN = 0xAE80;
    internal const nuint KVM_GET_REGS = 0x8090AE81;
    internal const nuint KVM_SET_REGS = 0x4090AE82;
    internal const nuint KVM_GET_SREGS = 0x8138AE83;
    internal const nuint KVM_SET_SREGS = 0x4138AE84;
    internal const nuint KVM_GET_MSRS = 0xC008AE88;
    internal const nuint KVM_SET_MSRS = 0x4008AE89;
    internal const nuint KVM_GET_LAPIC = 0x8400AE8E;
    internal const nuint KVM_SET_LAPIC = 0x4400AE8F;
    internal const nuint KVM_SET_CPUID2 = 0x4008AE90;
    internal const nuint KVM_GET_MP_STATE = 0x8004AE98;
    internal const nuint KVM_GET_TSC_KHZ = 0xAEA3;
    internal const nuint KVM_GET_DEVICE_ATTR = 0x4018AEE2;

    internal const int KVM_CAP_IRQCHIP = 0;
    internal const int KVM_CAP_USER_MEMORY = 3;
    internal const int KVM_CAP_IOEVENTFD = 36;
    internal const int KVM_CAP_SYNC_REGS = 74;
    internal const int KVM_CAP_SIGNAL_MSI = 77;
    internal const int KVM_CAP_READONLY_MEM = 81;
    internal const int KVM_CAP_HYPERV_SYNIC2 = 148;
    internal const int KVM_CAP_IMMEDIATE_EXIT = 136;
    internal const int KVM_CAP_X86_USER_SPACE_MSR = 188;
    internal const int KVM_CAP_X86_MSR_FILTER = 189;

    internal const ulong KVM_MSR_EXIT_REASON_UNKNOWN = 2;
    internal const ulong KVM_MSR_EXIT_REASON_FILTER = 4;
    internal const uint KVM_MSR_FILTER_READ = 1;
    internal const uint KVM_MSR_FILTER_WRITE = 2;

    internal const uint KVM_EXIT_IO = 2;
    internal const uint KVM_EXIT_HLT = 5;
    internal const uint KVM_EXIT_MMIO = 6;
    internal const uint KVM_EXIT_SHUTDOWN = 8;
    internal const uint KVM_EXIT_FAIL_ENTRY = 9;
    internal const uint KVM_EXIT_INTR = 10;
    internal const uint KVM_EXIT_INTERNAL_ERROR = 17;
    internal const uint KVM_EXIT_SYSTEM_EVENT = 24;
    internal const uint KVM_EXIT_X86_RDMSR = 29;
    internal const uint KVM_EXIT_X86_WRMSR = 30;

    internal const uint KVM_IOEVENTFD_FLAG_DATAMATCH = 1;
    internal const uint KVM_IOEVENTFD_FLAG_PIO = 2;
    internal const uint KVM_IOEVENTFD_FLAG_DEASSIGN = 4;

    internal const uint KVM_MEM_READONLY = 2;

    internal const ulong KVM_SYNC_X86_REGS = 1;

    internal const uint KVM_CPUID_FLAG_SIGNIFCANT_INDEX = 1;
    internal const uint MSR_IA32_TSC = 0x10;
    internal const uint X2APIC_EOI = 0x80B;

    internal const int ImmediateExitOffset = 1;
    internal const int ExitReasonOffset = 8;
    internal const int ExitUnionOffset = 32;
    internal const int ValidRegsOffset = 288;
    internal const int DirtyRegsOffset = 296;
    internal const int SyncRegsOffset = 304;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_userspace_memory_region
{
    public uint slot;
    public uint flags;
    public ulong guest_phys_addr;
    public ulong memory_size;
    public ulong userspace_addr;
}

/// <summary>General registers, in the kernel's order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct kvm_regs
{
    public ulong rax, rbx, rcx, rdx;
    public ulong rsi, rdi, rsp, rbp;
    public ulong r8, r9, r10, r11;
    public ulong r12, r13, r14, r15;
    public ulong rip, rflags;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_segment
{
    public ulong @base;
    public uint limit;
    public ushort selector;
    public byte type;
    public byte present, dpl, db, s, l, g, avl;
    public byte unusable;
    public byte padding;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_dtable
{
    public ulong @base;
    public ushort limit;
    public ushort padding0, padding1, padding2;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_sregs
{
    public kvm_segment cs, ds, es, fs, gs, ss;
    public kvm_segment tr, ldt;
    public kvm_dtable gdt, idt;
    public ulong cr0, cr2, cr3, cr4, cr8;
    public ulong efer;
    public ulong apic_base;
    public ulong interrupt_bitmap0, interrupt_bitmap1, interrupt_bitmap2, interrupt_bitmap3;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_cpuid_entry2
{
    public uint function;
    public uint index;
    public uint flags;
    public uint eax, ebx, ecx, edx;
    public uint padding0, padding1, padding2;
}

/// <summary>kvm_cpuid2 with room for as many leaves as any processor has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct kvm_cpuid2
{
    internal const int Capacity = 256;

    public uint nent;
    public uint padding;
    public Entries entries;

    [InlineArray(Capacity)]
    internal struct Entries
    {
        private kvm_cpuid_entry2 _first;
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_msr_entry
{
    public uint index;
    public uint reserved;
    public ulong data;
}

/// <summary>kvm_msrs with one entry.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct kvm_msrs1
{
    public uint nmsrs;
    public uint pad;
    public kvm_msr_entry entry;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_msr_filter_range
{
    public uint flags;
    public uint nmsrs;
    public uint @base;
    public uint padding;
    public ulong bitmap;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_msr_filter
{
    public uint flags;
    public uint padding;
    public Ranges ranges;

    [InlineArray(16)]
    internal struct Ranges
    {
        private kvm_msr_filter_range _first;
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_enable_cap
{
    public uint cap;
    public uint flags;
    public ulong arg0, arg1, arg2, arg3;
    public Pad pad;

    [InlineArray(64)]
    internal struct Pad
    {
        private byte _first;
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_ioeventfd
{
    public ulong datamatch;
    public ulong addr;
    public uint len;
    public int fd;
    public uint flags;
    public Pad pad;

    [InlineArray(36)]
    internal struct Pad
    {
        private byte _first;
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_msi
{
    public uint address_lo;
    public uint address_hi;
    public uint data;
    public uint flags;
    public uint devid;
    public uint pad0, pad1, pad2;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_irq_level
{
    public uint irq;
    public uint level;
}

/// <summary>The local APIC's register page as KVM_GET_LAPIC gives it.</summary>
[InlineArray(1024)]
internal struct kvm_lapic_state
{
    private byte _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_irqchip
{
    public uint chip_id;
    private readonly uint _pad;
    public kvm_irqchip_state chip;
}

/// <summary>The union of kvm_irqchip: kvm_pic_state (last_irr, irr, imr, …, a byte each) or kvm_ioapic_state.</summary>
[InlineArray(512)]
internal struct kvm_irqchip_state
{
    private byte _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct kvm_device_attr
{
    public uint flags;
    public uint group;
    public ulong attr;
    public ulong addr;
}
