using System.Buffers.Binary;
using Iced.Intel;
using Synic.Guests.Loaders;
using Synic.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Guests;

/// <summary>Lays the demo guest out in memory: page tables, descriptors, the trampoline of the other VPs, the code.</summary>
internal static class DemoMemory
{
    private const ushort GdtLimit = (3 * 8) - 1;

    public static void Write(IGuestMemory memory, DemoImage image)
    {
        BootTables.WritePageTables(memory, DemoLayout.PageTables);
        BootTables.WriteUInt64(memory, DemoLayout.Gdt + 8, BootTables.Code64Descriptor);
        BootTables.WriteUInt64(memory, DemoLayout.Gdt + 16, BootTables.DataDescriptor);
        WriteIdt(memory, image);
        memory.TryWrite(DemoLayout.Trampoline, AssembleTrampoline(image.ApEntry));
        memory.TryWrite(DemoLayout.TrampolineGdtPointer, [(byte)GdtLimit, 0, (byte)DemoLayout.Gdt.Value, (byte)(DemoLayout.Gdt.Value >> 8), 0, 0]);
        memory.TryWrite(DemoLayout.Code, image.Code);
    }

    private static void WriteIdt(IGuestMemory memory, DemoImage image)
    {
        Span<byte> gate = stackalloc byte[16];
        for (var vector = 0; vector < 256; vector++)
        {
            var handler = vector switch
            {
                DemoLayout.MessageVector => image.MessageHandler,
                DemoLayout.TimerVector => image.TimerHandler,
                _ => image.ExceptionHandler,
            };
            gate.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(gate, (ushort)handler);
            gate[2] = 8;    // code selector
            gate[5] = 0x8E; // present, interrupt gate
            BinaryPrimitives.WriteUInt16LittleEndian(gate[6..], (ushort)(handler >> 16));
            BinaryPrimitives.WriteUInt32LittleEndian(gate[8..], (uint)(handler >> 32));
            memory.TryWrite(DemoLayout.Idt + ((ulong)vector * 16), gate);
        }
    }

    // Real mode, where SIPI starts a VP, straight into 64-bit mode.
    private static byte[] AssembleTrampoline(ulong entry)
    {
        var asm = new Assembler(16);
        asm.cli();
        asm.xor(ax, ax);
        asm.mov(ds, ax);
        asm.mov(eax, 0x20u); // PAE
        asm.mov(cr4, eax);
        asm.mov(eax, (uint)DemoLayout.PageTables.Value);
        asm.mov(cr3, eax);
        asm.mov(ecx, 0xC000_0080u); // EFER
        asm.rdmsr();
        asm.or(eax, 0x100); // LME
        asm.wrmsr();
        var pointer = (ushort)DemoLayout.TrampolineGdtPointer.Value;
        asm.db(0x66, 0x0F, 0x01, 0x16, (byte)pointer, (byte)(pointer >> 8)); // lgdt, 32-bit base
        asm.mov(eax, cr0);
        asm.or(eax, 0x8000_0001u); // PG, PE
        asm.mov(cr0, eax);
        asm.db([0x66, 0xEA, .. BitConverter.GetBytes((uint)entry), 8, 0]); // jmp far 8:entry
        var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), 0);
        return code.ToArray();
    }
}
