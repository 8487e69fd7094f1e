using Synic.Hv;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Tests.Ports;

public sealed class DepartedPortsTests
{
    private readonly PortRig _rig = new();

    [Fact]
    public void Dispose_Port_LeavesAllThatItsRowSaid()
    {
        var handle = _rig.AddMessage(0x2001, new TestMessagePort(), new Vtl(1));
        _rig.Post(0x2001, new Vtl(1), 1, 2, 3);
        _rig.Post(0x2001);

        handle.Dispose();

        var gone = Assert.Single(_rig.Map.Departed.Snapshot());
        Assert.Equal((new ConnectionId(0x2001), PortKind.Message, new Vtl(1), "test"), (gone.Connection, gone.Kind, gone.MinimumVtl, gone.Owner));
        Assert.Equal((1, 3, 1), (gone.Statistics.Calls, gone.Statistics.Bytes, gone.Statistics.Denied));
        Assert.Equal((handle.Registration.Generation, PortDeparture.Disposed), (gone.Generation, gone.Reason));
        Assert.True(gone.Until >= gone.Since);
    }

    [Fact]
    public void Dispose_FromItsOwnCallback_CountsThatCallToo()
    {
        PortHandle handle = null!;
        handle = _rig.AddEvent(1, new TestEventPort { OnSignal = () => handle.Dispose() });

        _rig.Signal(1);

        Assert.Equal(1, Assert.Single(_rig.Map.Departed.Snapshot()).Statistics.Calls);
    }

    [Fact]
    public void Dispose_SlotUsedAgain_TombstoneKeepsItsOwnCounters()
    {
        _rig.AddEvent(1, new TestEventPort()).Dispose();
        var second = _rig.AddEvent(1, new TestEventPort());
        _rig.Signal(1);
        second.Dispose();

        Assert.Equal([1, 0], _rig.Map.Departed.Snapshot().Select(p => p.Statistics.Calls)); // newest first
        Assert.True(_rig.Map.Departed.TryGetLast(new ConnectionId(1), out var last));
        Assert.Equal(second.Registration.Generation, last.Generation);
    }

    [Fact]
    public void DisposeAll_ManyMoreThanRemembered_KeepsTheLastAndCountsAll()
    {
        const int Many = DepartedPorts.Capacity + 10;
        var handles = Enumerable.Range(0, Many).Select(i => _rig.AddMessage((uint)i, new SinkPort())).ToList();

        PortHandle.DisposeAll(handles);

        var gone = _rig.Map.Departed.Snapshot();
        Assert.Equal((Many, DepartedPorts.Capacity), (_rig.Map.Departed.Total, gone.Count));
        Assert.Equal(((uint)Many - 1, 10u), (gone[0].Connection.Value, gone[^1].Connection.Value));
        Assert.All(gone, p => Assert.Equal(PortDeparture.DisposedTogether, p.Reason));
        Assert.False(_rig.Map.Departed.TryGetLast(new ConnectionId(9), out _));
        Assert.False(_rig.Map.Departed.TryGet(handles[9].Registration.Generation, out _));
        Assert.True(_rig.Map.Departed.TryGet(handles[10].Registration.Generation, out _));
    }

    [Fact]
    public void Add_RefusedRegistration_LeavesNoTombstone()
    {
        _rig.AddMessage(1, new SinkPort());

        Assert.Throws<ConnectionIdInUseException>(() => _rig.AddMessage(1, new SinkPort()));

        Assert.Empty(_rig.Map.Departed.Snapshot());
    }

    [Fact]
    public void Readiness_OfHandlers_IsWhatTheCallSays()
    {
        using var room = _rig.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(0), SintIndex.VmBus);
        var echo = new EchoPort(room);

        Assert.True(new SinkPort().ReadinessFor(1).Accepts);
        Assert.False(new FullPort().ReadinessFor(1).Accepts);
        Assert.True(echo.ReadinessFor(1).Accepts);
        _rig.Synic.OnWaitForRoom = _ => new TaskCompletionSource().Task;
        Assert.Null(echo.ReadinessFor(1).Accepts);
        Assert.Empty(_rig.Synic.Posted); // nobody was asked by a message
    }
}
