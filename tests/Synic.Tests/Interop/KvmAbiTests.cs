using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Interop.Linux;

namespace Synic.Tests.Interop;

/// <summary>Sizes and offsets of linux/kvm.h on x86-64, as a C compiler gives them.</summary>
public sealed class KvmAbiTests
{
    [Fact]
    public void Structs_Sizes_AreTheKernels()
    {
        Assert.Equal(32, Unsafe.SizeOf<kvm_userspace_memory_region>());
        Assert.Equal(144, Unsafe.SizeOf<kvm_regs>());
        Assert.Equal(24, Unsafe.SizeOf<kvm_segment>());
        Assert.Equal(16, Unsafe.SizeOf<kvm_dtable>());
        Assert.Equal(312, Unsafe.SizeOf<kvm_sregs>());
        Assert.Equal(40, Unsafe.SizeOf<kvm_cpuid_entry2>());
        Assert.Equal(8 + (40 * kvm_cpuid2.Capacity), Unsafe.SizeOf<kvm_cpuid2>());
        Assert.Equal(8 + 16, Unsafe.SizeOf<kvm_msrs1>());
        Assert.Equal(392, Unsafe.SizeOf<kvm_msr_filter>());
        Assert.Equal(104, Unsafe.SizeOf<kvm_enable_cap>());
        Assert.Equal(64, Unsafe.SizeOf<kvm_ioeventfd>());
        Assert.Equal(32, Unsafe.SizeOf<kvm_msi>());
        Assert.Equal(8, Unsafe.SizeOf<kvm_irq_level>());
        Assert.Equal(1024, Unsafe.SizeOf<kvm_lapic_state>());
        Assert.Equal(520, Unsafe.SizeOf<kvm_irqchip>());
        Assert.Equal(24, Unsafe.SizeOf<kvm_device_attr>());
    }

    [Theory]
    [InlineData(nameof(kvm_sregs.tr), 144)]
    [InlineData(nameof(kvm_sregs.gdt), 192)]
    [InlineData(nameof(kvm_sregs.cr0), 224)]
    [InlineData(nameof(kvm_sregs.efer), 264)]
    [InlineData(nameof(kvm_sregs.apic_base), 272)]
    public void Sregs_Offsets_AreTheKernels(string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf<kvm_sregs>(field));

    [Fact]
    public void RequestNumbers_Sizes_MatchTheStructs()
    {
        Assert.Equal(Unsafe.SizeOf<kvm_regs>(), SizeIn(KvmAbi.KVM_GET_REGS));
        Assert.Equal(Unsafe.SizeOf<kvm_sregs>(), SizeIn(KvmAbi.KVM_SET_SREGS));
        Assert.Equal(Unsafe.SizeOf<kvm_ioeventfd>(), SizeIn(KvmAbi.KVM_IOEVENTFD));
        Assert.Equal(Unsafe.SizeOf<kvm_enable_cap>(), SizeIn(KvmAbi.KVM_ENABLE_CAP));
        Assert.Equal(Unsafe.SizeOf<kvm_msi>(), SizeIn(KvmAbi.KVM_SIGNAL_MSI));
        Assert.Equal(Unsafe.SizeOf<kvm_msr_filter>(), SizeIn(KvmAbi.KVM_X86_SET_MSR_FILTER));
        Assert.Equal(Unsafe.SizeOf<kvm_lapic_state>(), SizeIn(KvmAbi.KVM_GET_LAPIC));
        Assert.Equal(Unsafe.SizeOf<kvm_irqchip>(), SizeIn(KvmAbi.KVM_GET_IRQCHIP));
        Assert.Equal(Unsafe.SizeOf<kvm_irqchip>(), SizeIn(KvmAbi.KVM_SET_IRQCHIP));
        Assert.Equal(Unsafe.SizeOf<kvm_userspace_memory_region>(), SizeIn(KvmAbi.KVM_SET_USER_MEMORY_REGION));
        Assert.Equal(Unsafe.SizeOf<kvm_device_attr>(), SizeIn(KvmAbi.KVM_GET_DEVICE_ATTR));
    }

    // asm-generic/ioctl.h: bits 29:16 carry the size of the argument.
    private static int SizeIn(nuint request) => (int)(request >> 16) & 0x3FFF;
}
