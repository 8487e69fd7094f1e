using Synic.Hv;
using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>The CPUID leaves of a VP: the host's, without KVM's own signature, with Hyper-V's.</summary>
internal static class KvmCpuid
{
    private const uint HypervisorPresent = 1u << 31;

    /// <summary>TLFS partition privileges, low half: reference counter, SynIC, hypercall MSRs, VP index, frequencies.</summary>
    private const uint PrivilegesLow = (1 << 1) | (1 << 2) | (1 << 5) | (1 << 6) | (1 << 11);

    private const uint TimerPrivilege = 1 << 3;

    private const uint TscPagePrivilege = 1 << 9;

    /// <summary>High half: post messages, signal events.</summary>
    private const uint PrivilegesHigh = (1 << 4) | (1 << 5);

    /// <summary>Frequency MSRs, crash MSRs, SINT polling.</summary>
    private const uint Features = (1 << 8) | (1 << 10) | (1 << 17);

    private const uint DirectTimers = 1 << 19;

    /// <summary>"Do not use auto-EOI": nobody outside the kernel's APIC sees when a vector is delivered.</summary>
    private const uint DeprecateAutoEoi = 1 << 9;

    public static kvm_cpuid_entry2[] Build(ReadOnlySpan<kvm_cpuid_entry2> supported, VpIndex vp, int vpCount, bool tscPage, bool timers)
    {
        var leaves = new List<kvm_cpuid_entry2>(supported.Length + 7);
        foreach (var given in supported)
        {
            if (given.function is >= 0x4000_0000 and < 0x5000_0000)
            {
                continue;
            }

            var leaf = given;
            switch (leaf.function)
            {
                case 1:
                    leaf.ebx = (leaf.ebx & 0xFFFF) | ((uint)vpCount << 16) | (vp.Value << 24);
                    leaf.ecx |= HypervisorPresent;
                    break;
                case 0x0B or 0x1F:
                    leaf.edx = vp.Value; // x2APIC id
                    break;
                case 0x8000_001E:
                    leaf.eax = vp.Value;
                    break;
            }

            leaves.Add(leaf);
        }

        var privileges = PrivilegesLow | (tscPage ? TscPagePrivilege : 0) | (timers ? TimerPrivilege : 0);
        var features = Features | (timers ? DirectTimers : 0);
        leaves.Add(Leaf(0x4000_0000, 0x4000_0006, 0x7263_694D, 0x666F_736F, 0x7648_2074)); // "Microsoft Hv"
        leaves.Add(Leaf(0x4000_0001, 0x3123_7648, 0, 0, 0));                               // "Hv#1"
        leaves.Add(Leaf(0x4000_0002, 14393, 0x000A_0000, 0, 0));
        leaves.Add(Leaf(0x4000_0003, privileges, PrivilegesHigh, 0, features));
        leaves.Add(Leaf(0x4000_0004, DeprecateAutoEoi, 0xFFFF_FFFF, 0, 0));
        leaves.Add(Leaf(0x4000_0005, (uint)PartitionOptions.MaxVps, (uint)PartitionOptions.MaxVps, 0, 0));
        leaves.Add(Leaf(0x4000_0006, 0, 0, 0, 0));
        return [.. leaves];
    }

    private static kvm_cpuid_entry2 Leaf(uint function, uint eax, uint ebx, uint ecx, uint edx) =>
        new() { function = function, eax = eax, ebx = ebx, ecx = ecx, edx = edx };
}
