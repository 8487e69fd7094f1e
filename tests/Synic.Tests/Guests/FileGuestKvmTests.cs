using Iced.Intel;
using Synic.Backends;
using Synic.Backends.Kvm;
using Synic.Guests;
using Synic.Guests.Loaders;
using Synic.Hv;
using Synic.Tests.Backends;
using Synic.Tests.Backends.Kvm;
using Synic.Tests.Guests.Loaders;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Guests;

/// <summary>Guests from files on real VPs: how they are entered, and the machine they find.</summary>
public sealed class FileGuestKvmTests
{
    private const byte SerialVector = 0x60;
    private const uint Ioapic = 0xFEC0_0000;

    private readonly BootGuest _guest = new();

    private TestAssembler Asm => _guest.Asm;

    [KvmFact]
    public async Task Multiboot_Entry_IsAsTheSpecificationSays()
    {
        var run = await BootGuest.RunAsync(_guest.Build(static () => { }));

        run.AssertClean();
        Assert.Equal("multiboot", run.Kind);
        Assert.Equal((MultibootLoader.BootMagic, (uint)LoaderLayout.BootInfo.Value), (run.Entry[0], run.Entry[1]));
        Assert.Equal(1u, run.Entry[2] & 0x8000_0001); // protection on, paging off
        Assert.Equal(0u, run.Entry[3] & 0x200);       // interrupts off
    }

    [KvmFact]
    public async Task Guest_VerdictThatIsNotZero_IsNotClean()
    {
        var run = await BootGuest.RunAsync(_guest.Build(() => _guest.CheckEax(42, 0x1234_5678)));

        Assert.Equal((false, 42u), (run.Exit.Clean, run.Exit.DebugExitValue));
    }

    [KvmFact]
    public async Task Serial_TransmitInterrupt_SendsTheWholeText()
    {
        const string Line = "by interrupts\n";
        _guest.OnVector(SerialVector, also: () =>
        {
            var done = Asm.CreateLabel();
            Asm.mov(dx, 0x3FA);
            Asm.@in(al, dx); // takes the interrupt back
            Asm.mov(rcx, __qword_ptr[r15 + BootGuest.Word]);
            Asm.cmp(rcx, Line.Length);
            Asm.jae(done);
            Asm.mov(al, __byte_ptr[r15 + rcx + 0x4000]);
            Asm.inc(__qword_ptr[r15 + BootGuest.Word]);
            Asm.mov(dx, 0x3F8);
            Asm.@out(dx, al);
            Asm.Label(ref done);
            Asm.nop();
        });
        var run = await BootGuest.RunAsync(_guest.Build(() =>
        {
            for (var i = 0; i < Line.Length; i++)
            {
                Asm.mov(__byte_ptr[BootGuest.Blocks + 0x4000 + (ulong)i], (byte)Line[i]);
            }

            ProgramIoapic();
            Out(0x3F9, 2);
            _guest.WaitFor(BootGuest.Blocks + (SerialVector * 8), Line.Length + 1);
        }));

        run.AssertClean();
        Assert.Equal(Line, run.Printed);
    }

    [KvmFact]
    public async Task Serial_TypedText_ArrivesByInterruptsAndIsEchoed()
    {
        _guest.OnVector(SerialVector, also: () =>
        {
            Asm.mov(dx, 0x3F8);
            Asm.@in(al, dx);
            Asm.@out(dx, al);
        });
        var run = await BootGuest.RunAsync(
            _guest.Build(() =>
            {
                ProgramIoapic();
                Out(0x3F9, 1);
                _guest.WaitFor(BootGuest.Blocks + (SerialVector * 8), 1);
            }),
            typed: "!"u8.ToArray());

        run.AssertClean();
        Assert.Equal("!", run.Printed);
    }

    [KvmFact]
    public void Serial_TypedTextAfterThePartition_IsTakenAndForgotten()
    {
        using var files = new TestFiles();
        using var partition = new KvmPartition(new PartitionOptions { Vps = 1, MemoryBytes = 8 << 20 });
        using var guest = FileGuest.Load(
            partition, new FileGuestOptions { Path = files.Write(_guest.Build(static () => { })) }, new NoSerial());
        var devices = new MachineDevices(partition, new NoSerial());
        devices.Out(new VpIndex(0), 0x3F9, [1]); // received data interrupts

        partition.Dispose();

        Assert.Equal(3, guest.SerialInput!.Send("bye"u8));
        Assert.Equal(3, devices.Serial.Send("bye"u8));
    }

    [KvmFact]
    public async Task FirmwareConfig_CpuCount_IsWhatStartsByInitAndSipi()
    {
        const int Vps = 4;
        var run = await BootGuest.RunAsync(
            _guest.Build(
                () =>
                {
                    _guest.StartOtherVps();
                    Asm.mov(ax, 5);
                    Asm.mov(dx, 0x510);
                    Asm.@out(dx, ax);
                    Asm.mov(dx, 0x511);
                    Asm.@in(al, dx);
                    Asm.movzx(ebx, al);
                    Asm.dec(ebx);
                    var wait = Asm.CreateLabel();
                    Asm.Label(ref wait);
                    Asm.pause();
                    Asm.cmp(__qword_ptr[BootGuest.Blocks + BootGuest.Word], rbx);
                    Asm.jne(wait);
                    Asm.lea(eax, __[rbx + 1]);
                    _guest.PrintDigit();
                },
                () => Asm.@lock.inc(__qword_ptr[BootGuest.Blocks + BootGuest.Word])),
            Vps);

        run.AssertClean();
        Assert.Equal("4", run.Printed);
    }

    [KvmFact]
    public async Task Acpi_TablesAndPowerOff_EndTheGuestClean()
    {
        var run = await BootGuest.RunAsync(_guest.Build(() =>
        {
            _guest.Check(1, 0xE_0000, 0x2044_5352); // "RSD "
            _guest.Check(2, 0xE_0100, 0x5043_4146); // "FACP"
            Out(0x605, 0x34);
        }));

        Assert.Equal((true, null, "the guest powered off"), (run.Exit.Clean, run.Exit.DebugExitValue, run.Exit.Reason));
    }

    [KvmFact]
    public async Task Reboot_ByRegisterAndByTripleFault_SaysThatTheGuestRebooted()
    {
        var byRegister = await BootGuest.RunAsync(_guest.Build(() => Out(0x60C, 1)));
        var other = new BootGuest();
        var byFault = await BootGuest.RunAsync(other.Build(() =>
        {
            other.Asm.mov(rsp, 0x7_0000_0000UL);
            other.Asm.ud2();
        }));

        Assert.All([byRegister.Exit, byFault.Exit], static exit =>
        {
            Assert.False(exit.Clean);
            Assert.True(exit.IsReboot);
            Assert.StartsWith("the guest rebooted", exit.Reason, StringComparison.Ordinal);
        });
    }

    [KvmFact]
    public async Task ElfKernel_Entry_IsInLongModeWithBootParams()
    {
        const ulong Start = 0x20_0000;

        var run = await BootGuest.RunAsync(TestElf.Build64(Start, new TestSegment(Start, KernelCode(Start))));

        run.AssertClean();
        Assert.Equal(("pvh", "L"), (run.Kind, run.Printed));
    }

    [KvmFact]
    public async Task BzImage_Entry_IsInLongModeWithBootParams()
    {
        var run = await BootGuest.RunAsync(LinuxLoaderTests.Image(KernelCode(0x40_0200)));

        run.AssertClean();
        Assert.Equal(("linux", "L"), (run.Kind, run.Printed));
    }

    [KvmFact]
    public async Task Multiboot_TwoModules_LieWhereTheListSays()
    {
        var run = await BootGuest.RunAsync(
            _guest.Build(() =>
            {
                Asm.mov(ebx, __dword_ptr[BootGuest.EntryState.Value + 4]);
                Asm.mov(eax, __dword_ptr[rbx + 20]);
                _guest.CheckEax(1, 2);
                Asm.mov(esi, __dword_ptr[rbx + 24]);
                foreach (var (number, entry, content) in ((byte, int, uint)[])[(2, 0, 0x3131_3131), (3, 16, 0x3232_3232)])
                {
                    Asm.mov(edi, __dword_ptr[rsi + entry]);
                    Asm.mov(eax, __dword_ptr[rdi]);
                    _guest.CheckEax(number, content);
                }

                Asm.mov(edi, __dword_ptr[rsi + 24]);
                Asm.mov(eax, __dword_ptr[rdi]);
                _guest.CheckEax(4, 0x6761_6D69); // "imag"
            }),
            modules: [[.. "1111"u8], [.. "2222"u8]]);

        run.AssertClean();
    }

    [KvmFact]
    public async Task PvhEntry_Of32And64BitFiles_IsInProtectedModeWithItsModules()
    {
        const uint Start = 0x20_0000;
        TestSegment[] segments = [new(Start, [0xF4, .. PvhCode(Start + 1)]), TestSegment.Notes(TestElf.PvhNote(Start + 1))];
        byte[][] modules = [[.. "1111"u8], [.. "2222"u8]];

        var found = await BootGuest.RunAsync(TestElf.Build32(Start, segments), modules: modules);
        var asked = await BootGuest.RunAsync(TestElf.Build64(Start, segments), format: GuestFormat.Pvh, modules: modules);

        found.AssertClean();
        asked.AssertClean();
        Assert.Equal(("pvh", "P", "pvh", "P"), (found.Kind, found.Printed, asked.Kind, asked.Printed));
    }

    // Prints 'P' and powers off with 0 if all is as it should be, otherwise with the number of the check.
    private static byte[] PvhCode(ulong start)
    {
        var asm = new Assembler(32);
        var wrong = asm.CreateLabel();
        var number = 0u;
        asm.mov(eax, cr0);
        asm.and(eax, 0x8000_0001u);
        Check(1); // protection on, paging off
        asm.mov(eax, __dword_ptr[ebx]);
        Check(PvhStartInfo.Magic);
        asm.mov(eax, __dword_ptr[ebx + 12]);
        Check(2);
        asm.mov(esi, __dword_ptr[ebx + 16]);
        foreach (var (entry, content) in ((int, uint)[])[(0, 0x3131_3131), (32, 0x3232_3232)])
        {
            asm.mov(edi, __dword_ptr[esi + entry]);
            asm.mov(eax, __dword_ptr[edi]);
            Check(content);
        }

        asm.mov(edi, __dword_ptr[ebx + 24]);
        asm.mov(eax, __dword_ptr[edi]);
        Check(0x0077_6F6E); // "now"
        asm.mov(edi, __dword_ptr[ebx + 32]);
        asm.mov(eax, __dword_ptr[edi]);
        Check(0x2044_5352); // "RSD "
        asm.mov(al, (byte)'P');
        asm.mov(dx, 0x3F8);
        asm.@out(dx, al);
        asm.xor(ecx, ecx);
        asm.Label(ref wrong);
        asm.mov(eax, ecx);
        asm.@out(0xF4, eax);
        asm.hlt();
        var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), start);
        return code.ToArray();

        void Check(uint expected)
        {
            asm.mov(ecx, ++number);
            asm.cmp(eax, expected);
            asm.jne(wrong);
        }
    }

    // Prints 'L' and powers off if RSI names boot_params and the processor is in 64-bit mode.
    private static byte[] KernelCode(ulong start)
    {
        var asm = new Assembler(64);
        var wrong = asm.CreateLabel();
        asm.mov(rax, 0x1_0000_0000UL); // in 32-bit mode this would be two other instructions
        asm.shr(rax, 32);
        asm.cmp(__dword_ptr[rsi + 0x202], 0x5372_6448); // "HdrS"
        asm.jne(wrong);
        asm.add(eax, 'L' - 1);
        asm.mov(dx, 0x3F8);
        asm.@out(dx, al);
        asm.xor(eax, eax);
        asm.Label(ref wrong);
        asm.@out(0xF4, eax);
        asm.hlt();
        var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), start);
        return code.ToArray();
    }

    private void ProgramIoapic()
    {
        foreach (var (register, value) in ((uint, uint)[])[(0x19, 0), (0x18, SerialVector)])
        {
            Asm.mov(ebx, Ioapic);
            Asm.mov(__dword_ptr[rbx], register);
            Asm.mov(__dword_ptr[rbx + 0x10], value);
        }
    }

    private void Out(ushort port, byte value)
    {
        Asm.mov(al, value);
        Asm.mov(dx, port);
        Asm.@out(dx, al);
    }

    private sealed class NoSerial : ISerialSink
    {
        public void Write(byte value)
        {
        }
    }
}
