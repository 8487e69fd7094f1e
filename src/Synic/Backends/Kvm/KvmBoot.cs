using Synic.Interop.Linux;

namespace Synic.Backends.Kvm;

/// <summary>Puts the first VP into the state that a loader asked for.</summary>
internal static class KvmBoot
{
    private const ulong Protection = 0x11;               // CR0: PE, ET
    private const ulong Paging = 0x8000_0000;            // CR0: PG
    private const ulong PhysicalAddressExtension = 0x20; // CR4: PAE
    private const ulong LongMode = 0x500;                // EFER: LME, LMA

    public static void Apply(KvmVcpu vcpu, VpBootState boot)
    {
        var special = vcpu.GetSpecialRegisters();
        var isLong = boot.Mode == VpBootMode.LongMode;
        special.cs = new kvm_segment
        {
            limit = uint.MaxValue,
            selector = boot.CodeSelector,
            type = 11,
            present = 1,
            s = 1,
            l = isLong ? (byte)1 : (byte)0,
            db = isLong ? (byte)0 : (byte)1,
            g = 1,
        };
        var data = new kvm_segment { limit = uint.MaxValue, selector = boot.DataSelector, type = 3, present = 1, s = 1, db = 1, g = 1 };
        special.ds = special.es = special.fs = special.gs = special.ss = data;
        special.gdt = new kvm_dtable
        {
            @base = boot.Gdt.Value,
            limit = (ushort)(Math.Max(boot.CodeSelector, boot.DataSelector) + 7),
        };
        special.cr0 = isLong ? Protection | Paging : Protection;
        special.cr3 = isLong ? boot.PageTables.Value : 0;
        special.cr4 = isLong ? PhysicalAddressExtension : 0;
        special.efer = isLong ? LongMode : 0;
        vcpu.SetSpecialRegisters(special);
        vcpu.SetRegisters(new kvm_regs
        {
            rip = boot.Rip,
            rsp = boot.Rsp,
            rax = boot.Rax,
            rbx = boot.Rbx,
            rsi = boot.Rsi,
            rflags = 2,
        });
    }
}
