using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Daemon.Tests;

/// <summary>A flat multiboot image of 32-bit code: the header says where it goes and begins.</summary>
internal static class MultibootImage
{
    public static byte[] Build(Action<Assembler> emit)
    {
        const uint Start = 0x10_0000;
        const uint Magic = 0x1BAD_B002;
        const uint HasAddresses = 1 << 16;
        uint[] header = [Magic, HasAddresses, unchecked(0 - (Magic + HasAddresses)), Start, Start, 0, 0, Start + 32];
        var asm = new Assembler(32);
        emit(asm);
        using var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), Start + 32);
        return [.. header.SelectMany(BitConverter.GetBytes), .. code.ToArray()];
    }

    public static void Print(this Assembler asm, string text)
    {
        asm.mov(dx, 0x3F8);
        foreach (var letter in text)
        {
            asm.mov(al, (byte)letter);
            asm.@out(dx, al);
        }
    }

    /// <summary>Ends the guest.</summary>
    public static void Verdict(this Assembler asm, int verdict)
    {
        asm.mov(eax, verdict);
        asm.@out(0xF4, eax);
        asm.hlt();
    }
}
