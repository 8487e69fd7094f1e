using System.Text;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Guests;

/// <summary>Printing on the serial port, for the demo guest's code. A lock keeps the VPs' lines whole.</summary>
internal sealed class DemoText(Assembler asm)
{
    private const ushort Transmit = 0x3F8;

    private readonly List<(Label Label, byte[] Bytes)> _strings = [];
    private Label _puts = asm.CreateLabel();
    private Label _putHex = asm.CreateLabel();
    private Label _lock = asm.CreateLabel();

    /// <summary>A constant, as bytes that end with 0; its address is where the label is.</summary>
    public Label Constant(string text)
    {
        var label = asm.CreateLabel();
        _strings.Add((label, [.. Encoding.ASCII.GetBytes(text), 0]));
        return label;
    }

    public void PrintLine(string text)
    {
        Begin();
        Put(text + "\n");
        End();
    }

    /// <summary>A line that begins with the VP's number, which R14 holds.</summary>
    public void PrintVpLine(string text)
    {
        Begin();
        PutVp();
        Put(text + "\n");
        End();
    }

    /// <summary>Takes the serial port; all registers but RAX are kept until <see cref="End"/>.</summary>
    public void Begin()
    {
        asm.push(rsi);
        asm.push(rcx);
        asm.push(rdx);
        asm.call(_lock);
    }

    public void End()
    {
        asm.mov(__dword_ptr[DemoLayout.SerialLock.Value], 0);
        asm.pop(rdx);
        asm.pop(rcx);
        asm.pop(rsi);
    }

    public void Put(string text)
    {
        asm.lea(rsi, __[Constant(text)]);
        asm.call(_puts);
    }

    /// <summary>Text in the VP's block, 0-terminated.</summary>
    public void PutBlockText(int offset)
    {
        asm.lea(rsi, __[r15 + offset]);
        asm.call(_puts);
    }

    public void PutVp()
    {
        Put("vp");
        VpDigit();
        asm.mov(dx, Transmit);
        asm.@out(dx, al);
        Put(": ");
    }

    /// <summary>AL: the VP's number, R14, as one digit of base 16.</summary>
    public void VpDigit()
    {
        var decimalDigit = asm.CreateLabel();
        asm.mov(al, r14b);
        asm.add(al, (sbyte)'0');
        asm.cmp(al, (sbyte)'9');
        asm.jbe(decimalDigit);
        asm.add(al, 'a' - '9' - 1);
        asm.Label(ref decimalDigit);
        asm.nop();
    }

    /// <summary>EAX as 0x and two digits.</summary>
    public void PutStatus()
    {
        asm.mov(ecx, eax);
        asm.call(_putHex);
    }

    public void EmitRoutines()
    {
        EmitPuts();
        EmitPutHex();
        EmitLock();
        foreach (var (label, bytes) in _strings)
        {
            var at = label;
            asm.Label(ref at);
            asm.db(bytes);
        }
    }

    private void EmitPuts()
    {
        var next = asm.CreateLabel();
        var done = asm.CreateLabel();
        asm.Label(ref _puts);
        asm.mov(dx, Transmit);
        asm.Label(ref next);
        asm.lodsb();
        asm.test(al, al);
        asm.je(done);
        asm.@out(dx, al);
        asm.jmp(next);
        asm.Label(ref done);
        asm.ret();
    }

    private void EmitPutHex()
    {
        var digit = asm.CreateLabel();
        var letter = asm.CreateLabel();
        asm.Label(ref _putHex);
        asm.mov(dx, Transmit);
        asm.mov(al, (sbyte)'0');
        asm.@out(dx, al);
        asm.mov(al, (sbyte)'x');
        asm.@out(dx, al);
        asm.mov(eax, ecx);
        asm.shr(eax, 4);
        asm.call(digit);
        asm.mov(eax, ecx);
        asm.call(digit);
        asm.ret();

        asm.Label(ref digit);
        asm.and(eax, 15);
        asm.cmp(eax, 10);
        asm.jb(letter);
        asm.add(eax, 'a' - '0' - 10);
        asm.Label(ref letter);
        asm.add(eax, '0');
        asm.@out(dx, al);
        asm.ret();
    }

    private void EmitLock()
    {
        var wait = asm.CreateLabel();
        asm.Label(ref _lock);
        asm.mov(eax, 1);
        asm.xchg(__dword_ptr[DemoLayout.SerialLock.Value], eax);
        asm.test(eax, eax);
        asm.jne(wait);
        asm.ret();
        asm.Label(ref wait);
        asm.pause();
        asm.jmp(_lock);
    }
}
