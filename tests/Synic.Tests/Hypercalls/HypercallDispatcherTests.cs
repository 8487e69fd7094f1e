using Synic.Diagnostics;
using Synic.Hv;
using Synic.Hypercalls;

namespace Synic.Tests.Hypercalls;

public sealed class HypercallDispatcherTests
{
    private static readonly HypercallControl s_post = HypercallControl.Simple(HypercallCode.PostMessage);
    private static readonly HypercallControl s_signal = HypercallControl.Simple(HypercallCode.SignalEvent);
    private static readonly HypercallControl s_capabilities = HypercallControl.Simple(HypercallCode.ExtQueryCapabilities);

    private readonly HypercallBench _bench = new();

    [Fact]
    public void Dispatch_EveryOtherCode_IsUnknownAndTouchesNothing()
    {
        ushort[] known = [0x08, 0x46, 0x50, 0x51, 0x5C, 0x5D, 0xC0, 0xC1, 0x8001];

        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var result = _bench.Slow(HypercallControl.Simple((ushort)code), ulong.MaxValue, ulong.MaxValue);

            Assert.Equal(!known.Contains((ushort)code), result.Status == HvStatus.InvalidHypercallCode);
        }

        Assert.Empty(_bench.Messages.Taken);
        Assert.Empty(_bench.Events.Flags);
    }

    [Fact]
    public void Dispatch_AnyControlAndAddress_AnswersWithoutThrowing()
    {
        var random = new Random(7);
        ushort[] codes = [0x08, 0x46, 0x50, 0x51, 0x5C, 0x5D, 0xC0, 0xC1, 0x8001];
        ulong[] addresses = [0, 0xFF8, 0x1000, 0x3F00, 0x3FF8, 0x4000, ulong.MaxValue - 7, ulong.MaxValue - 0xFFF, ulong.MaxValue];
        var registers = new byte[112];
        var block = new byte[300];

        for (var i = 0; i < 50_000; i++)
        {
            random.NextBytes(block);
            block.AsSpan(0, random.Next(2) * 8).Fill(0xFF); // half of them name the own partition
            _bench.Memory.TryWrite(new Gpa(HypercallBench.Input), block);
            block.AsSpan(0, registers.Length).CopyTo(registers);
            var control = new HypercallControl(
                codes[random.Next(codes.Length)] | (ulong)random.Next(0x400) << 32 | (ulong)random.Next(0x40) << 48);
            control = random.Next(4) == 0 ? new HypercallControl((ushort)control.Value) : control;

            var slow = _bench.Slow(control, addresses[random.Next(addresses.Length)], addresses[random.Next(addresses.Length)]);
            var fast = _bench.Fast(control, registers.AsSpan(0, 16 * random.Next(8)));

            Assert.True(slow.RepsCompleted <= control.RepCount);
            Assert.True(fast.RepsCompleted <= control.RepCount);
        }
    }

    [Fact]
    public void Dispatch_PostUpToTheEndOfMemory_IsDelivered()
    {
        var status = _bench.Post(HypercallBench.MessageConnection, type: 7, gpa: HypercallBench.MemorySize - 256);

        Assert.Equal(HvStatus.Success, status);
        var (type, payload) = Assert.Single(_bench.Messages.Taken);
        Assert.Equal(7u, type);
        Assert.Equal("ping"u8.ToArray(), payload);
    }

    [Fact]
    public void Dispatch_FastSignal_UsesRdxAndIgnoresR8()
    {
        var registers = new byte[16];
        BitConverter.TryWriteBytes(registers, HypercallBench.SignalInput(HypercallBench.EventConnection, 0x1234));
        registers.AsSpan(8).Fill(0xEE);

        var result = _bench.Fast(s_signal, registers, out var outputWritten);

        Assert.Equal(0UL, result.Value);
        Assert.Equal([0x1234], _bench.Events.Flags);
        Assert.False(outputWritten);
    }

    [Fact]
    public void Dispatch_RefusedBeforeThePort_IsCountedOnceWithItsStatus()
    {
        _bench.Slow(s_post, HypercallBench.Input + 4);
        _bench.Post(HypercallBench.MessageConnection, size: 241);
        _bench.Post(HypercallBench.MessageConnection);
        _bench.Slow(s_signal, HypercallBench.MemorySize);

        var counters = _bench.Context.Counters;
        Assert.Equal(3, counters.PostCalls(Vtl.Vtl0));
        Assert.Equal(1, counters.PostFailures(FailureStatus.IndexOf(HvStatus.InvalidAlignment)));
        Assert.Equal(1, counters.PostFailures(FailureStatus.IndexOf(HvStatus.InvalidParameter)));
        Assert.Equal(1, counters.SignalCalls(Vtl.Vtl0, SignalPath.Hypercall));
        Assert.Equal(
            1, counters.SignalFailures(FailureStatus.IndexOf(HvStatus.InvalidHypercallInput), SignalPath.Hypercall));
    }

    [Theory]
    [InlineData(0x2004UL, 0x04)] // misaligned
    [InlineData(0x2FFCUL, 0x03)] // crosses the page
    [InlineData(0x4000UL, 0x03)] // behind memory
    [InlineData(ulong.MaxValue, 0x03)]
    [InlineData(0x3FF8UL, 0x00)]
    public void Dispatch_OutputOfASlowCall_IsCheckedAndWritten(ulong output, ushort expected)
    {
        _bench.Memory.TryWrite(new Gpa(0x3FF8), [1, 1, 1, 1, 1, 1, 1, 1]);

        var result = _bench.Slow(s_capabilities, input: ulong.MaxValue, output); // no input: that pointer is ignored

        Assert.Equal(new HvStatus(expected), result.Status);
        Assert.Equal(expected == 0 ? 0 : 1, _bench.Read(0x3FF8, 1)[0]);
    }

    [Fact]
    public void Dispatch_FastOutputWithoutExtendedRegisters_IsRefused()
    {
        var registers = Enumerable.Repeat((byte)7, 16).ToArray();

        var result = _bench.Fast(s_capabilities, registers, out var outputWritten);

        Assert.Equal(HvStatus.InvalidHypercallInput, result.Status);
        Assert.False(outputWritten);
        Assert.All(registers, b => Assert.Equal(7, b));
    }

    [Fact]
    public void Dispatch_FastOutput_GoesToTheNextPairOfRegisters()
    {
        var registers = new byte[112];
        registers.AsSpan(0, 8).Fill(0xFF); // partition self
        registers[8] = 1;
        registers[13] = 2;
        registers.AsSpan(16).Fill(7);

        var result = _bench.Fast(HypercallControl.Simple(HypercallCode.SignalEventDirect), registers, out var outputWritten);

        Assert.Equal(HvStatus.Success, result.Status);
        Assert.True(outputWritten);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 7], registers[16..25]);
    }

    [Fact]
    public void Constructor_AnotherDialectThanThePorts_Throws() => Assert.Throws<ArgumentException>(
        () => new HypercallDispatcher(_bench.Memory, _bench.Ports, _bench.Registers, SynicDialect.Tlfs));

    [Fact]
    public void Dispatch_PostAndSignal_AllocateNothing()
    {
        var registers = new byte[16];
        BitConverter.TryWriteBytes(registers, (ulong)0x99);
        Run();

        // What the runtime allocates once, while it recompiles, is not the dispatcher's; a call's own would come each time.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Run()
        {
            for (var i = 0; i < 1000; i++)
            {
                _bench.Slow(s_post);
                _bench.Fast(s_signal, registers);
                _bench.Slow(HypercallControl.Rep(HypercallCode.GetVpRegisters, 4));
            }
        }
    }
}
