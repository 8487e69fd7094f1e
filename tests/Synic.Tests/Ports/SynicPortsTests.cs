using Synic.Hv;
using Synic.Interop;
using Synic.Monitors;
using Synic.Ports;

namespace Synic.Tests.Ports;

public sealed class SynicPortsTests : IDisposable
{
    private readonly PortRig _rig = new();
    private readonly HostEvent _event = new();

    public void Dispose() => _event.Dispose();

    [Fact]
    public void Add_IdInUse_ThrowsForBothKindsAndKeepsTheFirst()
    {
        var first = new TestMessagePort();
        _rig.AddMessage(1, first);

        var message = Assert.Throws<ConnectionIdInUseException>(() => _rig.AddMessage(1, new TestMessagePort()));
        Assert.Throws<ConnectionIdInUseException>(() => _rig.AddEvent(1, WithFastPath()));

        Assert.Equal(PortRegistrationError.InUse, message.Error);
        Assert.Equal(new ConnectionId(1), message.Connection);
        Assert.Equal(2, _rig.Map.Registrations.Refused(PortRegistrationError.InUse));
        Assert.Equal(HvStatus.Success, _rig.Post(1));
        Assert.Single(first.Messages);
        Assert.Equal(0, _rig.Synic.FastPathRequests);
    }

    [Theory]
    [InlineData(0x0100_0000u)]
    [InlineData(0xFFFF_FFFFu)]
    public void Add_IdOfMoreThan24Bits_IsRefused(uint connection)
    {
        var error = Assert.Throws<PortRegistrationException>(() => _rig.AddEvent(connection, WithFastPath()));

        Assert.Equal(PortRegistrationError.InvalidId, error.Error);
        _rig.AssertNoTrace(connection);
    }

    [Fact]
    public void Add_VtlThatDoesNotExist_IsRefused()
    {
        var error = Assert.Throws<PortRegistrationException>(() => _rig.AddMessage(1, new TestMessagePort(), new Vtl(3)));

        Assert.Equal(PortRegistrationError.InvalidId, error.Error);
        _rig.AssertNoTrace(1);
    }

    [Theory]
    [InlineData(7)]   // taken
    [InlineData(128)] // out of range
    [InlineData(255)] // what an offer without a monitor carries
    public void AddEventPort_MonitorIdNotToBeHad_LeavesNoTrace(byte id)
    {
        _rig.Synic.OfferMonitors();
        using var taken = _rig.Synic.Monitors.Register(new MonitorId(7), new ConnectionId(99));

        var error = Assert.Throws<PortRegistrationException>(() => _rig.AddEvent(1, WithFastPath(), monitor: Monitor(id)));

        Assert.Equal(PortRegistrationError.MonitorInUse, error.Error);
        Assert.Equal(1, _rig.Map.Registrations.Refused(PortRegistrationError.MonitorInUse));
        Assert.Equal(1, _rig.Synic.FastPathRequests);
        Assert.Equal(1, _rig.Synic.Monitors.Count);
        _rig.AssertNoTrace(1);
        _rig.AddEvent(1, new TestEventPort());
    }

    [Fact]
    public void AddEventPort_HypervisorRefusesTheFastPath_LeavesNoTrace()
    {
        _rig.Synic.OfferMonitors();
        _rig.Synic.FastPathRefusal = new HypervisorException("ioctl", 28);

        var error = Assert.Throws<PortRegistrationException>(() => _rig.AddEvent(1, WithFastPath(), monitor: Monitor(7)));

        Assert.Equal(PortRegistrationError.BackendRefused, error.Error);
        Assert.Same(_rig.Synic.FastPathRefusal, error.InnerException);
        Assert.Equal(0, _rig.Synic.Monitors.Count);
        _rig.AssertNoTrace(1);
    }

    [Fact]
    public void AddEventPort_PortObjectUsedBefore_GivesFastPathAndMonitorBack()
    {
        _rig.Synic.OfferMonitors();
        var port = WithFastPath();
        _rig.AddEvent(1, port).Dispose();

        Assert.Throws<InvalidOperationException>(() => _rig.AddEvent(2, port, monitor: Monitor(7)));

        Assert.Equal(0, _rig.Synic.Monitors.Count);
        _rig.AssertNoTrace(2);
    }

    [Fact]
    public void AddEventPort_WithMonitor_BindsItUntilDisposed()
    {
        _rig.Synic.OfferMonitors();

        var handle = _rig.AddEvent(1, new TestEventPort(), monitor: Monitor(7));

        Assert.True(_rig.Synic.Monitors.TryGet(new MonitorId(7), out var connection));
        Assert.Equal(new ConnectionId(1), connection);
        handle.Dispose();
        Assert.Equal(0, _rig.Synic.Monitors.Count);
    }

    [Fact]
    public void AddEventPort_NoMonitorPages_WorksWithoutTheMonitor()
    {
        _rig.AddEvent(1, new TestEventPort(), monitor: Monitor(7));

        Assert.Null(_rig.Ports.MonitorSupport);
        Assert.Equal(HvStatus.Success, _rig.Signal(1));
    }

    [Theory]
    [InlineData(0, true, false, true)]
    [InlineData(1, true, false, false)]  // the hypervisor would let VTL 0 through
    [InlineData(0, false, false, false)] // nothing to signal
    [InlineData(0, true, true, false)]   // flags would be lost
    public void AddEventPort_FastPath_OnlyWhereNothingIsLost(byte minimumVtl, bool hasEvent, bool flagsMatter, bool expected)
    {
        var port = new TestEventPort { Event = hasEvent ? _event : null, Matter = flagsMatter };

        var handle = _rig.AddEvent(1, port, new Vtl(minimumVtl));

        Assert.Equal(expected, handle.Registration.FastPathActive);
        Assert.Equal(expected ? 1 : 0, _rig.Synic.FastPathRequests);
        handle.Dispose();
        Assert.Empty(_rig.Synic.FastPaths);
    }

    [Fact]
    public void AddEventPort_BackendHasNoFastPaths_WorksThroughTheMap()
    {
        _rig.Synic.HasFastPaths = false;

        var handle = _rig.AddEvent(1, WithFastPath());

        Assert.Null(handle.Registration.FastPath);
        Assert.Equal(HvStatus.Success, _rig.Signal(1));
    }

    [Fact]
    public void FastPath_SuspendedByTwo_ComesBackWithTheLast()
    {
        var path = _rig.AddEvent(1, WithFastPath()).Registration.FastPath!;

        var first = path.Suspend();
        var second = path.Suspend();
        Assert.Empty(_rig.Synic.FastPaths);
        first.Dispose();
        first.Dispose(); // counts once
        Assert.False(path.Active);
        second.Dispose();

        Assert.True(path.Active);
        Assert.Equal([new ConnectionId(1)], _rig.Synic.FastPaths);
    }

    [Fact]
    public void FastPath_ResumedAfterItsPortIsGone_StaysClosed()
    {
        var handle = _rig.AddEvent(1, WithFastPath());
        var suspension = handle.Registration.FastPath!.Suspend();

        handle.Dispose();
        suspension.Dispose();

        Assert.False(handle.Registration.FastPathActive);
        Assert.Empty(_rig.Synic.FastPaths);
    }

    [Fact]
    public void FastPath_HypervisorDoesNotGiveItBack_PortGoesOnWithoutAndSaysWhy()
    {
        var path = _rig.AddEvent(1, WithFastPath()).Registration.FastPath!;
        var suspension = path.Suspend();
        _rig.Synic.FastPathRefusal = new HypervisorException("ioctl", 28);

        suspension.Dispose();

        Assert.False(path.Active);
        Assert.Contains("ioctl", path.ResumeFailure, StringComparison.Ordinal);
        Assert.Equal(HvStatus.Success, _rig.Signal(1));

        _rig.Synic.FastPathRefusal = null;
        path.Suspend().Dispose();
        Assert.True(path.Active);
        Assert.Null(path.ResumeFailure);
    }

    [Fact]
    public void Add_MoreThanAPartitionMayHave_IsRefusedUntilOneGoes()
    {
        var handles = new List<PortHandle>();
        for (var i = 0u; i < SynicPortMap.MaxPorts; i++)
        {
            handles.Add(_rig.AddMessage(i, new TestMessagePort()));
        }

        var error = Assert.Throws<PortRegistrationException>(() => _rig.AddMessage(0xFF_FFFF, new TestMessagePort()));
        Assert.Equal(PortRegistrationError.Limit, error.Error);
        Assert.Equal(1, _rig.Map.Registrations.Refused(PortRegistrationError.Limit));
        Assert.Equal(HvStatus.InvalidConnectionId, _rig.Post(0xFF_FFFF));

        handles[5].Dispose();
        _rig.AddMessage(0xFF_FFFF, new TestMessagePort());
        Assert.Equal(HvStatus.Success, _rig.Post(0xFF_FFFF));
        Assert.Equal(SynicPortMap.MaxPorts, _rig.Map.Snapshot().Count);
    }

    private static MonitorInfo Monitor(byte id) => new(new MonitorId(id), TimeSpan.Zero);

    private TestEventPort WithFastPath() => new() { Event = _event };
}
