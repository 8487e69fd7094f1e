using Iced.Intel;
using Synic.Backends;
using Synic.Backends.Kvm;
using Synic.Guests;
using Synic.Hv;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Tests.Backends.Kvm;

/// <summary>
/// A guest written by a test: its body runs on VP 0 with the hypercall page on, counts #GP faults of two-byte
/// instructions instead of dying, and leaves results where the test reads them.
/// </summary>
internal sealed class TestGuest : IDisposable
{
    private readonly KvmPartition _partition;

    private TestGuest(KvmPartition partition) => _partition = partition;

    public IPartition Partition => _partition;

    public long GpFaultCount => (long)Read(TestLayout.GpFaults);

    /// <summary>Interrupts with the vectors that <see cref="DemoLayout"/> has for messages and timers.</summary>
    public long InterruptCount => (long)Read(TestLayout.Interrupts);

    /// <summary>Lays the guest out; it starts with <see cref="Start"/>.</summary>
    /// <param name="body">Runs in 64-bit mode with a stack, interrupts off. Falls through into power-off.</param>
    /// <param name="writeEoi">The interrupt handler ends its interrupts.</param>
    /// <param name="options">Of the partition.</param>
    public static TestGuest Create(Action<TestAssembler> body, bool writeEoi = true, PartitionOptions? options = null)
    {
        var partition = new KvmPartition(options ?? new PartitionOptions { Vps = 1, MemoryBytes = 4 << 20 });
        var asm = new TestAssembler();
        asm.Begin();
        body(asm);
        asm.PowerOff();
        DemoMemory.Write(partition.Memory, asm.Assemble(writeEoi));
        partition.Devices = new MachineDevices(partition, new NoSerial());
        partition.BootState = new VpBootState
        {
            Rip = DemoLayout.Code.Value,
            Rsp = TestLayout.Stack.Value,
            PageTables = DemoLayout.PageTables,
            Gdt = DemoLayout.Gdt,
        };
        return new TestGuest(partition);
    }

    /// <summary>A guest in 32-bit protected mode without paging, with the hypercall page on.</summary>
    public static TestGuest CreateProtectedMode(Action<Assembler> body)
    {
        var partition = new KvmPartition(new PartitionOptions { Vps = 1, MemoryBytes = 4 << 20 });
        var asm = new Assembler(32);
        asm.mov(esp, (uint)TestLayout.Stack.Value);
        asm.mov(ecx, HvMsr.GuestOsId);
        asm.mov(eax, unchecked((uint)DemoLayout.GuestOsId));
        asm.mov(edx, (uint)(DemoLayout.GuestOsId >> 32));
        asm.wrmsr();
        asm.mov(ecx, HvMsr.Hypercall);
        asm.mov(eax, (uint)DemoLayout.HypercallPage.Value | 1);
        asm.xor(edx, edx);
        asm.wrmsr();
        body(asm);
        asm.xor(eax, eax);
        asm.@out(0xF4, eax);
        asm.hlt();
        var code = new MemoryStream();
        asm.Assemble(new StreamCodeWriter(code), DemoLayout.Code.Value);
        partition.Memory.TryWrite(DemoLayout.Code, code.ToArray());
        partition.Memory.TryWrite(DemoLayout.Gdt + 8, BitConverter.GetBytes(0x00CF_9A00_0000_FFFFUL));
        partition.Memory.TryWrite(DemoLayout.Gdt + 16, BitConverter.GetBytes(0x00CF_9200_0000_FFFFUL));
        partition.Devices = new MachineDevices(partition, new NoSerial());
        partition.BootState = new VpBootState
        {
            Mode = VpBootMode.ProtectedMode,
            Rip = DemoLayout.Code.Value,
            Rsp = TestLayout.Stack.Value,
            Gdt = DemoLayout.Gdt,
        };
        return new TestGuest(partition);
    }

    public void Start() => _partition.Start();

    /// <summary>Starts it and waits until it has ended.</summary>
    public async Task<PartitionExit> RunAsync()
    {
        _partition.Start();
        var exit = await _partition.Completion.WaitAsync(TestContext.Current.CancellationToken);
        _partition.Stop();
        return exit;
    }

    /// <summary>The n-th result that the guest stored.</summary>
    public ulong Result(int index) => Read(TestLayout.Results + ((ulong)index * 8));

    public void Dispose() => _partition.Dispose();

    private ulong Read(Gpa gpa)
    {
        Span<byte> bytes = stackalloc byte[8];
        Assert.True(_partition.Memory.TryRead(gpa, bytes));
        return BitConverter.ToUInt64(bytes);
    }

    private sealed class NoSerial : ISerialSink
    {
        public void Write(byte value)
        {
        }
    }
}
