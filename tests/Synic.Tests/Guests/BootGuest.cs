using System.Text;
using Iced.Intel;
using Synic.Backends;
using Synic.Backends.Kvm;
using Synic.Guests;
using Synic.Guests.Loaders;
using Synic.Hv;
using Synic.Memory;
using Synic.Tests.Backends.Kvm;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Guests;

/// <summary>
/// A multiboot guest written by a test: a 32-bit entry that goes into 64-bit mode, the test's body on VP 0, a second
/// body on the VPs that it starts by INIT and SIPI, and handlers that count interrupts for each VP and vector.
/// </summary>
/// <remarks>R14 is the VP's index, R15 its block; RAX, RCX and RDX belong to whoever runs.</remarks>
internal sealed class BootGuest
{
    public const ulong Blocks = 0x30_0000;
    public const int BlockSize = 0x1_0000;

    // Within a block: a qword for each vector, then pages and words of the test's own.
    public const int Simp = 0x1000;
    public const int Siefp = 0x2000;
    public const int Command = 0x3000;
    public const int Word = 0x3008;

    /// <summary>What the 32-bit entry found: EAX, EBX, CR0, EFLAGS.</summary>
    public static readonly Gpa EntryState = new(0x20_F000);

    private const ulong Entry32 = 0x10_0000;
    private const ulong Trampoline = 0x4_0000;
    private const ulong Tables = 0x5_0000;
    private const ulong Gdt = 0x5_7000;
    private const ulong GdtPointer = 0x5_7100;
    private const ulong Idt = 0x5_8000;
    private const int StackTop = 0xF000;

    private readonly Dictionary<byte, Handler> _handlers = [];

    public TestAssembler Asm { get; } = new();

    public static ulong Block(int vp) => Blocks + (ulong)(vp * BlockSize);

    /// <summary>Counts interrupts with a vector, and does more about them.</summary>
    public void OnVector(byte vector, bool writeEoi = true, Action? also = null)
    {
        _handlers.Add(vector, new Handler(Asm.CreateLabel(), () =>
        {
            Asm.inc(__qword_ptr[r15 + (vector * 8)]);
            also?.Invoke();
            if (writeEoi)
            {
                Asm.WriteMsr(0x80B, 0);
            }
        }));
    }

    /// <summary>SynIC on: both pages in the VP's block.</summary>
    public void EnableSynic()
    {
        foreach (var (msr, page) in ((uint, int)[])[(HvMsr.Simp, Simp), (HvMsr.Siefp, Siefp)])
        {
            Asm.mov(ecx, msr);
            Asm.lea(eax, __[r15 + page + 1]);
            Asm.xor(edx, edx);
            Asm.wrmsr();
        }

        Asm.WriteMsr(HvMsr.SControl, 1);
    }

    public void TestDevice(byte command, byte connection, byte vp, byte sint)
    {
        Asm.mov(eax, ((uint)connection << 24) | ((uint)command << 16) | ((uint)vp << 8) | sint);
        Asm.mov(dx, 0x3000);
        Asm.@out(dx, eax);
    }

    /// <summary>Spins until a qword holds a value.</summary>
    public void WaitFor(ulong address, int value)
    {
        var again = Asm.CreateLabel();
        Asm.Label(ref again);
        Asm.pause();
        Asm.cmp(__qword_ptr[address], value);
        Asm.jne(again);
    }

    /// <summary>Ends the guest with a number unless a dword holds a value.</summary>
    public void Check(byte number, ulong address, uint value)
    {
        Asm.cmp(__dword_ptr[address], value);
        EndUnlessEqual(number);
    }

    public void CheckEax(byte number, uint value)
    {
        Asm.cmp(eax, value);
        EndUnlessEqual(number);
    }

    /// <summary>Prints EAX as one digit.</summary>
    public void PrintDigit()
    {
        Asm.add(eax, '0');
        Asm.mov(dx, 0x3F8);
        Asm.@out(dx, al);
    }

    public void StartOtherVps()
    {
        Asm.WriteMsr(0x830, 0xC_4500);
        Asm.WriteMsr(0x830, 0xC_4600 | (Trampoline >> Gpa.PageShift));
    }

    /// <summary>The image.</summary>
    /// <param name="main">VP 0's; falls through into debug exit 0.</param>
    /// <param name="other">The other VPs'; falls through into a halt for ever.</param>
    public byte[] Build(Action main, Action? other = null)
    {
        var start = Asm.CreateLabel();
        Asm.xor(r14d, r14d);
        Asm.call(start); // to the end of the VPs' common beginning and back
        main();
        Asm.PowerOff();

        var otherVp = Asm.CreateLabel();
        Asm.Label(ref otherVp);
        Asm.WriteMsr(0x1B, 0xFEE0_0C00);
        Asm.mov(ecx, 0x802); // x2APIC id
        Asm.rdmsr();
        Asm.mov(r14d, eax);
        Asm.mov(rsp, Block(0) + StackTop);
        Asm.shl(rax, 16);
        Asm.add(rsp, rax);
        Asm.call(start);
        other?.Invoke();
        var halt = Asm.CreateLabel();
        Asm.Label(ref halt);
        Asm.hlt();
        Asm.jmp(halt);

        Asm.Label(ref start);
        Asm.mov(r15, r14);
        Asm.shl(r15, 16);
        Asm.add(r15, (int)Blocks);
        Asm.WriteMsr(0x1B, 0xFEE0_0C00);
        Asm.WriteMsr(0x80F, 0x1FF);
        Asm.lidt(__[Idt - 16]);
        Asm.sti();
        Asm.ret();
        return Link(otherVp);
    }

    /// <summary>Loads the image into a partition on KVM and runs it to its end.</summary>
    public static async Task<BootRun> RunAsync(
        byte[] image, int vps = 1, ReadOnlyMemory<byte> typed = default, GuestFormat format = GuestFormat.Auto, params byte[][] modules)
    {
        using var files = new TestFiles();
        var text = new StringBuilder();
        using var partition = new KvmPartition(new PartitionOptions { Vps = vps, MemoryBytes = 8 << 20 });
        var options = new FileGuestOptions
        {
            Path = files.Write(image),
            Format = format,
            InitrdPaths = [.. modules.Select(m => files.Write(m))],
            CommandLine = "now",
        };
        using var guest = FileGuest.Load(partition, options, new Text(text));
        guest.SerialInput!.Send(typed.Span);
        partition.Start();
        var exit = await partition.Completion.WaitAsync(TestContext.Current.CancellationToken);
        partition.Stop();
        var entry = new uint[4];
        for (var i = 0; i < entry.Length; i++)
        {
            partition.Memory.TryReadUInt32(EntryState + (ulong)(i * 4), out entry[i]);
        }

        lock (text)
        {
            return new BootRun(exit, guest.Kind, text.ToString(), entry, partition.Synic.Counters);
        }
    }

    private void EndUnlessEqual(byte number)
    {
        var right = Asm.CreateLabel();
        Asm.je(right);
        Asm.mov(eax, number);
        Asm.@out(0xF4, eax);
        Asm.Label(ref right);
        Asm.nop();
    }

    private byte[] Link(Label otherVp)
    {
        var unexpected = Asm.CreateLabel();
        foreach (var handler in _handlers.Values)
        {
            Asm.Label(ref handler.Label);
            Asm.push(rax);
            Asm.push(rcx);
            Asm.push(rdx);
            handler.Body();
            Asm.pop(rdx);
            Asm.pop(rcx);
            Asm.pop(rax);
            Asm.iretq();
        }

        Asm.Label(ref unexpected);
        Asm.mov(eax, 0xEE);
        Asm.@out(0xF4, eax);
        var code = new MemoryStream();
        var result = Asm.Assemble(
            new StreamCodeWriter(code), DemoLayout.Code.Value, BlockEncoderOptions.ReturnNewInstructionOffsets);
        var entry = Assemble(32, Entry32 + 12, EmitEntry);
        return TestElf.Build32(
            (uint)Entry32 + 12,
            new TestSegment(Entry32, [.. TestElf.MultibootHeader(flags: 3), .. entry]),
            new TestSegment(DemoLayout.Code.Value, code.ToArray()),
            new TestSegment(Trampoline, Assemble(16, 0, asm => EmitTrampoline(asm, (uint)result.GetLabelRIP(otherVp)))),
            new TestSegment(Tables, BuildTables(vector => _handlers.TryGetValue(vector, out var handler)
                ? result.GetLabelRIP(handler.Label)
                : result.GetLabelRIP(unexpected))));
    }

    private static void EmitEntry(Assembler asm)
    {
        asm.mov(__dword_ptr[(uint)EntryState.Value], eax);
        asm.mov(__dword_ptr[(uint)EntryState.Value + 4], ebx);
        asm.mov(esp, (uint)(Blocks + StackTop));
        asm.pushfd();
        asm.pop(__dword_ptr[(uint)EntryState.Value + 12]);
        asm.mov(eax, cr0);
        asm.mov(__dword_ptr[(uint)EntryState.Value + 8], eax);
        EmitLongMode(asm);
        asm.db([0x0F, 0x01, 0x15, .. BitConverter.GetBytes((uint)GdtPointer)]);            // lgdt
        asm.mov(ax, 16);
        asm.mov(ss, ax); // the loader's selector is not in this table, and IRET checks it
        asm.db([0xEA, .. BitConverter.GetBytes((uint)DemoLayout.Code.Value), 8, 0]);       // jmp far
    }

    private static void EmitTrampoline(Assembler asm, uint entry)
    {
        asm.cli();
        asm.mov(ax, (short)(GdtPointer >> 4));
        asm.mov(ds, ax);
        asm.db(0x66, 0x0F, 0x01, 0x16, 0, 0); // lgdt, 32-bit base
        EmitLongMode(asm);
        asm.db([0x66, 0xEA, .. BitConverter.GetBytes(entry), 8, 0]);
    }

    private static void EmitLongMode(Assembler asm)
    {
        asm.mov(eax, 0x20u); // PAE
        asm.mov(cr4, eax);
        asm.mov(eax, (uint)Tables);
        asm.mov(cr3, eax);
        asm.mov(ecx, 0xC000_0080u); // EFER
        asm.rdmsr();
        asm.or(eax, 0x100); // LME
        asm.wrmsr();
        asm.mov(eax, cr0);
        asm.or(eax, 0x8000_0001u); // PG, PE
        asm.mov(cr0, eax);
    }

    private static byte[] BuildTables(Func<byte, ulong> handler)
    {
        var memory = new GuestMemory(Tables + 0x1_0000);
        BootTables.WritePageTables(memory, new Gpa(Tables));
        BootTables.WriteUInt64(memory, new Gpa(Gdt + 8), BootTables.Code64Descriptor);
        BootTables.WriteUInt64(memory, new Gpa(Gdt + 16), BootTables.DataDescriptor);
        memory.TryWrite(new Gpa(GdtPointer), [23, 0, .. BitConverter.GetBytes((uint)Gdt)]);
        memory.TryWrite(new Gpa(Idt - 16), [0xFF, 0x0F, .. BitConverter.GetBytes(Idt)]);
        for (var vector = 0; vector < 256; vector++)
        {
            var target = handler((byte)vector);
            memory.TryWrite(
                new Gpa(Idt + ((ulong)vector * 16)),
                [(byte)target, (byte)(target >> 8), 8, 0, 0, 0x8E, (byte)(target >> 16), (byte)(target >> 24)]);
        }

        var tables = new byte[Idt + 0x1000 - Tables];
        Assert.True(memory.TryRead(new Gpa(Tables), tables));
        return tables;
    }

    private static byte[] Assemble(int bits, ulong start, Action<Assembler> emit)
    {
        var asm = new Assembler(bits);
        emit(asm);
        var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), start);
        return code.ToArray();
    }

    // The label is a field: the assembler writes to it when it is emitted.
    private sealed class Handler(Label label, Action body)
    {
        public Label Label = label;

        public Action Body { get; } = body;
    }

    private sealed class Text(StringBuilder text) : ISerialSink
    {
        public void Write(byte value)
        {
            lock (text)
            {
                text.Append((char)value);
            }
        }
    }
}

/// <summary>How a guest's run went.</summary>
internal sealed record BootRun(
    PartitionExit Exit, string Kind, string Printed, uint[] Entry, Synic.Diagnostics.GuestDeliveryCounters Counters)
{
    /// <summary>It came to its end with every check passed.</summary>
    public void AssertClean() => Assert.True(Exit.Clean, Exit.Reason);
}
