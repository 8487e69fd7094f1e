using Synic.Diagnostics;
using Synic.Hv;

namespace Synic.Tests.Diagnostics;

public sealed class DispatchCountersTests
{
    private readonly DispatchCounters _counters = new();

    [Fact]
    public void Count_EachCell_IsItsOwn()
    {
        for (byte vtl = 0; vtl < Vtl.Count; vtl++)
        {
            Repeat(1 + vtl, () => _counters.CountPost(new Vtl(vtl)));
            Repeat(10 + vtl, () => _counters.CountSignal(new Vtl(vtl), SignalPath.Hypercall));
            Repeat(20 + vtl, () => _counters.CountSignal(new Vtl(vtl), SignalPath.Monitor));
        }

        for (byte vtl = 0; vtl < Vtl.Count; vtl++)
        {
            Assert.Equal(1 + vtl, _counters.PostCalls(new Vtl(vtl)));
            Assert.Equal(10 + vtl, _counters.SignalCalls(new Vtl(vtl), SignalPath.Hypercall));
            Assert.Equal(20 + vtl, _counters.SignalCalls(new Vtl(vtl), SignalPath.Monitor));
        }
    }

    [Fact]
    public void CountFailure_EveryStatusThereIs_FindsACell()
    {
        for (var status = 0; status <= ushort.MaxValue; status++)
        {
            _counters.CountPostFailure(new HvStatus((ushort)status));
            _counters.CountSignalFailure(new HvStatus((ushort)status), SignalPath.Monitor);
        }

        var all = Enumerable.Range(0, FailureStatus.Count).ToList();
        Assert.Equal(65_536, all.Sum(_counters.PostFailures));
        Assert.Equal(65_536, all.Sum(i => _counters.SignalFailures(i, SignalPath.Monitor)));
        Assert.Equal(0, all.Sum(i => _counters.SignalFailures(i, SignalPath.Hypercall)));
    }

    [Fact]
    public void IndexOf_EachLabel_IsTheStatusOfThatName()
    {
        Assert.Equal(FailureStatus.Count, FailureStatus.Names.Count);
        Assert.Equal("other", FailureStatus.Names[^1]);
        for (ushort value = 0; value < 0x100; value++)
        {
            var status = new HvStatus(value);
            var label = FailureStatus.Names[FailureStatus.IndexOf(status)];
            Assert.True(label == status.Name || (label == "other" && !FailureStatus.Names.Contains(status.Name)), status.ToString());
        }
    }

    [Fact]
    public void CountPost_VtlOutOfRange_IsNoOtherVtls()
    {
        _counters.CountPost(new Vtl(255));
        _counters.CountSignal(new Vtl(255), SignalPath.Monitor);

        Assert.Equal(1, _counters.PostCalls(new Vtl(255)));
        for (byte vtl = 0; vtl < Vtl.Count; vtl++)
        {
            Assert.Equal(0, _counters.PostCalls(new Vtl(vtl)));
            Assert.Equal(0, _counters.SignalCalls(new Vtl(vtl), SignalPath.Monitor));
        }
    }

    [Fact]
    public void CountPostBytes_Adds()
    {
        _counters.CountPostBytes(240);
        _counters.CountPostBytes(0);
        _counters.CountPostBytes(1);

        Assert.Equal(241, _counters.PostBytes());
    }

    [Fact]
    public void Add_Another_AddsEveryCell()
    {
        var other = new DispatchCounters();
        foreach (var counters in (DispatchCounters[])[_counters, other, other])
        {
            counters.CountPost(Vtl.Vtl1);
            counters.CountPostBytes(3);
            counters.CountPostFailure(HvStatus.InvalidConnectionId);
            counters.CountSignal(Vtl.Vtl2, SignalPath.Monitor);
            counters.CountSignalFailure(HvStatus.OperationDenied, SignalPath.Hypercall);
        }

        _counters.Add(other);

        Assert.Equal((3, 9, 3), (_counters.PostCalls(Vtl.Vtl1), _counters.PostBytes(), _counters.SignalCalls(Vtl.Vtl2, SignalPath.Monitor)));
        Assert.Equal(3, _counters.PostFailures(FailureStatus.IndexOf(HvStatus.InvalidConnectionId)));
        Assert.Equal(3, _counters.SignalFailures(FailureStatus.IndexOf(HvStatus.OperationDenied), SignalPath.Hypercall));
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
        {
            action();
        }
    }
}
