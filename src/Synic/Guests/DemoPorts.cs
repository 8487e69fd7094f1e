using Synic.Hv;
using Synic.Monitors;
using Synic.Ports;
using Synic.Ports.Handlers;

namespace Synic.Guests;

/// <summary>The host's side of the demo: the ports that its guest talks to.</summary>
internal sealed class DemoPorts : IDisposable
{
    private readonly List<PortHandle> _handles = [];
    private readonly List<IDisposable> _owned = [];

    public DemoPorts(SynicPorts ports, int vpCount)
    {
        try
        {
            for (var i = 0u; i < vpCount; i++)
            {
                var vp = new VpIndex(i);
                var answer = Own(ports.CreateGuestMessagePort(Vtl.Vtl0, vp, DemoLayout.MessageSint));
                _handles.Add(ports.AddMessagePort(DemoLayout.Echo(vp), Vtl.Vtl0, new EchoPort(answer), $"demo echo vp{vp}"));
                var bell = Own(ports.CreateGuestEventPort(Vtl.Vtl0, vp, DemoLayout.MessageSint, DemoLayout.ReturnFlag));
                _handles.Add(ports.AddEventPort(DemoLayout.Doorbell(vp), Vtl.Vtl0, new DoorbellPort(bell), $"demo doorbell vp{vp}"));
            }

            _handles.Add(ports.AddMessagePort(DemoLayout.Sink, Vtl.Vtl0, new SinkPort(), "demo sink"));
            _handles.Add(ports.AddMessagePort(DemoLayout.Secure, Vtl.Vtl2, new SinkPort(), "demo secure sink"));
            _handles.Add(ports.AddMessagePort(DemoLayout.Full, Vtl.Vtl0, new FullPort(), "demo full receiver"));
            AddCounter(ports, DemoLayout.Counter, fastPath: false, "demo counter");
            AddCounter(ports, DemoLayout.SlowCounter, fastPath: false, "demo slow counter");
            AddCounter(ports, DemoLayout.FastCounter, fastPath: true, "demo fast-path counter");
            AddCounter(ports, DemoLayout.Monitored, fastPath: false, "demo monitored counter", DemoLayout.MonitoredId);
            AddCounter(ports, DemoLayout.SlowMonitored, fastPath: false, "demo slow monitored counter", DemoLayout.SlowMonitoredId);
            ports.MonitorSupport?.SetMonitorPages(Vtl.Vtl0, DemoLayout.MonitorPages);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        PortHandle.DisposeAll(_handles);
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
    }

    private void AddCounter(SynicPorts ports, ConnectionId connection, bool fastPath, string owner, MonitorId? monitor = null)
    {
        var port = Own(new CounterPort(fastPath));
        var info = monitor is { } id ? new MonitorInfo(id, TimeSpan.FromMicroseconds(100)) : (MonitorInfo?)null;
        _handles.Add(ports.AddEventPort(connection, Vtl.Vtl0, port, owner, info));
    }

    private T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }
}
