using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Interop.Linux;

/// <summary>How a call of <see cref="KvmVcpu.Run"/> came back.</summary>
internal enum KvmRunResult
{
    /// <summary>The guest exited; the exit fields are valid.</summary>
    Exit,

    /// <summary>A signal or immediate_exit; the exit fields are stale.</summary>
    Interrupted,

    /// <summary>The kernel refused to run it; see the errno.</summary>
    Failed,
}

/// <summary>One virtual processor of KVM and its shared page. Run from one thread at a time.</summary>
internal sealed unsafe class KvmVcpu : IDisposable
{
    private readonly FileDescriptor _fd;
    private readonly byte* _run;
    private readonly nuint _runSize;
    private readonly bool _syncRegisters;
    private kvm_regs _registers;
    private int _disposed;

    internal KvmVcpu(FileDescriptor fd, nuint runSize, bool syncRegisters)
    {
        _fd = fd;
        _runSize = runSize;
        _run = LibC.MapShared(fd, runSize);
        _syncRegisters = syncRegisters;
        if (syncRegisters)
        {
            // The kernel then copies the general registers into the shared page at every exit: no ioctl to read them.
            Field<ulong>(KvmAbi.ValidRegsOffset) = KvmAbi.KVM_SYNC_X86_REGS;
        }
    }

    internal uint ExitReason => Field<uint>(KvmAbi.ExitReasonOffset);

    internal bool IoIsOut => Field<byte>(KvmAbi.ExitUnionOffset) == 1;

    internal int IoSize => Field<byte>(KvmAbi.ExitUnionOffset + 1);

    internal ushort IoPort => Field<ushort>(KvmAbi.ExitUnionOffset + 2);

    internal uint IoCount => Field<uint>(KvmAbi.ExitUnionOffset + 4);

    /// <summary>Count times size bytes: what was written, or where the answer to a read goes.</summary>
    internal Span<byte> IoData
    {
        get
        {
            var offset = Field<ulong>(KvmAbi.ExitUnionOffset + 8);
            var length = (ulong)IoSize * IoCount;
            // SAFETY: the kernel wrote both; they are held against the size of the shared page all the same.
            return offset <= _runSize && length <= _runSize - offset
                ? new Span<byte>(_run + offset, (int)length)
                : [];
        }
    }

    internal Gpa MmioAddress => new(Field<ulong>(KvmAbi.ExitUnionOffset));

    internal Span<byte> MmioData => new(_run + KvmAbi.ExitUnionOffset + 8, (int)Math.Min(Field<uint>(KvmAbi.ExitUnionOffset + 16), 8));

    internal bool MmioIsWrite => Field<byte>(KvmAbi.ExitUnionOffset + 20) != 0;

    internal uint MsrIndex => Field<uint>(KvmAbi.ExitUnionOffset + 12);

    /// <summary>What is written, or where the answer to a read goes.</summary>
    internal ref ulong MsrData => ref Field<ulong>(KvmAbi.ExitUnionOffset + 16);

    /// <summary>True: the guest gets #GP for its MSR access.</summary>
    internal bool MsrFault
    {
        set => Field<byte>(KvmAbi.ExitUnionOffset) = value ? (byte)1 : (byte)0;
    }

    /// <summary>INTERNAL_ERROR and SYSTEM_EVENT: the sub-reason.</summary>
    internal uint ErrorCode => Field<uint>(KvmAbi.ExitUnionOffset);

    /// <summary>INTERNAL_ERROR: instruction bytes, the first of which is their number, if the kernel gave any.</summary>
    internal ReadOnlySpan<byte> ErrorInstruction => new(_run + KvmAbi.ExitUnionOffset + 16, 16);

    /// <summary>Runs the guest until something needs attention.</summary>
    internal KvmRunResult Run(out int errno)
    {
        errno = 0;
        if (LibC.ioctl(_fd, KvmAbi.KVM_RUN, null) >= 0)
        {
            return KvmRunResult.Exit;
        }

        errno = Marshal.GetLastPInvokeError();
        return errno is LibC.EINTR or LibC.EAGAIN ? KvmRunResult.Interrupted : KvmRunResult.Failed;
    }

    /// <summary>Makes the next or current <see cref="Run"/> come back; any thread. See <see cref="VcpuKick"/>.</summary>
    internal void SetImmediateExit(bool value) =>
        Volatile.Write(ref Field<byte>(KvmAbi.ImmediateExitOffset), value ? (byte)1 : (byte)0);

    /// <summary>The general registers at this exit; changes count after <see cref="StoreRegisters"/>.</summary>
    internal ref kvm_regs LoadRegisters()
    {
        if (_syncRegisters)
        {
            return ref Field<kvm_regs>(KvmAbi.SyncRegsOffset);
        }

        _registers = GetRegisters();
        return ref _registers;
    }

    internal void StoreRegisters()
    {
        if (_syncRegisters)
        {
            Field<ulong>(KvmAbi.DirtyRegsOffset) = KvmAbi.KVM_SYNC_X86_REGS;
            return;
        }

        SetRegisters(_registers);
    }

    internal kvm_regs GetRegisters()
    {
        kvm_regs registers;
        // SAFETY: the kernel fills the struct, whose size is part of the request number.
        KvmVm.ThrowIfFailed(LibC.ioctl(_fd, KvmAbi.KVM_GET_REGS, &registers), nameof(KvmAbi.KVM_GET_REGS));
        return registers;
    }

    internal void SetRegisters(kvm_regs registers) =>
        // SAFETY: the kernel reads the struct before it returns.
        KvmVm.ThrowIfFailed(LibC.ioctl(_fd, KvmAbi.KVM_SET_REGS, &registers), nameof(KvmAbi.KVM_SET_REGS));

    internal kvm_sregs GetSpecialRegisters()
    {
        kvm_sregs registers;
        // SAFETY: the kernel fills the struct, whose size is part of the request number.
        KvmVm.ThrowIfFailed(LibC.ioctl(_fd, KvmAbi.KVM_GET_SREGS, &registers), nameof(KvmAbi.KVM_GET_SREGS));
        return registers;
    }

    internal void SetSpecialRegisters(kvm_sregs registers) =>
        // SAFETY: the kernel reads the struct before it returns.
        KvmVm.ThrowIfFailed(LibC.ioctl(_fd, KvmAbi.KVM_SET_SREGS, &registers), nameof(KvmAbi.KVM_SET_SREGS));

    internal void SetCpuid(ReadOnlySpan<kvm_cpuid_entry2> entries)
    {
        var cpuid = new kvm_cpuid2 { nent = (uint)entries.Length };
        entries.CopyTo(cpuid.entries);
        // SAFETY: nent tells the kernel how many entries to read.
        KvmVm.ThrowIfFailed(LibC.ioctl(_fd, KvmAbi.KVM_SET_CPUID2, &cpuid), nameof(KvmAbi.KVM_SET_CPUID2));
    }

    /// <summary>Reads one MSR of the guest as the host; false when the kernel does not know it.</summary>
    internal bool TryGetMsr(uint index, out ulong value)
    {
        var msrs = new kvm_msrs1 { nmsrs = 1, entry = new kvm_msr_entry { index = index } };
        // SAFETY: one entry in, one entry out.
        var read = LibC.ioctl(_fd, KvmAbi.KVM_GET_MSRS, &msrs);
        value = msrs.entry.data;
        return read == 1;
    }

    internal bool TrySetMsr(uint index, ulong value)
    {
        var msrs = new kvm_msrs1 { nmsrs = 1, entry = new kvm_msr_entry { index = index, data = value } };
        // SAFETY: the kernel reads one entry.
        return LibC.ioctl(_fd, KvmAbi.KVM_SET_MSRS, &msrs) == 1;
    }

    /// <summary>Guest TSC minus host TSC, exactly; false on kernels before 5.16.</summary>
    internal bool TryGetTscOffset(out ulong offset)
    {
        ulong value = 0;
        var attribute = new kvm_device_attr { addr = (ulong)&value }; // group KVM_VCPU_TSC_CTRL, attribute KVM_VCPU_TSC_OFFSET
        // SAFETY: the kernel writes eight bytes to the local that the struct names.
        var result = LibC.ioctl(_fd, KvmAbi.KVM_GET_DEVICE_ATTR, &attribute);
        offset = value;
        return result >= 0;
    }

    /// <summary>0 when the kernel does not know it.</summary>
    internal ulong GetTscFrequency() => (ulong)Math.Max(LibC.ioctl(_fd, KvmAbi.KVM_GET_TSC_KHZ, null), 0) * 1000;

    internal bool TryGetLapic(out kvm_lapic_state state)
    {
        fixed (kvm_lapic_state* p = &state)
        {
            // SAFETY: the kernel fills 1024 bytes, the size of the struct.
            return LibC.ioctl(_fd, KvmAbi.KVM_GET_LAPIC, p) >= 0;
        }
    }

    internal bool TrySetLapic(in kvm_lapic_state state)
    {
        fixed (kvm_lapic_state* p = &state)
        {
            // SAFETY: the kernel reads 1024 bytes, the size of the struct.
            return LibC.ioctl(_fd, KvmAbi.KVM_SET_LAPIC, p) >= 0;
        }
    }

    /// <summary>Only after the VP's thread has ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _fd.Dispose();
            // SAFETY: the thread that ran the VP, the only user of the page, is gone.
            _ = LibC.munmap(_run, _runSize);
        }
    }

    // SAFETY: the offsets are those of struct kvm_run, which the kernel's mapping is never smaller than.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T Field<T>(int offset)
        where T : unmanaged => ref *(T*)(_run + offset);
}
