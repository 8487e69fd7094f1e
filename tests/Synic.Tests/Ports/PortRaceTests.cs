using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Ports;

/// <summary>
/// Ports come and go while VPs call them. A port records a call that starts, or is still running, after its removal
/// returned. That the harness can see one is shown with a dispatcher that has no guard.
/// </summary>
public sealed class PortRaceTests
{
    private const int Cycles = 5_000;
    private const int UnguardedCap = 2_000_000;

    private static readonly ConnectionId s_connection = new(0x2001);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Remove_WhileCalled_NoCallIsSeenAfterwards(int readers)
    {
        var unguarded = new Tally();
        var cycles = Race(new UnguardedTarget(), unguarded, readers, UnguardedCap);
        Assert.True(unguarded.Bad > 0, $"the harness saw nothing in {cycles} cycles without a guard");

        var guarded = new Tally();
        Race(new MapTarget(), guarded, readers, Math.Max(Cycles, cycles));
        Assert.Equal(0, guarded.Bad);
        Assert.True(guarded.Calls > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Remove_OfAnOuterPortOfNestedCallbacks_NoCallIsSeenAfterwards(uint depth)
    {
        var target = new MapTarget();
        for (var i = 1u; i <= depth; i++)
        {
            var next = new ConnectionId(i + 1); // the last one calls nobody
            target.Add(new ConnectionId(i), new RacePort(new Tally(), () => target.Signal(next)));
        }

        var tally = new Tally();
        Race(target, tally, readers: 2, Cycles, () => target.Signal(new ConnectionId(1)));

        Assert.Equal(0, tally.Bad);
        Assert.True(tally.Calls > 0);
    }

    [Fact]
    public void Remove_ByItsOwnCallback_NoOtherCallIsSeenAfterwards()
    {
        var target = new MapTarget();
        var tally = new Tally();
        RunReaders(target, 2, [s_connection], () =>
        {
            for (var cycle = 0; cycle < Cycles; cycle++)
            {
                var port = new SelfRemovingPort(tally);
                port.Handle = target.Add(s_connection, port);
                port.WaitUntilGone();
            }
        });

        Assert.Equal(0, tally.Bad);
        Assert.Empty(target.Map.Snapshot());
    }

    [Fact]
    public void DisposeAll_WhileCalled_NoCallIsSeenAfterwards()
    {
        var target = new MapTarget();
        var tally = new Tally();
        ConnectionId[] connections = [.. Enumerable.Range(0x2001, 32).Select(i => new ConnectionId((uint)i))];
        RunReaders(target, 2, connections, () =>
        {
            for (var cycle = 0; cycle < Cycles / 20; cycle++)
            {
                RacePort[] ports = [.. connections.Select(_ => new RacePort(tally))];
                PortHandle[] handles = [.. connections.Zip(ports, target.Add)];
                ports[cycle % ports.Length].WaitUntilCalled();
                PortHandle.DisposeAll(handles);
                foreach (var port in ports)
                {
                    port.Gone = true;
                }
            }
        });

        Assert.Equal(0, tally.Bad);
        Assert.True(tally.Calls > 0);
    }

    /// <returns>The cycles until the first bad call, or all of them.</returns>
    private static int Race(ITarget target, Tally tally, int readers, int cap, Action? forward = null)
    {
        var cycle = 0;
        RunReaders(target, readers, [s_connection], () =>
        {
            while (cycle < cap && tally.Bad == 0)
            {
                var port = new RacePort(tally, forward);
                var handle = target.Add(s_connection, port);
                if (cycle++ % 2 == 0)
                {
                    port.WaitUntilCalled(); // every other one goes while a call may be about to start
                }

                handle.Dispose();
                port.Gone = true;
            }
        });
        return cycle;
    }

    private static void RunReaders(ITarget target, int readers, ConnectionId[] connections, Action body)
    {
        var stop = false;
        Thread[] threads = [.. Enumerable.Range(0, readers).Select(i => new Thread(() =>
        {
            target.Enter(new VpIndex((uint)i));
            for (var n = 0; !Volatile.Read(ref stop); n++)
            {
                target.Signal(connections[n % connections.Length]);
            }
        }))];
        foreach (var thread in threads)
        {
            thread.Start();
        }

        try
        {
            body();
        }
        finally
        {
            Volatile.Write(ref stop, true);
            foreach (var thread in threads)
            {
                thread.Join();
            }
        }
    }

    private sealed class Tally
    {
        private long _bad;
        private long _calls;

        public long Bad => Volatile.Read(ref _bad);

        public long Calls => Volatile.Read(ref _calls);

        public void CountBad() => Interlocked.Increment(ref _bad);

        public void CountCall() => Interlocked.Increment(ref _calls);
    }

    private class RacePort(Tally tally, Action? forward = null) : EventPort
    {
        private bool _called;
        private bool _gone;

        /// <summary>Its removal has returned.</summary>
        public bool Gone
        {
            get => Volatile.Read(ref _gone);
            set => Volatile.Write(ref _gone, value);
        }

        public void WaitUntilCalled()
        {
            var spin = default(SpinWait);
            while (!Volatile.Read(ref _called))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        public void WaitUntilGone()
        {
            var spin = default(SpinWait);
            while (!Gone)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        protected internal override void HandleEvent(ushort flag)
        {
            var late = Gone;
            Volatile.Write(ref _called, true);
            tally.CountCall();
            forward?.Invoke();
            Thread.SpinWait(20);
            if (late || Gone)
            {
                tally.CountBad();
            }
        }
    }

    private sealed class SelfRemovingPort(Tally tally) : RacePort(tally)
    {
        private PortHandle? _handle;
        private int _removing;

        public PortHandle Handle
        {
            set => Volatile.Write(ref _handle, value);
        }

        protected internal override void HandleEvent(ushort flag)
        {
            base.HandleEvent(flag);
            if (Volatile.Read(ref _handle) is { } handle && Interlocked.Exchange(ref _removing, 1) == 0)
            {
                handle.Dispose();
                Gone = true; // from here on only this frame may be inside
            }
        }
    }

    private interface ITarget
    {
        IDisposable Add(ConnectionId connection, RacePort port);

        /// <summary>The calling thread is this VP.</summary>
        void Enter(VpIndex vp);

        void Signal(ConnectionId connection);
    }

    private sealed class MapTarget : ITarget
    {
        [ThreadStatic]
        private static DispatchContext? t_context;

        private readonly SynicPorts _ports;

        public MapTarget() => _ports = new SynicPorts(Map, new FakeSynic());

        public SynicPortMap Map { get; } = new();

        public PortHandle Add(ConnectionId connection, RacePort port) =>
            _ports.AddEventPort(connection, Vtl.Vtl0, port, "test");

        IDisposable ITarget.Add(ConnectionId connection, RacePort port) => Add(connection, port);

        public void Enter(VpIndex vp)
        {
            t_context = Map.CreateContext(vp);
            t_context.Timestamp = 1;
        }

        public void Signal(ConnectionId connection) => Map.HandleSignalEvent(t_context!, Vtl.Vtl0, connection, 0);
    }

    /// <summary>Looks up, then calls: what a map without marks and without a barrier would do.</summary>
    private sealed class UnguardedTarget : ITarget
    {
        private RacePort? _port;

        public IDisposable Add(ConnectionId connection, RacePort port)
        {
            Volatile.Write(ref _port, port);
            return new Removal(this);
        }

        public void Enter(VpIndex vp)
        {
        }

        public void Signal(ConnectionId connection) => Volatile.Read(ref _port)?.HandleEvent(0);

        private sealed class Removal(UnguardedTarget target) : IDisposable
        {
            public void Dispose() => Volatile.Write(ref target._port, null);
        }
    }
}
