using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>Puts the first VP into the state that a loader asked for.</summary>
internal static class KvmBoot
{
    private const ulong ProtectionAndPaging = 0x8000_0011; // CR0: PE, ET, PG
    private const ulong PhysicalAddressExtension = 0x20;   // CR4: PAE
    private const ulong LongMode = 0x500;                  // EFER: LME, LMA
    private const ushort GdtLimit = (3 * 8) - 1;

    public static void Apply(KvmVcpu vcpu, VpBootState boot)
    {
        var special = vcpu.GetSpecialRegisters();
        special.cs = new kvm_segment { limit = uint.MaxValue, selector = 8, type = 11, present = 1, s = 1, l = 1, g = 1 };
        var data = new kvm_segment { limit = uint.MaxValue, selector = 16, type = 3, present = 1, s = 1, db = 1, g = 1 };
        special.ds = special.es = special.fs = special.gs = special.ss = data;
        special.gdt = new kvm_dtable { @base = boot.Gdt.Value, limit = GdtLimit };
        special.cr0 = ProtectionAndPaging;
        special.cr3 = boot.PageTables.Value;
        special.cr4 = PhysicalAddressExtension;
        special.efer = LongMode;
        vcpu.SetSpecialRegisters(special);
        vcpu.SetRegisters(new kvm_regs { rip = boot.Rip, rsp = boot.Rsp, rflags = 2 });
    }
}
