using Synic.Backends;
using Synic.Backends.Kvm;
using Synic.Guests;
using Synic.Hv;

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
