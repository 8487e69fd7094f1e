using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Tests.Hypercalls;

public sealed class PortHypercallsTests
{
    [Theory]
    [InlineData(SynicDialect.OpenVmm, 0x05)]
    [InlineData(SynicDialect.Tlfs, 0x05)]
    [InlineData(SynicDialect.Qemu, 0x03)]
    public void PostMessage_PayloadOf241Bytes_IsRefusedAndCounted(SynicDialect dialect, ushort expected)
    {
        var bench = new HypercallBench(dialect);

        var status = bench.Ports.PostMessage(bench.Context, Vtl.Vtl0, HypercallBench.MessageConnection, 1, new byte[241]);

        Assert.Equal(new HvStatus(expected), status);
        Assert.Equal(1, bench.Context.Counters.PostCalls(Vtl.Vtl0));
        Assert.Equal(1, bench.Context.Counters.PostFailures(FailureStatus.IndexOf(status)));
        Assert.Empty(bench.Messages.Taken);
    }

    [Fact]
    public void PostMessage_WrongKindInTlfs_IsCountedUnderTheStatusThatTheGuestSaw()
    {
        var bench = new HypercallBench(SynicDialect.Tlfs);

        bench.Ports.PostMessage(bench.Context, Vtl.Vtl1, HypercallBench.EventConnection, 1, []);
        bench.Ports.SignalEvent(bench.Context, Vtl.Vtl1, HypercallBench.MessageConnection, 0);

        var counters = bench.Context.Counters;
        var portId = FailureStatus.IndexOf(HvStatus.InvalidPortId);
        var connectionId = FailureStatus.IndexOf(HvStatus.InvalidConnectionId);
        Assert.Equal((1, 0), (counters.PostFailures(portId), counters.PostFailures(connectionId)));
        Assert.Equal(
            (1, 0),
            (counters.SignalFailures(portId, SignalPath.Hypercall), counters.SignalFailures(connectionId, SignalPath.Hypercall)));
    }

    [Fact]
    public void SignalEvent_RefusedByTheDialect_IsCountedOnce()
    {
        var bench = new HypercallBench(SynicDialect.Qemu);

        bench.Ports.SignalEvent(bench.Context, Vtl.Vtl0, HypercallBench.EventConnection, 1);
        bench.Ports.SignalEvent(bench.Context, Vtl.Vtl0, 1UL << 48);

        var counters = bench.Context.Counters;
        Assert.Equal(2, counters.SignalCalls(Vtl.Vtl0, SignalPath.Hypercall));
        Assert.Equal(1, counters.SignalFailures(FailureStatus.IndexOf(HvStatus.InvalidPortId), SignalPath.Hypercall));
        Assert.Equal(1, counters.SignalFailures(FailureStatus.IndexOf(HvStatus.InvalidHypercallInput), SignalPath.Hypercall));
        Assert.Empty(bench.Events.Flags);
    }

    [Fact]
    public void Calls_WithTimings_AreTimedOnceIn64()
    {
        var timings = new RecordingTimings();
        var bench = new HypercallBench(timings: timings);

        for (var i = 0; i < 64; i++)
        {
            bench.Ports.PostMessage(bench.Context, Vtl.Vtl0, HypercallBench.MessageConnection, 1, "x"u8);
            bench.Ports.SignalEvent(bench.Context, Vtl.Vtl0, HypercallBench.EventConnection, 0);
            bench.Ports.SignalEvent(bench.Context, Vtl.Vtl0, HypercallBench.EventConnection, 0);
        }

        Assert.Equal((1, 2), (timings.Posts.Count, timings.Signals.Count));
        Assert.All([.. timings.Posts, .. timings.Signals], seconds => Assert.True(seconds >= 0));
        Assert.Equal(64, bench.Messages.Taken.Count);
        Assert.Equal(128, bench.Events.Flags.Count);
    }

    private sealed class RecordingTimings : IDispatchTimings
    {
        public List<double> Posts { get; } = [];

        public List<double> Signals { get; } = [];

        public void RecordPost(double seconds) => Posts.Add(seconds);

        public void RecordSignal(double seconds) => Signals.Add(seconds);
    }
}
