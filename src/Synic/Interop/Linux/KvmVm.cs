using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Interop.Linux;

/// <summary>One virtual machine of KVM.</summary>
internal sealed unsafe class KvmVm(FileDescriptor fd, nuint runSize) : IDisposable
{
    internal static void ThrowIfFailed(int result, string call, string? remedy = null)
    {
        if (result < 0)
        {
            throw new HypervisorException(call, Marshal.GetLastPInvokeError(), remedy);
        }
    }

    /// <summary>Pages that Intel processors need; outside any RAM given here.</summary>
    internal void SetReservedPages(ulong tss, ulong identityMap)
    {
        // SAFETY: a plain number where others take a pointer.
        ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_SET_TSS_ADDR, (void*)tss), nameof(KvmAbi.KVM_SET_TSS_ADDR));
        // SAFETY: the kernel reads eight bytes of a local.
        ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_SET_IDENTITY_MAP_ADDR, &identityMap), nameof(KvmAbi.KVM_SET_IDENTITY_MAP_ADDR));
    }

    /// <summary>Interrupt controllers in the kernel: PIC, IOAPIC and a local APIC for each VP.</summary>
    internal void CreateIrqChip() => ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_CREATE_IRQCHIP, null), nameof(KvmAbi.KVM_CREATE_IRQCHIP));

    /// <summary>
    /// Masks the PICs as a PC's firmware leaves them. Otherwise a device's interrupt also arrives through them, with a
    /// vector that nobody programmed, at every guest that has never heard of a PIC (hardware-reduced ACPI).
    /// </summary>
    internal void MaskPics()
    {
        const int Imr = 2;
        for (var pic = 0u; pic < 2; pic++)
        {
            var chip = new kvm_irqchip { chip_id = pic };
            // SAFETY: the kernel fills the struct, whose size is part of the request number.
            ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_GET_IRQCHIP, &chip), nameof(KvmAbi.KVM_GET_IRQCHIP));
            chip.chip[Imr] = 0xFF;
            // SAFETY: the kernel reads the struct before it returns.
            ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_SET_IRQCHIP, &chip), nameof(KvmAbi.KVM_SET_IRQCHIP));
        }
    }

    internal void EnableCap(uint capability, ulong argument, string name)
    {
        var cap = new kvm_enable_cap { cap = capability, arg0 = argument };
        // SAFETY: the kernel reads the struct, whose size is part of the request number, before it returns.
        ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_ENABLE_CAP, &cap), name, "this kernel's KVM is too old (5.10 or later is needed)");
    }

    /// <summary>Lets reads and writes of a range of MSRs exit to user mode, also of those that KVM would answer itself.</summary>
    /// <param name="first">The first MSR.</param>
    /// <param name="count">A multiple of 8.</param>
    internal void FilterMsrs(uint first, uint count)
    {
        var bitmap = stackalloc byte[(int)count / 8];
        new Span<byte>(bitmap, (int)count / 8).Clear(); // a cleared bit denies, and a denied MSR exits
        var filter = default(kvm_msr_filter);
        filter.ranges[0] = new kvm_msr_filter_range
        {
            flags = KvmAbi.KVM_MSR_FILTER_READ | KvmAbi.KVM_MSR_FILTER_WRITE,
            nmsrs = count,
            @base = first,
            bitmap = (ulong)bitmap,
        };
        // SAFETY: the kernel copies struct and bitmap before it returns; both are locals.
        ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_X86_SET_MSR_FILTER, &filter), nameof(KvmAbi.KVM_X86_SET_MSR_FILTER));
    }

    /// <summary>Makes part of a mapping the guest's RAM. The mapping has to outlive this object.</summary>
    /// <param name="slot">Of the caller's choice; a slot that exists is moved, or taken away by a length of 0.</param>
    /// <param name="gpa">Where the guest sees it.</param>
    /// <param name="memory">Whose bytes from <paramref name="offset"/> on it is.</param>
    /// <param name="offset">In bytes, whole pages.</param>
    /// <param name="length">In bytes, whole pages.</param>
    /// <param name="readOnly">The guest's writes exit as MMIO and change nothing.</param>
    internal void SetMemory(uint slot, Gpa gpa, MemoryMapping memory, nuint offset, nuint length, bool readOnly = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, memory.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, memory.Length - offset);
        var region = new kvm_userspace_memory_region
        {
            slot = slot,
            flags = readOnly ? KvmAbi.KVM_MEM_READONLY : 0,
            guest_phys_addr = gpa.Value,
            memory_size = length,
            userspace_addr = (ulong)memory.Address + offset,
        };
        // SAFETY: the struct is a local; the pages it names belong to the mapping, which the partition keeps.
        ThrowIfFailed(LibC.ioctl(fd, KvmAbi.KVM_SET_USER_MEMORY_REGION, &region), nameof(KvmAbi.KVM_SET_USER_MEMORY_REGION));
    }

    internal KvmVcpu CreateVcpu(uint id, bool syncRegisters)
    {
        // SAFETY: a plain number where others take a pointer.
        var vcpu = LibC.ioctl(fd, KvmAbi.KVM_CREATE_VCPU, (void*)(nuint)id);
        ThrowIfFailed(vcpu, nameof(KvmAbi.KVM_CREATE_VCPU));
        return new KvmVcpu(new FileDescriptor(vcpu), runSize, syncRegisters);
    }

    /// <summary>Delivers a fixed, edge-triggered interrupt to the local APIC with this id.</summary>
    /// <returns>False when the APIC takes none now (software-disabled): the interrupt is lost, as in hardware.</returns>
    internal bool SignalMsi(uint apicId, byte vector)
    {
        var msi = new kvm_msi { address_lo = 0xFEE0_0000 | (apicId << 12), data = vector };
        // SAFETY: the kernel reads the struct before it returns.
        return LibC.ioctl(fd, KvmAbi.KVM_SIGNAL_MSI, &msi) > 0;
    }

    internal void SetIrqLine(uint irq, bool level)
    {
        var line = new kvm_irq_level { irq = irq, level = level ? 1u : 0 };
        // SAFETY: the kernel reads the struct before it returns.
        _ = LibC.ioctl(fd, KvmAbi.KVM_IRQ_LINE, &line);
    }

    /// <summary>Lets the kernel signal an event, without an exit, when the guest writes a value to an I/O port.</summary>
    /// <param name="hostEvent">The event; the kernel holds it until the pair is taken away.</param>
    /// <param name="port">The I/O port.</param>
    /// <param name="value">The four bytes that have to be written.</param>
    /// <param name="assign">True to add the pair, false to take it away.</param>
    /// <returns>0, or the errno: EEXIST when the pair is taken.</returns>
    internal int IoEventFd(HostEvent hostEvent, ushort port, uint value, bool assign)
    {
        var eventFd = hostEvent.EventFd!;
        var added = false;
        try
        {
            eventFd.DangerousAddRef(ref added);
            var request = new kvm_ioeventfd
            {
                datamatch = value,
                addr = port,
                len = sizeof(uint),
                fd = (int)eventFd.DangerousGetHandle(),
                flags = KvmAbi.KVM_IOEVENTFD_FLAG_DATAMATCH | KvmAbi.KVM_IOEVENTFD_FLAG_PIO
                    | (assign ? 0 : KvmAbi.KVM_IOEVENTFD_FLAG_DEASSIGN),
            };
            // SAFETY: the kernel reads the struct, and takes its own reference to the event, before it returns.
            return LibC.ioctl(fd, KvmAbi.KVM_IOEVENTFD, &request) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        finally
        {
            if (added)
            {
                eventFd.DangerousRelease();
            }
        }
    }

    public void Dispose() => fd.Dispose();
}
