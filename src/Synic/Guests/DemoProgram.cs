using Iced.Intel;
using Synic.Hv;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Guests;

/// <summary>
/// The demo guest's code, assembled at start: 64-bit, no firmware, no operating system. Every VP sets its SynIC up,
/// then halts until its synthetic timer ticks, and makes a round of calls at each tick.
/// </summary>
/// <remarks>R15 holds the VP's block and R14 its index in all code; R13 counts the interrupts that were looked at.</remarks>
internal sealed class DemoProgram
{
    private const uint ApicBase = 0x1B;
    private const uint X2ApicId = 0x802;
    private const uint X2ApicEoi = 0x80B;
    private const uint X2ApicSpurious = 0x80F;
    private const uint X2ApicCommand = 0x830;
    private const ulong InitOthers = 0xC_4500;
    private const ulong StartOthers = 0xC_4600;

    private readonly Assembler _asm = new(64);
    private readonly DemoText _text;
    private readonly DemoCalls _calls;
    private readonly DemoGuestOptions _options;
    private readonly int _vps;
    private Label _loop;
    private Label _apEntry;
    private Label _messageHandler;
    private Label _timerHandler;
    private Label _exceptionHandler;

    private DemoProgram(DemoGuestOptions options, int vps)
    {
        _options = options;
        _vps = vps;
        _text = new DemoText(_asm);
        _calls = new DemoCalls(_asm, _text);
        _loop = _asm.CreateLabel();
        _apEntry = _asm.CreateLabel();
        _messageHandler = _asm.CreateLabel();
        _timerHandler = _asm.CreateLabel();
        _exceptionHandler = _asm.CreateLabel();
    }

    public static DemoImage Assemble(DemoGuestOptions options, int vps)
    {
        var program = new DemoProgram(options, vps);
        program.EmitBoot();
        program.EmitApEntry();
        program.EmitLoop();
        program.EmitHandlers();
        program._calls.EmitRoutines();
        program._text.EmitRoutines();

        var code = new MemoryStream();
        var result = program._asm.Assemble(
            new StreamCodeWriter(code), DemoLayout.Code.Value, BlockEncoderOptions.ReturnNewInstructionOffsets);
        return new DemoImage(
            code.ToArray(),
            result.GetLabelRIP(program._apEntry),
            result.GetLabelRIP(program._messageHandler),
            result.GetLabelRIP(program._timerHandler),
            result.GetLabelRIP(program._exceptionHandler));
    }

    private void EmitBoot()
    {
        var found = _asm.CreateLabel();
        _asm.mov(r15, DemoLayout.Blocks.Value);
        _asm.xor(r14d, r14d);
        _asm.mov(eax, 0x4000_0000);
        _asm.cpuid();
        _asm.cmp(ebx, 0x7263_694D); // "Micr"
        _asm.je(found);
        _text.PrintLine("no hypervisor found by CPUID, giving up");
        DebugExit(1);

        _asm.Label(ref found);
        _text.PrintLine("hypervisor found by CPUID: Microsoft Hv");
        WriteMsr(HvMsr.GuestOsId, DemoLayout.GuestOsId);
        WriteMsr(HvMsr.Hypercall, DemoLayout.HypercallPage.Value | 1);
        _text.PrintLine("guest OS id and hypercall page set");
        EmitVpSetup();
        if (_vps > 1)
        {
            WriteMsr(X2ApicCommand, InitOthers);
            WriteMsr(X2ApicCommand, StartOthers | (DemoLayout.Trampoline.Value >> Gpa.PageShift));
        }

        _asm.jmp(_loop);
    }

    // From the trampoline: 64-bit mode, no stack yet. The x2APIC id says which VP this is.
    private void EmitApEntry()
    {
        _asm.Label(ref _apEntry);
        EnableX2Apic();
        _asm.mov(ecx, X2ApicId);
        _asm.rdmsr();
        _asm.mov(r14d, eax);
        _asm.mov(r15d, eax);
        _asm.shl(r15, 16);
        _asm.add(r15, (int)DemoLayout.Blocks.Value);
        _asm.lea(rsp, __[r15 + DemoLayout.StackTop]);
        EmitVpSetup();
        _asm.jmp(_loop);
    }

    private void EmitVpSetup()
    {
        EnableX2Apic();
        LoadIdt();
        WriteMsrRelative(HvMsr.Simp, DemoLayout.Simp | 1);
        WriteMsrRelative(HvMsr.Siefp, DemoLayout.Siefp | 1);
        WriteMsr(HvMsr.Sint0 + DemoLayout.MessageSint.Value, DemoLayout.MessageVector);
        WriteMsr(HvMsr.Sint0 + DemoLayout.TimerSint.Value, DemoLayout.TimerVector);
        WriteMsr(HvMsr.SControl, 1);
        WriteMsr(HvMsr.Stimer0Config + 1, 10_000_000UL / (ulong)_options.RoundsPerSecond);     // count: the period
        WriteMsr(HvMsr.Stimer0Config, ((ulong)DemoLayout.TimerSint.Value << 16) | 3);          // periodic, enabled
        _text.PrintVpLine("SynIC on: SIMP, SIEFP, SINT2, SINT3; timer 0 runs");
        _asm.xor(r13d, r13d);
    }

    private void EmitLoop()
    {
        var work = _asm.CreateLabel();
        var noTick = _asm.CreateLabel();
        _asm.Label(ref _loop);
        EmitStopCheck();
        _asm.cli();
        _asm.mov(rax, __qword_ptr[r15 + DemoLayout.Ticks]);
        _asm.add(rax, __qword_ptr[r15 + DemoLayout.Interrupts]);
        _asm.cmp(rax, r13);
        _asm.jne(work);
        _asm.sti();
        _asm.hlt(); // interrupts open only after the HLT has begun, so none is missed
        _asm.jmp(_loop);

        _asm.Label(ref work);
        _asm.mov(r13, rax);
        _asm.sti();
        _calls.CallReceive();
        _asm.mov(rax, __qword_ptr[r15 + DemoLayout.Ticks]);
        _asm.cmp(rax, __qword_ptr[r15 + DemoLayout.Rounds]);
        _asm.je(noTick);
        _asm.inc(__qword_ptr[r15 + DemoLayout.Rounds]);
        _calls.CallRound();
        _asm.Label(ref noTick);
        _asm.nop();
        _asm.jmp(_loop);
    }

    // After the last round VP 0 waits for the others and ends the machine: every count is then final.
    private void EmitStopCheck()
    {
        if (_options.Rounds == 0)
        {
            return;
        }

        var goOn = _asm.CreateLabel();
        var last = _asm.CreateLabel();
        var wait = _asm.CreateLabel();
        _asm.cmp(__dword_ptr[DemoLayout.StopFlag.Value], 0);
        _asm.jne(last);
        _asm.test(r14d, r14d);
        _asm.jne(goOn);
        _asm.cmp(__qword_ptr[r15 + DemoLayout.Rounds], _options.Rounds);
        _asm.jb(goOn);
        _asm.mov(__dword_ptr[DemoLayout.StopFlag.Value], 1);

        _asm.Label(ref last);
        WriteMsr(HvMsr.Stimer0Config, 0);
        _calls.CallReceive();
        _asm.@lock.inc(__dword_ptr[DemoLayout.StoppedVps.Value]);
        _asm.test(r14d, r14d);
        var halt = _asm.CreateLabel();
        _asm.jne(halt);
        _asm.Label(ref wait);
        _asm.pause();
        _asm.cmp(__dword_ptr[DemoLayout.StoppedVps.Value], _vps);
        _asm.jb(wait);
        _text.PrintLine("all rounds made, powering off");
        DebugExit(0);
        _asm.Label(ref halt);
        _asm.cli();
        _asm.hlt();
        _asm.jmp(halt);

        _asm.Label(ref goOn);
        _asm.nop();
    }

    private void EmitHandlers()
    {
        EmitCountingHandler(ref _messageHandler, DemoLayout.Interrupts);
        EmitCountingHandler(ref _timerHandler, DemoLayout.Ticks);
        _asm.Label(ref _exceptionHandler);
        _text.PrintLine("unexpected exception, giving up");
        DebugExit(2);
    }

    private void EmitCountingHandler(ref Label label, int counter)
    {
        _asm.Label(ref label);
        _asm.push(rax);
        _asm.push(rcx);
        _asm.push(rdx);
        _asm.inc(__qword_ptr[r15 + counter]);
        WriteMsr(X2ApicEoi, 0);
        _asm.pop(rdx);
        _asm.pop(rcx);
        _asm.pop(rax);
        _asm.iretq();
    }

    private void EnableX2Apic()
    {
        _asm.mov(ecx, ApicBase);
        _asm.rdmsr();
        _asm.or(eax, 0xC00); // global enable, x2APIC
        _asm.wrmsr();
        WriteMsr(X2ApicSpurious, 0x1FF);
    }

    private void LoadIdt()
    {
        _asm.sub(rsp, 16);
        _asm.mov(__word_ptr[rsp], 4095);
        _asm.mov(rax, DemoLayout.Idt.Value);
        _asm.mov(__qword_ptr[rsp + 2], rax);
        _asm.lidt(__[rsp]);
        _asm.add(rsp, 16);
    }

    private void WriteMsr(uint msr, ulong value)
    {
        _asm.mov(ecx, msr);
        _asm.mov(eax, (uint)value);
        _asm.mov(edx, (uint)(value >> 32));
        _asm.wrmsr();
    }

    // The VP's block plus an offset, below 4 GiB.
    private void WriteMsrRelative(uint msr, int offset)
    {
        _asm.mov(ecx, msr);
        _asm.lea(eax, __[r15 + offset]);
        _asm.xor(edx, edx);
        _asm.wrmsr();
    }

    private void DebugExit(uint value)
    {
        var halt = _asm.CreateLabel();
        _asm.mov(eax, value);
        _asm.@out(DebugExitPort, eax);
        _asm.Label(ref halt);
        _asm.cli();
        _asm.hlt();
        _asm.jmp(halt);
    }

    private const byte DebugExitPort = 0xF4;
}

/// <summary>The assembled code, to be placed at <see cref="DemoLayout.Code"/>, and where its parts begin.</summary>
internal sealed record DemoImage(byte[] Code, ulong ApEntry, ulong MessageHandler, ulong TimerHandler, ulong ExceptionHandler);
