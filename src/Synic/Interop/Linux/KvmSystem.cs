using System.Runtime.InteropServices;
using Synic.Hv;

namespace Synic.Interop.Linux;

/// <summary>The open /dev/kvm.</summary>
internal sealed unsafe class KvmSystem : IDisposable
{
    internal const string DevicePath = "/dev/kvm";

    private readonly FileDescriptor _fd;

    private KvmSystem(FileDescriptor fd) => _fd = fd;

    /// <summary>Opens the device.</summary>
    /// <exception cref="HypervisorException">It is missing, forbidden, or not the KVM this was written for; the message has the remedy.</exception>
    internal static KvmSystem Open(string path = DevicePath)
    {
        var fd = new FileDescriptor(LibC.open(path, LibC.O_RDWR | LibC.O_CLOEXEC));
        if (fd.IsInvalid)
        {
            var errno = Marshal.GetLastPInvokeError();
            throw new HypervisorException($"open {path}", errno, Remedy(path, errno));
        }

        var system = new KvmSystem(fd);
        var version = LibC.ioctl(fd, KvmAbi.KVM_GET_API_VERSION, null);
        if (version != KvmAbi.KVM_API_VERSION)
        {
            system.Dispose();
            throw new HypervisorException($"{path} speaks KVM API {version}, not {KvmAbi.KVM_API_VERSION}");
        }

        return system;
    }

    /// <summary>0 when the kernel does not have the capability; often just 1 when it does.</summary>
    internal int CheckExtension(int capability)
    {
        // SAFETY: this request takes a plain number where others take a pointer.
        var result = LibC.ioctl(_fd, KvmAbi.KVM_CHECK_EXTENSION, (void*)capability);
        return Math.Max(result, 0);
    }

    internal KvmVm CreateVm()
    {
        var fd = LibC.ioctl(_fd, KvmAbi.KVM_CREATE_VM, null);
        if (fd < 0)
        {
            throw new HypervisorException(nameof(KvmAbi.KVM_CREATE_VM), Marshal.GetLastPInvokeError());
        }

        var runSize = LibC.ioctl(_fd, KvmAbi.KVM_GET_VCPU_MMAP_SIZE, null);
        return new KvmVm(new FileDescriptor(fd), (nuint)runSize);
    }

    /// <summary>The CPUID leaves that this KVM can show to a guest.</summary>
    internal kvm_cpuid_entry2[] GetSupportedCpuid()
    {
        var cpuid = new kvm_cpuid2 { nent = kvm_cpuid2.Capacity };
        // SAFETY: nent tells the kernel how many entries the struct has room for.
        var result = LibC.ioctl(_fd, KvmAbi.KVM_GET_SUPPORTED_CPUID, &cpuid);
        KvmVm.ThrowIfFailed(result, nameof(KvmAbi.KVM_GET_SUPPORTED_CPUID));
        return ((ReadOnlySpan<kvm_cpuid_entry2>)cpuid.entries)[..(int)Math.Min(cpuid.nent, kvm_cpuid2.Capacity)].ToArray();
    }

    public void Dispose() => _fd.Dispose();

    private static string Remedy(string path, int errno) => errno switch
    {
        LibC.ENOENT => $"{path} does not exist; enable virtualisation in the firmware and load kvm_intel or kvm_amd",
        LibC.EACCES or LibC.EPERM => $"no permission for {path}; add the user to the group that owns it (often: usermod -aG kvm $USER)",
        _ => $"{path} cannot be opened",
    };
}
