using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Ports;

/// <summary>
/// The process-wide barrier of a removal. Whether a processor's store is seen late is nothing that a test can arrange,
/// so these look at the order: the ports are out of every table before it, and marks are looked for after it.
/// </summary>
public sealed class PortBarrierTests
{
    private static readonly ConnectionId s_connection = new(0x2001);

    private readonly SynicPortMap _map;
    private readonly SynicPorts _ports;
    private readonly DispatchContext _vp;
    private Action _onBarrier = () => { };
    private int _barriers;

    public PortBarrierTests()
    {
        _map = new SynicPortMap
        {
            Barrier = () =>
            {
                _barriers++;
                _onBarrier();
            },
        };
        _ports = new SynicPorts(_map, new FakeSynic());
        _vp = _map.CreateContext(new VpIndex(0));
    }

    [Fact]
    public void Barrier_OfAMap_IsTheProcessWideOne() =>
        Assert.Equal(Interlocked.MemoryBarrierProcessWide, new SynicPortMap().Barrier);

    [Fact]
    public void Dispose_Barrier_StandsAfterTheEntriesAreGoneFromEveryContext()
    {
        var second = _map.CreateContext(new VpIndex(1));
        var port = new TestEventPort();
        var handle = Add(0x2001, port);
        _onBarrier = () =>
        {
            Assert.Equal(HvStatus.InvalidConnectionId, _map.HandleSignalEvent(_vp, Vtl.Vtl0, s_connection, 0));
            Assert.Equal(HvStatus.InvalidConnectionId, _map.HandleSignalEvent(second, Vtl.Vtl0, s_connection, 0));
        };

        handle.Dispose();

        Assert.Equal(1, _barriers);
        Assert.Empty(port.Flags);
    }

    [Fact]
    public async Task Dispose_MarkThatTheBarrierShows_IsWaitedFor()
    {
        var handle = Add(0x2001, new TestEventPort());
        var ended = Task.CompletedTask;
        _onBarrier = () =>
        {
            _vp.Mark = handle.Registration.Access; // a store that no other processor had seen before
            ended = Task.Run(() =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    Thread.Yield(); // gives a removal that does not look again the time to end
                }

                _vp.Mark = 0;
            });
        };

        handle.Dispose();

        Assert.Equal(1, _barriers);
        Assert.Equal(0UL, _vp.Mark);
        await ended;
    }

    [Fact]
    public void DisposeAll_OfOneMap_NeedsOneBarrierAfterTheLastIsGone()
    {
        PortHandle[] handles = [.. Enumerable.Range(1, 3).Select(i => Add((uint)i, new TestEventPort()))];
        _onBarrier = () => Assert.Empty(_map.Snapshot());

        PortHandle.DisposeAll(handles);

        Assert.Equal(1, _barriers);
    }

    private PortHandle Add(uint connection, EventPort port) =>
        _ports.AddEventPort(new ConnectionId(connection), Vtl.Vtl0, port, "test");
}
