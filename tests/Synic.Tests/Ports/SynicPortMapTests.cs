using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Ports;

public sealed class SynicPortMapTests
{
    private const uint Connection = 0x2001;

    private readonly PortRig _rig = new();
    private readonly TestMessagePort _messages = new();
    private readonly TestEventPort _events = new();

    [Theory]
    [InlineData(0u)]
    [InlineData(0x2002u)]      // beside a port
    [InlineData(0x00FF_FFFFu)] // the last id
    [InlineData(0x0100_2001u)] // a port's id with a reserved bit
    [InlineData(0x8000_2001u)]
    [InlineData(0xFFFF_FFFFu)]
    public void Handle_UnknownId_AnswersInvalidConnectionIdAndCounts(uint unknown)
    {
        _rig.AddMessage(Connection, _messages);
        _rig.AddEvent(Connection + 2, _events);

        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Post(unknown));
        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(unknown));

        Assert.Empty(_messages.Messages);
        Assert.Empty(_events.Flags);
        Assert.Equal(1, _rig.Context.Counters.PostFailures(FailureStatus.IndexOf(HvStatus.InvalidConnectionId)));
        Assert.Equal(
            1, _rig.Context.Counters.SignalFailures(FailureStatus.IndexOf(HvStatus.InvalidConnectionId), SignalPath.Hypercall));
    }

    [Fact]
    public void Handle_WrongKind_AnswersInvalidConnectionIdAndCallsNobody()
    {
        var message = _rig.AddMessage(1, _messages);
        var @event = _rig.AddEvent(2, _events);

        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(1));
        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Post(2));

        Assert.Empty(_messages.Messages);
        Assert.Empty(_events.Flags);
        Assert.Equal(1, message.Registration.Statistics.WrongKind);
        Assert.Equal(1, @event.Registration.Statistics.WrongKind);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    public void Handle_CallerBelowMinimumVtl_AnswersOperationDenied(byte caller, byte minimum)
    {
        var message = _rig.AddMessage(1, _messages, new Vtl(minimum));
        var @event = _rig.AddEvent(2, _events, new Vtl(minimum));

        Assert.Equal(HvStatus.OperationDenied, _rig.Post(1, new Vtl(caller)));
        Assert.Equal(HvStatus.OperationDenied, _rig.Signal(2, new Vtl(caller)));

        Assert.Empty(_messages.Messages);
        Assert.Empty(_events.Flags);
        Assert.Equal(1, message.Registration.Statistics.Denied);
        Assert.Equal(1, @event.Registration.Statistics.Denied);
    }

    [Fact]
    public void Handle_WrongKindAndLowVtl_KindIsCheckedFirst()
    {
        _rig.AddMessage(1, _messages, Vtl.Vtl2);
        _rig.AddEvent(2, _events, Vtl.Vtl2);

        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(1));
        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Post(2));
    }

    [Fact]
    public void Post_FullPortOfHigherVtl_VtlIsCheckedBeforeThePortIsAsked()
    {
        _messages.Full = true;
        _rig.AddMessage(1, _messages, Vtl.Vtl1);

        Assert.Equal(HvStatus.OperationDenied, _rig.Post(1, Vtl.Vtl0));
        Assert.Equal(HvStatus.InsufficientBuffers, _rig.Post(1, Vtl.Vtl1));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(255)]
    public void Handle_VtlThatDoesNotExist_IsNoWayRoundTheKind(byte vtl)
    {
        _rig.AddMessage(1, _messages, Vtl.Vtl2);

        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(1, new Vtl(vtl)));
        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(2, new Vtl(vtl)));
    }

    [Fact]
    public void Post_PortHasNoRoom_AnswersInsufficientBuffers()
    {
        _messages.Full = true;
        var port = _rig.AddMessage(Connection, _messages);

        Assert.Equal(HvStatus.InsufficientBuffers, _rig.Post(Connection));

        Assert.Equal(1, port.Registration.Statistics.Busy);
        Assert.Equal(0, port.Registration.Statistics.Calls);
        Assert.Equal(1, _rig.Context.Counters.PostFailures(FailureStatus.IndexOf(HvStatus.InsufficientBuffers)));
    }

    [Fact]
    public void Post_Taken_HandsOverTypePayloadAndTrust()
    {
        var port = _rig.AddMessage(Connection, _messages);

        var status = _rig.Map.HandlePostMessage(
            _rig.Context, Vtl.Vtl1, new ConnectionId(Connection), trusted: true, new PostedMessage(0x8000_0001, new byte[] { 1, 2, 3 }));

        Assert.Equal(HvStatus.Success, status);
        var message = Assert.Single(_messages.Messages);
        Assert.Equal(0x8000_0001u, message.Type);
        Assert.Equal([1, 2, 3], message.Payload);
        Assert.True(message.Trusted);
        Assert.Equal(3, port.Registration.Statistics.Bytes);
        Assert.Equal(3, _rig.Context.Counters.PostBytes());
        Assert.Equal(1, _rig.Context.Counters.PostCalls(Vtl.Vtl1));
        Assert.Equal(0, _rig.Context.Counters.PostCalls(Vtl.Vtl0));
    }

    [Fact]
    public void Post_EmptyPayload_IsTaken()
    {
        _rig.AddMessage(Connection, _messages);

        var status = _rig.Map.HandlePostMessage(_rig.Context, Vtl.Vtl0, new ConnectionId(Connection), trusted: false, default);

        Assert.Equal(HvStatus.Success, status);
        Assert.Empty(Assert.Single(_messages.Messages).Payload);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2047)]
    [InlineData(65_535)]
    public void Signal_Taken_HandsOverTheFlagUnchanged(ushort flag)
    {
        var port = _rig.AddEvent(Connection, _events);

        Assert.Equal(HvStatus.Success, _rig.Signal(Connection, Vtl.Vtl2, flag));

        Assert.Equal([flag], _events.Flags);
        Assert.Equal(1, port.Registration.Statistics.Calls);
        Assert.Equal(1, _rig.Context.Counters.SignalCalls(Vtl.Vtl2, SignalPath.Hypercall));
    }

    [Fact]
    public void Signal_ByMonitor_IsCountedApart()
    {
        _rig.AddEvent(1, _events, Vtl.Vtl1);

        _rig.Map.HandleSignalEvent(_rig.Context, Vtl.Vtl1, new ConnectionId(1), 0, SignalPath.Monitor);
        _rig.Map.HandleSignalEvent(_rig.Context, Vtl.Vtl0, new ConnectionId(1), 0, SignalPath.Monitor);

        var counters = _rig.Context.Counters;
        Assert.Equal(1, counters.SignalCalls(Vtl.Vtl1, SignalPath.Monitor));
        Assert.Equal(0, counters.SignalCalls(Vtl.Vtl1, SignalPath.Hypercall));
        Assert.Equal(1, counters.SignalFailures(FailureStatus.IndexOf(HvStatus.OperationDenied), SignalPath.Monitor));
        Assert.Equal(0, counters.SignalFailures(FailureStatus.IndexOf(HvStatus.OperationDenied), SignalPath.Hypercall));
    }

    [Fact]
    public void Handle_PortThrows_AnswersOperationFailedAndTheMapLivesOn()
    {
        _messages.OnMessage = () => throw new InvalidOperationException("the port's own mistake");
        _events.OnSignal = () => throw new InvalidOperationException("the port's own mistake");
        var message = _rig.AddMessage(1, _messages);
        var @event = _rig.AddEvent(2, _events);

        Assert.Equal(HvStatus.OperationFailed, _rig.Post(1));
        Assert.Equal(HvStatus.OperationFailed, _rig.Signal(2));
        _messages.OnMessage = null;
        _events.OnSignal = null;

        Assert.Equal(HvStatus.Success, _rig.Post(1));
        Assert.Equal(HvStatus.Success, _rig.Signal(2));
        Assert.Equal(1, message.Registration.Statistics.Faulted);
        Assert.Equal(1, @event.Registration.Statistics.Faulted);
        Assert.Equal(0UL, _rig.Context.Mark); // or a later removal would wait for ever
    }

    [Fact]
    public void Handle_FromCallbacks_EachDepthIsCalledCountedAndUnmarked()
    {
        const uint depth = 9;
        var ports = Enumerable.Range(0, (int)depth + 1).Select(_ => new TestEventPort()).ToArray();
        for (var i = 0u; i <= depth; i++)
        {
            var next = i + 1;
            ports[i].OnSignal = () => Assert.Equal(next <= depth ? HvStatus.Success : HvStatus.InvalidConnectionId, _rig.Signal(next));
            _rig.AddEvent(i, ports[i]);
        }

        Assert.Equal(HvStatus.Success, _rig.Signal(0));

        Assert.All(ports, p => Assert.Single(p.Flags));
        Assert.All(_rig.Map.Snapshot(), r => Assert.Equal(1, r.Statistics.Calls));
        Assert.All(_rig.Map.Snapshot(), r => Assert.False(_rig.Context.IsInside(r.Access)));
    }

    [Fact]
    public void Handle_RefusedInsideACallback_KeepsTheOuterMark()
    {
        var outer = _rig.AddEvent(1, _events);
        _rig.AddMessage(2, _messages, Vtl.Vtl2);
        var seen = false;
        _events.OnSignal = () =>
        {
            Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(2));
            Assert.Equal(HvStatus.OperationDenied, _rig.Post(2));
            seen = _rig.Context.IsInside(outer.Registration.Access);
        };

        Assert.Equal(HvStatus.Success, _rig.Signal(1));
        Assert.True(seen);
        Assert.Equal(1, outer.Registration.Statistics.Calls);
    }

    [Fact]
    public void Statistics_ConnectionIsUsedAgain_StartsFromZero()
    {
        var first = _rig.AddEvent(1, _events);
        _rig.Context.Timestamp = 50;
        _rig.Signal(1);
        _rig.Post(1);
        first.Dispose();
        var second = _rig.AddEvent(1, new TestEventPort());

        Assert.NotEqual(first.Registration.Access, second.Registration.Access);
        Assert.Equal(default, second.Registration.Statistics);

        _rig.Context.Timestamp = 50; // the same tick as the other port's last
        _rig.Signal(1);
        Assert.Equal(1, second.Registration.Statistics.Calls);
        Assert.Equal(50, second.Registration.Statistics.LastActivity);
    }

    [Fact]
    public void Statistics_AfterRemoval_StandStill()
    {
        var first = _rig.AddEvent(1, _events);
        _rig.Signal(1);
        first.Dispose();
        var frozen = first.Registration.Statistics;

        _rig.AddEvent(1, new TestEventPort());
        _rig.Signal(1);
        _rig.Signal(1);

        Assert.Equal(1, frozen.Calls);
        Assert.Equal(frozen, first.Registration.Statistics);
    }

    [Fact]
    public void Statistics_SeveralContexts_AreAdded()
    {
        var port = _rig.AddEvent(1, _events);
        var second = _rig.Map.CreateContext(new VpIndex(1)); // made after the port
        second.Timestamp = 77;

        _rig.Signal(1);
        _rig.Map.HandleSignalEvent(second, Vtl.Vtl0, new ConnectionId(1), 0);
        using (var lease = _rig.Map.RentContext())
        {
            _rig.Map.HandleSignalEvent(lease.Context, Vtl.Vtl0, new ConnectionId(1), 0);
        }

        Assert.Equal(3, port.Registration.Statistics.Calls);
        Assert.True(port.Registration.Statistics.LastActivity >= 77);
    }

    [Fact]
    public void RentContext_ReturnedTwice_IsNotLentToTwo()
    {
        var lease = _rig.Map.RentContext();
        var context = lease.Context;
        lease.Dispose();
        lease.Dispose();

        var first = _rig.Map.RentContext();
        var second = _rig.Map.RentContext();
        lease.Dispose(); // and it does not take back what another holds now
        var third = _rig.Map.RentContext();

        Assert.Same(context, first.Context);
        Assert.NotSame(first.Context, second.Context);
        Assert.NotSame(first.Context, third.Context);
        Assert.NotSame(second.Context, third.Context);
    }

    [Fact]
    public void Add_PortObjectASecondTime_ThrowsAndLeavesTheIdFree()
    {
        _rig.AddEvent(1, _events);

        Assert.Throws<InvalidOperationException>(() => _rig.AddEvent(2, _events));

        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(2));
        _rig.AddEvent(2, new TestEventPort());
        Assert.Equal(HvStatus.Success, _rig.Signal(2));
        Assert.Equal([1u, 2u], _rig.Map.Snapshot().Select(r => r.Connection.Value));
    }

    [Fact]
    public void Snapshot_IsSortedAndFollowsChanges()
    {
        uint[] ids = [0xFF_FFFF, 0x2001, 0, 0x1000, 0xFFF];
        var handles = ids.ToDictionary(id => id, id => _rig.AddEvent(id, new TestEventPort()));

        Assert.Equal([0u, 0xFFF, 0x1000, 0x2001, 0xFF_FFFF], _rig.Map.Snapshot().Select(r => r.Connection.Value));

        handles[0x1000].Dispose();
        Assert.Equal([0u, 0xFFF, 0x2001, 0xFF_FFFF], _rig.Map.Snapshot().Select(r => r.Connection.Value));
    }

    [Fact]
    public void Handle_AllOutcomes_AllocateNothing()
    {
        _rig.AddMessage(1, new SilentMessagePort());
        _rig.AddEvent(2, new SilentEventPort(), Vtl.Vtl1);
        var message = new byte[240];
        Run(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                _rig.Post(1, default, message);
                _rig.Post(2, default, message);
                _rig.Signal(1);
                _rig.Signal(2);
                _rig.Signal(2, Vtl.Vtl1);
                _rig.Signal(3);
            }
        }
    }

    private sealed class SilentMessagePort : MessagePort
    {
        protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) => true;
    }

    private sealed class SilentEventPort : EventPort
    {
        protected internal override void HandleEvent(ushort flag)
        {
        }
    }
}
