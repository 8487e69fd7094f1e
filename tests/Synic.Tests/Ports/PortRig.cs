using Synic.Hv;
using Synic.Interop;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Tests.Ports;

/// <summary>A map with one VP that calls it, and a backend that says what a test wants.</summary>
internal sealed class PortRig
{
    public PortRig()
    {
        Ports = new SynicPorts(Map, Synic);
        Context = Map.CreateContext(new VpIndex(0));
        Context.Timestamp = 1;
    }

    public FakeSynic Synic { get; } = new();

    public SynicPortMap Map { get; } = new();

    public SynicPorts Ports { get; }

    public DispatchContext Context { get; }

    public PortHandle AddMessage(uint connection, MessagePort port, Vtl minimumVtl = default) =>
        Ports.AddMessagePort(new ConnectionId(connection), minimumVtl, port, "test");

    public PortHandle AddEvent(uint connection, EventPort port, Vtl minimumVtl = default, MonitorInfo? monitor = null) =>
        Ports.AddEventPort(new ConnectionId(connection), minimumVtl, port, "test", monitor);

    public HvStatus Post(uint connection, Vtl vtl = default, params byte[] payload) =>
        Map.HandlePostMessage(Context, vtl, new ConnectionId(connection), trusted: false, new PostedMessage(1, payload));

    public HvStatus Signal(uint connection, Vtl vtl = default, ushort flag = 0) =>
        Map.HandleSignalEvent(Context, vtl, new ConnectionId(connection), flag);

    /// <summary>Nothing of a connection is left: neither in the map, nor in the hypervisor, nor on the monitor page.</summary>
    public void AssertNoTrace(uint connection)
    {
        Assert.False(Map.TryGet(new ConnectionId(connection), out _));
        Assert.Empty(Map.Snapshot());
        Assert.Equal(HvStatus.InvalidConnectionId, Signal(connection));
        Assert.Equal(HvStatus.InvalidConnectionId, Post(connection));
        Assert.DoesNotContain(new ConnectionId(connection), Synic.FastPaths);
    }
}

/// <summary>Records messages; takes them unless it is full.</summary>
internal sealed class TestMessagePort : MessagePort
{
    public List<(uint Type, byte[] Payload, bool Trusted)> Messages { get; } = [];

    public bool Full { get; set; }

    public Action? OnMessage { get; set; }

    protected internal override bool TryHandleMessage(PostedMessage message, bool trusted)
    {
        Messages.Add((message.Type, message.Payload.ToArray(), trusted));
        OnMessage?.Invoke();
        return !Full;
    }
}

/// <summary>Records signals.</summary>
internal sealed class TestEventPort : EventPort
{
    public List<ushort> Flags { get; } = [];

    public Action? OnSignal { get; set; }

    public HostEvent? Event { get; set; }

    public bool? Matter { get; set; }

    public override HostEvent? HostEvent => Event;

    public override bool FlagsMatter => Matter ?? base.FlagsMatter;

    protected internal override void HandleEvent(ushort flag)
    {
        Flags.Add(flag);
        OnSignal?.Invoke();
    }
}

/// <summary>A backend without a guest: it counts what it is asked for, and refuses when told to.</summary>
internal sealed class FakeSynic : ISynic
{
    public MonitorList Monitors { get; } = new();

    /// <summary>Null: no monitor pages.</summary>
    public ISynicMonitor? MonitorSupport { get; set; }

    public bool PrefersHostEvents { get; set; }

    /// <summary>The connections that have a fast path now.</summary>
    public List<ConnectionId> FastPaths { get; } = [];

    public int FastPathRequests { get; private set; }

    public bool HasFastPaths { get; set; } = true;

    public HypervisorException? FastPathRefusal { get; set; }

    public Func<Vtl, VpIndex, SintIndex, GuestPostResult> OnPost { get; set; } = (_, _, _) => GuestPostResult.Delivered;

    public Func<CancellationToken, Task> OnWaitForRoom { get; set; } = _ => Task.CompletedTask;

    public List<(VpIndex Vp, SintIndex Sint, uint Type, byte[] Payload)> Posted { get; } = [];

    public List<(Vtl Vtl, VpIndex Vp, SintIndex Sint, ushort Flag)> Signalled { get; } = [];

    public GuestSignalResult SignalResult { get; set; }

    public void OfferMonitors() => MonitorSupport = new FakeMonitor(Monitors);

    public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload)
    {
        Posted.Add((vp, sint, type, payload.ToArray()));
        return OnPost(vtl, vp, sint);
    }

    public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) =>
        OnWaitForRoom(cancellation);

    public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag)
    {
        Signalled.Add((vtl, vp, sint, flag));
        return SignalResult;
    }

    public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => 0;

    public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, HostEvent hostEvent)
    {
        FastPathRequests++;
        if (FastPathRefusal is { } refusal)
        {
            throw refusal;
        }

        if (!HasFastPaths)
        {
            return null;
        }

        FastPaths.Add(connection);
        return new Undo(() => FastPaths.Remove(connection));
    }

    private sealed class Undo(Action undo) : IDisposable
    {
        public void Dispose() => undo();
    }

    private sealed class FakeMonitor(MonitorList monitors) : ISynicMonitor
    {
        public IDisposable RegisterMonitor(MonitorId id, ConnectionId connection, TimeSpan latency) => monitors.Register(id, connection, latency);

        public void SetMonitorPages(Vtl vtl, MonitorPageGpas? pages)
        {
        }

        public MonitorPageGpas? AllocateMonitorPages(Vtl vtl) => null;

        public MonitorPage Page(Vtl vtl) => throw new NotSupportedException();
    }
}
