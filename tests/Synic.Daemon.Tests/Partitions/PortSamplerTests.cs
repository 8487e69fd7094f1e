using Microsoft.Extensions.Time.Testing;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Tests.Partitions;

public sealed class PortSamplerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SynicPorts _ports;
    private readonly PortSampler _sampler;

    public PortSamplerTests()
    {
        var map = new SynicPortMap(_time);
        _ports = new SynicPorts(map, new NoSynic());
        _sampler = new PortSampler(map, _time);
    }

    [Fact]
    public void Sample_First_HasNoRateYet()
    {
        var port = Add(1);

        _sampler.Sample();

        Assert.True(_sampler.TryGet(port.Registration.Port.Generation, out var sample));
        Assert.Null(sample.CallsPerSecond);
    }

    [Fact]
    public void Sample_CallsBetween_GivesCallsForEachSecond()
    {
        var port = Add(1);
        _sampler.Sample();
        Post(1, 10);
        Post(2, 4);

        _time.Advance(TimeSpan.FromSeconds(2));
        _sampler.Sample();

        Assert.True(_sampler.TryGet(port.Registration.Port.Generation, out var sample));
        Assert.Equal(5, sample.CallsPerSecond);
        Assert.Equal(0, sample.FailuresPerSecond);
        Assert.Equal(new TrafficRates(7, 0, 2), _sampler.Rates);
    }

    [Fact]
    public void Sample_PortReplacedUnderItsId_StartsAnew()
    {
        var first = Add(1);
        Post(1, 100);
        _sampler.Sample();
        first.Dispose();
        var second = Add(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        _sampler.Sample();

        Assert.False(_sampler.TryGet(first.Registration.Port.Generation, out _));
        Assert.True(_sampler.TryGet(second.Registration.Port.Generation, out var sample));
        Assert.Equal((0L, null), (sample.Calls, sample.CallsPerSecond));
    }

    [Fact]
    public void Sample_ClockStoodStill_KeepsTheLastRates()
    {
        var port = Add(1);
        _sampler.Sample();
        Post(1, 3);

        _sampler.Sample();
        _time.Advance(TimeSpan.FromSeconds(1));
        _sampler.Sample();

        Assert.True(_sampler.TryGet(port.Registration.Port.Generation, out var sample));
        Assert.Equal(3, sample.CallsPerSecond);
    }

    private PortHandle Add(uint id) =>
        _ports.AddMessagePort(new ConnectionId(id), Vtl.Vtl0, new Synic.Ports.Handlers.SinkPort(), "test");

    private void Post(uint id, int times)
    {
        using var lease = _ports.Map.RentContext();
        for (var i = 0; i < times; i++)
        {
            _ports.Map.HandlePostMessage(lease.Context, Vtl.Vtl0, new ConnectionId(id), trusted: false, new PostedMessage(1, []));
        }
    }

    private sealed class NoSynic : ISynic
    {
        public bool PrefersHostEvents => false;

        public Monitors.ISynicMonitor? MonitorSupport => null;

        public GuestPostResult PostMessage(Vtl vtl, VpIndex vp, SintIndex sint, uint type, ReadOnlySpan<byte> payload) =>
            GuestPostResult.PartitionGone;

        public Task WaitForRoomAsync(Vtl vtl, VpIndex vp, SintIndex sint, CancellationToken cancellation) => Task.CompletedTask;

        public GuestSignalResult SignalEvent(Vtl vtl, VpIndex vp, SintIndex sint, ushort flag) => GuestSignalResult.PartitionGone;

        public int QueueLength(Vtl vtl, VpIndex vp, SintIndex sint) => 0;

        public IDisposable? CreateHostEventPort(ConnectionId connection, Vtl minimumVtl, Interop.HostEvent hostEvent) => null;
    }
}
