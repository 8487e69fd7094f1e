using Synic.Backends.Kvm;
using Synic.Hv;
using Synic.Interop.Linux;

namespace Synic.Tests.Backends.Kvm;

public sealed class KvmCpuidTests
{
    private const uint TimerPrivilege = 1 << 3;
    private const uint DirectTimers = 1 << 19;

    [Fact]
    public void Build_SignatureOfTheHostsHypervisor_IsReplaced()
    {
        kvm_cpuid_entry2[] supported = [new() { function = 0x4000_0000, ebx = 0x4B4D_564B }, new() { function = 1, ebx = 0x0800 }];

        var leaves = KvmCpuid.Build(supported, new VpIndex(3), vpCount: 4, tscPage: true, timers: true);

        Assert.Equal(0x7263_694Du, Assert.Single(leaves, static l => l.function == 0x4000_0000).ebx);
        var processor = Assert.Single(leaves, static l => l.function == 1);
        Assert.Equal(0x0304_0800u, processor.ebx); // APIC id, processors, the host's own
        Assert.Equal(1u << 31, processor.ecx);
    }

    [Theory]
    [InlineData(true, TimerPrivilege, DirectTimers)]
    [InlineData(false, 0, 0)]
    public void Build_Timers_AreToldOfOnlyWhenOffered(bool timers, uint privilege, uint feature)
    {
        var leaf = Assert.Single(
            KvmCpuid.Build([], new VpIndex(0), vpCount: 1, tscPage: true, timers), static l => l.function == 0x4000_0003);

        Assert.Equal(privilege, leaf.eax & TimerPrivilege);
        Assert.Equal(feature, leaf.edx & DirectTimers);
    }
}
