using Synic.Hv;
using Synic.Interop;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Tests.Ports;

public sealed class PortHandleTests : IDisposable
{
    private readonly PortRig _rig = new();
    private readonly HostEvent _event = new();

    public void Dispose() => _event.Dispose();

    [Fact]
    public void Dispose_IdWasTakenAgain_TheNewPortStays()
    {
        var first = _rig.AddEvent(1, new TestEventPort());
        first.Dispose();
        var port = new TestEventPort();
        _rig.AddEvent(1, port);

        first.Dispose();

        Assert.Equal(HvStatus.Success, _rig.Signal(1));
        Assert.Single(port.Flags);
        Assert.Equal(1, _rig.Map.Registrations.Removed(PortKind.Event));
    }

    [Fact]
    public void Dispose_Once_UndoesEverythingAndNothingElse()
    {
        _rig.Synic.OfferMonitors();
        _rig.AddEvent(2, new TestEventPort { Event = _event }, monitor: Monitor(2));
        var handle = _rig.AddEvent(1, new TestEventPort { Event = _event }, monitor: Monitor(1));

        handle.Dispose();

        Assert.Equal([new ConnectionId(2)], _rig.Synic.FastPaths);
        Assert.False(_rig.Synic.Monitors.TryGet(new MonitorId(1), out _));
        Assert.True(_rig.Synic.Monitors.TryGet(new MonitorId(2), out _));
        Assert.Equal([2u], _rig.Map.Snapshot().Select(r => r.Connection.Value));
        _rig.AddEvent(1, new TestEventPort { Event = _event }, monitor: Monitor(1)); // all of it is free again
    }

    [Fact]
    public void Dispose_BackendFailsToUndo_IdsAreFreeNevertheless()
    {
        var map = new SynicPortMap();
        var ports = new SynicPorts(map, new StubbornSynic());
        var handle = ports.AddEventPort(new ConnectionId(1), Vtl.Vtl0, new TestEventPort { Event = _event }, "test", Monitor(1));

        Assert.Throws<HypervisorException>(handle.Dispose);
        handle.Dispose();

        Assert.Empty(map.Snapshot());
        ports.AddEventPort(new ConnectionId(1), Vtl.Vtl0, new TestEventPort { Event = _event }, "test", Monitor(1));
    }

    [Fact]
    public void Dispose_InsideItsOwnCallback_Returns()
    {
        PortHandle? handle = null;
        var port = new TestMessagePort { OnMessage = () => handle!.Dispose() };
        handle = _rig.AddMessage(1, port);

        Assert.Equal(HvStatus.Success, _rig.Post(1));

        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Post(1));
        Assert.Single(port.Messages);
    }

    [Fact]
    public void Dispose_InsideItsOwnCallback_ItsLastCallIsNotCountedForTheNextPort()
    {
        PortHandle? handle = null;
        PortHandle? next = null;
        handle = _rig.AddEvent(1, new TestEventPort
        {
            OnSignal = () =>
            {
                handle!.Dispose();
                next = _rig.AddEvent(1, new TestEventPort()); // while the other's frame is still on the stack
            },
        });

        Assert.Equal(HvStatus.Success, _rig.Signal(1));

        Assert.Equal(1, handle.Registration.Statistics.Calls);
        Assert.Equal(0, next!.Registration.Statistics.Calls);
        Assert.Equal(HvStatus.Success, _rig.Signal(1));
        Assert.Equal(1, handle.Registration.Statistics.Calls);
        Assert.Equal(1, next.Registration.Statistics.Calls);
    }

    [Fact]
    public void Dispose_ThenThrowInsideItsOwnCallback_AnswersOperationFailed()
    {
        PortHandle? handle = null;
        handle = _rig.AddEvent(1, new TestEventPort
        {
            OnSignal = () =>
            {
                handle!.Dispose();
                throw new InvalidOperationException("after the removal");
            },
        });

        Assert.Equal(HvStatus.OperationFailed, _rig.Signal(1));
        Assert.Equal(1, handle.Registration.Statistics.Faulted);
    }

    [Fact]
    public void Dispose_ThenThrowInsideItsOwnCallback_IsNoCallThatThePortTook()
    {
        PortHandle? handle = null;
        handle = _rig.AddEvent(1, new TestEventPort
        {
            OnSignal = () =>
            {
                handle!.Dispose();
                throw new InvalidOperationException("after the removal");
            },
        });

        _rig.Signal(1);

        Assert.Equal(0, handle.Registration.Statistics.Calls);
    }

    [Fact]
    public void Dispose_OfTheOutermostFromANestedCallback_CountsOfItsNeighboursGoOn()
    {
        PortHandle? outer = null;
        var neighbour = _rig.AddEvent(2, new TestEventPort { OnSignal = () => outer!.Dispose() });
        outer = _rig.AddEvent(1, new TestEventPort { OnSignal = () => _rig.Signal(2) });

        _rig.Signal(1);

        Assert.Equal(1, outer.Registration.Statistics.Calls);
        Assert.Equal(1, neighbour.Registration.Statistics.Calls); // its frame began in the page that the outer one took along
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)] // the marks of the first four callbacks fit, the fifth needs more
    [InlineData(12)]
    public void Dispose_OfTheOutermostFromANestedCallback_Returns(int depth)
    {
        var handles = new PortHandle[depth + 1];
        for (var i = 0; i <= depth; i++)
        {
            var next = (uint)i + 1;
            var innermost = i == depth;
            handles[i] = _rig.AddEvent((uint)i, new TestEventPort
            {
                OnSignal = () =>
                {
                    if (innermost)
                    {
                        handles[0].Dispose();
                    }
                    else
                    {
                        _rig.Signal(next);
                    }
                },
            });
        }

        Assert.Equal(HvStatus.Success, _rig.Signal(0));
        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Signal(0));
        Assert.Equal(1, handles[0].Registration.Statistics.Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)] // the port that is removed is not the innermost of the thread's callbacks
    public async Task Dispose_CallbackRunsElsewhere_WaitsForIt(int nested)
    {
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = false;
        for (var i = 1u; i <= nested; i++)
        {
            var next = i + 1;
            _rig.AddEvent(i, new TestEventPort { OnSignal = () => _rig.Signal(next) });
        }

        _rig.AddEvent((uint)nested + 1, new TestEventPort
        {
            OnSignal = () =>
            {
                inside.SetResult();
                while (_rig.Map.TryGet(new ConnectionId(0), out _))
                {
                    Thread.Yield(); // until the removal has begun
                }

                for (var i = 0; i < 1000; i++)
                {
                    Thread.Yield(); // gives a removal that does not wait the time to end
                }
            },
        });
        var handle = _rig.AddEvent(0, new TestEventPort
        {
            OnSignal = () =>
            {
                _rig.Signal(1);
                Volatile.Write(ref ended, true);
            },
        });
        var calling = Task.Run(
            () =>
            {
                _rig.Context.Timestamp = 2; // this thread is the VP now
                return _rig.Signal(0);
            },
            TestContext.Current.CancellationToken);
        await inside.Task;

        handle.Dispose();

        Assert.True(Volatile.Read(ref ended));
        Assert.Equal(HvStatus.Success, await calling);
    }

    [Fact]
    public async Task Dispose_StillWaiting_IdIsTakenUntilItReturns()
    {
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? refused = null;
        var handle = _rig.AddEvent(1, new TestEventPort
        {
            OnSignal = () =>
            {
                inside.SetResult();
                while (_rig.Map.TryGet(new ConnectionId(1), out _))
                {
                    Thread.Yield();
                }

                refused = Record.Exception(() => _rig.AddEvent(1, new TestEventPort()));
            },
        });
        var calling = Task.Run(
            () =>
            {
                _rig.Context.Timestamp = 2;
                return _rig.Signal(1);
            },
            TestContext.Current.CancellationToken);
        await inside.Task;

        handle.Dispose();
        await calling;

        Assert.IsType<ConnectionIdInUseException>(refused);
        _rig.AddEvent(1, new TestEventPort());
    }

    [Fact]
    public void DisposeAll_SomeDisposedBeforeAndTwoMaps_RemovesAllOnce()
    {
        var other = new PortRig();
        _rig.Synic.OfferMonitors();
        PortHandle[] handles =
        [
            _rig.AddEvent(1, new TestEventPort { Event = _event }, monitor: Monitor(1)),
            _rig.AddMessage(2, new TestMessagePort()),
            other.AddEvent(1, new TestEventPort()),
        ];
        handles[1].Dispose();
        var kept = _rig.AddMessage(2, new TestMessagePort());

        PortHandle.DisposeAll([.. handles, handles[0]]);
        PortHandle.DisposeAll(handles);

        Assert.Equal([kept.Registration], _rig.Map.Snapshot());
        Assert.Empty(other.Map.Snapshot());
        Assert.Empty(_rig.Synic.FastPaths);
        Assert.Equal(0, _rig.Synic.Monitors.Count);
        Assert.Equal(1, _rig.Map.Registrations.Removed(PortKind.Event));
    }

    [Fact]
    public void DisposeAll_BackendFailsToUndo_RemovesTheOthersAndTells()
    {
        var stubborn = new SynicPorts(new SynicPortMap(), new StubbornSynic());
        var bad = stubborn.AddEventPort(new ConnectionId(1), Vtl.Vtl0, new TestEventPort { Event = _event }, "test");
        var alsoThere = stubborn.AddEventPort(new ConnectionId(2), Vtl.Vtl0, new TestEventPort(), "test");
        var elsewhere = _rig.AddEvent(1, new TestEventPort());

        var error = Assert.Throws<AggregateException>(() => PortHandle.DisposeAll([bad, alsoThere, elsewhere]));

        Assert.IsType<HypervisorException>(Assert.Single(error.InnerExceptions));
        Assert.Empty(stubborn.Map.Snapshot());
        Assert.Empty(_rig.Map.Snapshot());
    }

    [Fact]
    public void DisposeAll_SequenceThrows_NothingIsHalfDone()
    {
        var handle = _rig.AddEvent(1, new TestEventPort());

        Assert.Throws<InvalidOperationException>(() => PortHandle.DisposeAll(Broken()));

        Assert.Equal(HvStatus.Success, _rig.Signal(1));
        handle.Dispose();
        Assert.Empty(_rig.Map.Snapshot());

        IEnumerable<PortHandle> Broken()
        {
            yield return handle;
            throw new InvalidOperationException("half way");
        }
    }

    private static MonitorInfo Monitor(byte id) => new(new MonitorId(id), TimeSpan.Zero);

    /// <summary>A backend whose fast paths do not close.</summary>
    private sealed class StubbornSynic : ISynic
    {
        private readonly FakeSynic _others = new();

        public StubbornSynic() => _others.OfferMonitors();

        public bool PrefersHostEvents => false;

        public ISynicMonitor? MonitorSupport => _others.MonitorSupport;

        public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload) =>
            GuestPostResult.PartitionGone;

        public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) => Task.CompletedTask;

        public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) => GuestSignalResult.PartitionGone;

        public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => 0;

        public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent) => new Stuck();

        private sealed class Stuck : IDisposable
        {
            public void Dispose() => throw new HypervisorException("ioctl", 5);
        }
    }
}
