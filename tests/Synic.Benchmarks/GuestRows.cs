using Synic.Backends;
using Synic.Backends.Kvm;
using Synic.Guests;
using Synic.Hv;
using Synic.Ports.Handlers;
using Synic.Tests.Backends.Kvm;
using static Iced.Intel.AssemblerRegisters;

namespace Synic.Benchmarks;

/// <summary>What a call costs a guest, against a bare I/O exit.</summary>
/// <param name="Name">Of the call.</param>
/// <param name="BareNanoseconds">A bare OUT, of the same guest in the same round.</param>
/// <param name="Nanoseconds">The call.</param>
/// <param name="Ratio">Median over rounds of call / bare.</param>
/// <param name="Limit">At most; null: shown only.</param>
internal sealed record GuestRow(string Name, double BareNanoseconds, double Nanoseconds, double Ratio, double? Limit)
{
    public bool Passed => Limit is null || Ratio <= Limit;
}

/// <summary>Round trips of a real guest on this machine's KVM, timed by the guest's own TSC, in turn with bare exits.</summary>
internal static class GuestRows
{
    private const int Calls = 200;
    private const byte NoDevice = 0x80;
    private static readonly ConnectionId s_counter = new(0x2001);
    private static readonly ConnectionId s_echo = new(0x2002);
    private static readonly Gpa s_slot = TestLayout.Simp + (2 * HvMessage.Size);

    /// <summary>Null when a guest cannot run here.</summary>
    public static IReadOnlyList<GuestRow>? Measure(int rounds, out string reason)
    {
        var probe = HypervisorCatalog.Probe().First(static p => p.Kind == BackendKind.Kvm);
        reason = probe.Reason;
        if (!probe.Usable)
        {
            return null;
        }

        return
        [
            Row("HvSignalEvent", 1.45, rounds, fastPath: false, static asm => Signal(asm, s_counter)),
            Row("HvSignalEvent, while another port has a fast path", null, rounds, fastPath: true, static asm => Signal(asm, s_counter)),
            Row("HvSignalEvent on a fast path: no exit to user mode", null, rounds, fastPath: true, static asm => Signal(asm, FastPath)),
            Row("HvPostMessage, no answer", null, rounds, fastPath: false, Post),
            Row("HvPostMessage, echo in the slot, interrupt taken", 4.5, rounds, fastPath: false, PostAndTakeEcho),
        ];
    }

    private static ConnectionId FastPath => new(0x2003);

    private static GuestRow Row(string name, double? limit, int rounds, bool fastPath, Action<TestAssembler> call)
    {
        var echo = name.Contains("echo", StringComparison.Ordinal);
        using var partition = new KvmPartition(new PartitionOptions { Vps = 1, MemoryBytes = 4 << 20 });
        using var counter = new CounterPort(fastPath: false);
        using var fast = new CounterPort(fastPath: true);
        using var answer = partition.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(0), DemoLayout.MessageSint);
        using var counterHandle = partition.Ports.AddEventPort(s_counter, Vtl.Vtl0, counter, "bench");
        using var echoHandle = echo
            ? partition.Ports.AddMessagePort(s_echo, Vtl.Vtl0, new EchoPort(answer), "bench")
            : partition.Ports.AddMessagePort(s_echo, Vtl.Vtl0, new SinkPort(), "bench");
        using var fastHandle = fastPath ? partition.Ports.AddEventPort(FastPath, Vtl.Vtl0, fast, "bench") : null;

        partition.Memory.TryWrite(TestLayout.Block, [0x02, 0x20, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0]);
        DemoMemory.Write(partition.Memory, Assemble(rounds, call));
        partition.Devices = new MachineDevices(partition, new NoSerial());
        partition.BootState = new VpBootState
        {
            Rip = DemoLayout.Code.Value,
            Rsp = TestLayout.Stack.Value,
            PageTables = DemoLayout.PageTables,
            Gdt = DemoLayout.Gdt,
        };
        partition.Start();
        var exit = partition.Completion.GetAwaiter().GetResult();
        partition.Stop();
        return exit.Clean ? Read(partition, name, limit, rounds) : throw new InvalidOperationException(exit.Reason);
    }

    private static DemoImage Assemble(int rounds, Action<TestAssembler> call)
    {
        var asm = new TestAssembler();
        asm.Begin();
        asm.EnableSynic(DemoLayout.MessageVector);
        asm.sti();
        asm.mov(rbp, DemoLayout.HypercallPage.Value);
        asm.mov(r15, TestLayout.Results.Value);
        asm.mov(r14, (ulong)rounds + 1); // one more to warm up
        var again = asm.CreateLabel();
        asm.Label(ref again);
        Time(asm, static a =>
        {
            a.mov(eax, 1);
            a.@out(NoDevice, eax);
        });
        Time(asm, call);
        asm.dec(r14);
        asm.jne(again);
        asm.PowerOff();
        return asm.Assemble(writeEoi: true);
    }

    private static void Time(TestAssembler asm, Action<TestAssembler> call)
    {
        ReadTsc(asm);
        asm.mov(r13, rax);
        asm.Repeat(Calls, () => call(asm));
        ReadTsc(asm);
        asm.sub(rax, r13);
        asm.mov(__qword_ptr[r15], rax);
        asm.add(r15, 8);
    }

    private static void ReadTsc(TestAssembler asm)
    {
        asm.rdtsc();
        asm.shl(rdx, 32);
        asm.or(rax, rdx);
    }

    // What a guest's own stub does, no more: RBP holds the hypercall page.
    private static void Signal(TestAssembler asm, ConnectionId connection)
    {
        asm.mov(ecx, (uint)HypercallControl.Simple(HypercallCode.SignalEvent, fast: true).Value);
        asm.mov(edx, connection.Value);
        asm.call(rbp);
    }

    private static void Post(TestAssembler asm)
    {
        asm.mov(ecx, (uint)HypercallCode.PostMessage);
        asm.mov(edx, (uint)TestLayout.Block.Value);
        asm.call(rbp);
    }

    // The interrupt is taken on the way back into the guest; then the slot is given back.
    private static void PostAndTakeEcho(TestAssembler asm)
    {
        Post(asm);
        asm.mov(__dword_ptr[s_slot.Value], 0);
    }

    private static GuestRow Read(KvmPartition partition, string name, double? limit, int rounds)
    {
        Span<byte> bytes = new byte[(rounds + 1) * 16];
        partition.Memory.TryRead(TestLayout.Results, bytes);
        var ticks = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bytes)[2..].ToArray();
        var bare = ticks.Where(static (_, i) => i % 2 == 0).ToArray();
        var calls = ticks.Where(static (_, i) => i % 2 == 1).ToArray();
        var nanoseconds = 1e9 / partition.TscFrequency / Calls;
        return new GuestRow(
            name, Median(bare.Select(static t => (double)t)) * nanoseconds, Median(calls.Select(static t => (double)t)) * nanoseconds,
            Median(bare.Zip(calls, static (b, c) => (double)c / b)), limit);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed class NoSerial : ISerialSink
    {
        public void Write(byte value)
        {
        }
    }
}
