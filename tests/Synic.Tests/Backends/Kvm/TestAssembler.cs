using Iced.Intel;
using Synic.Guests;
using Synic.Hv;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Backends.Kvm;

/// <summary>An assembler with the words that test guests are written in.</summary>
internal sealed class TestAssembler() : Assembler(64)
{
    private int _results;

    public void WriteMsr(uint msr, ulong value)
    {
        mov(ecx, msr);
        mov(eax, (uint)value);
        mov(edx, (uint)(value >> 32));
        wrmsr();
    }

    /// <summary>RDMSR into the next result.</summary>
    public void ReadMsr(uint msr)
    {
        mov(ecx, msr);
        xor(eax, eax);
        xor(edx, edx);
        rdmsr();
        shl(rdx, 32);
        or(rax, rdx);
        StoreResult();
    }

    /// <summary>A hypercall with the registers given; its result value becomes the next result.</summary>
    public void Hypercall(HypercallControl control, ulong rdxValue, ulong r8Value = 0)
    {
        mov(rcx, control.Value);
        mov(rdx, rdxValue);
        mov(r8, r8Value);
        mov(rax, DemoLayout.HypercallPage.Value);
        call(rax);
        StoreResult();
    }

    public void Signal(ConnectionId connection, ushort flag = 0) => Hypercall(
        HypercallControl.Simple(HypercallCode.SignalEvent, fast: true), connection.Value | ((ulong)flag << 32));

    /// <summary>Posts from the block at <see cref="TestLayout.Block"/>, which the test has filled in.</summary>
    public void PostBlock(ulong gpa) => Hypercall(HypercallControl.Simple(HypercallCode.PostMessage), gpa);

    /// <summary>RAX into the next result.</summary>
    public void StoreResult()
    {
        mov(__qword_ptr[TestLayout.Results.Value + (ulong)(_results++ * 8)], rax);
    }

    public void Repeat(int count, Action body)
    {
        var again = CreateLabel();
        mov(rbx, (ulong)count);
        Label(ref again);
        nop();
        body();
        dec(rbx);
        jne(again);
    }

    /// <summary>APIC, descriptors and hypercall page: what every body relies on.</summary>
    public void Begin()
    {
        EnableX2Apic();
        LoadIdt();
        WriteMsr(HvMsr.GuestOsId, DemoLayout.GuestOsId);
        WriteMsr(HvMsr.Hypercall, DemoLayout.HypercallPage.Value | 1);
    }

    private void EnableX2Apic()
    {
        WriteMsr(0x1B, 0xFEE0_0D00);
        WriteMsr(0x80F, 0x1FF);
    }

    private void LoadIdt()
    {
        sub(rsp, 16);
        mov(__word_ptr[rsp], 4095);
        mov(rax, DemoLayout.Idt.Value);
        mov(__qword_ptr[rsp + 2], rax);
        lidt(__[rsp]);
        add(rsp, 16);
    }

    /// <summary>SynIC on, both pages, one SINT.</summary>
    public void EnableSynic(ulong sint)
    {
        WriteMsr(HvMsr.Simp, TestLayout.Simp.Value | 1);
        WriteMsr(HvMsr.Siefp, TestLayout.Siefp.Value | 1);
        WriteMsr(HvMsr.Sint0 + DemoLayout.MessageSint.Value, sint);
        WriteMsr(HvMsr.SControl, 1);
    }

    /// <summary>Halts until the handler has counted so many. STI opens interrupts only after the HLT that follows it has begun.</summary>
    public void WaitForInterrupts(AssemblerRegister64 count)
    {
        var again = CreateLabel();
        var done = CreateLabel();
        Label(ref again);
        cli();
        cmp(__qword_ptr[TestLayout.Interrupts.Value], count);
        jae(done);
        sti();
        hlt();
        jmp(again);
        Label(ref done);
        nop();
    }

    public void PowerOff()
    {
        var halt = CreateLabel();
        xor(eax, eax);
        @out(0xF4, eax);
        Label(ref halt);
        cli();
        hlt();
        jmp(halt);
    }

    public DemoImage Assemble(bool writeEoi)
    {
        var fault = CreateLabel();
        var interrupt = CreateLabel();
        Label(ref fault);
        inc(__qword_ptr[TestLayout.GpFaults.Value]);
        add(rsp, 8);                      // the error code
        add(__qword_ptr[rsp], 2);         // past RDMSR or WRMSR
        iretq();
        Label(ref interrupt);
        push(rax);
        push(rcx);
        push(rdx);
        inc(__qword_ptr[TestLayout.Interrupts.Value]);
        if (writeEoi)
        {
            WriteMsr(0x80B, 0);
        }

        pop(rdx);
        pop(rcx);
        pop(rax);
        iretq();
        var code = new MemoryStream();
        var result = Assemble(new StreamCodeWriter(code), DemoLayout.Code.Value, BlockEncoderOptions.ReturnNewInstructionOffsets);
        return new DemoImage(
            code.ToArray(), DemoLayout.Code.Value, result.GetLabelRIP(interrupt), result.GetLabelRIP(interrupt),
            result.GetLabelRIP(fault));
    }
}
