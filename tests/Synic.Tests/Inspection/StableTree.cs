using Microsoft.Extensions.Time.Testing;
using Synic.Emulation;
using Synic.Hv;
using Synic.Inspection;
using Synic.Interop;
using Synic.Monitors;
using Synic.Ports;
using Synic.Tests.Emulation;
using Synic.Tests.Ports;

namespace Synic.Tests.Inspection;

/// <summary>A partition's stable branches after a fixed story, on a clock that stands still.</summary>
internal sealed class StableTree : IInspectable, IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));
    private readonly SynicRig _rig = new(vps: 1);
    private readonly SynicPortMap _map;
    private readonly PortTree _ports;
    private readonly MonitorPage _page = new(new MonitorList());
    private readonly HostEvent _event = new();

    public StableTree()
    {
        _map = new SynicPortMap(_time);
        _ports = new PortTree(_map, _time) { SetFastPath = (_, _) => { } };
        _time.Advance(TimeSpan.FromSeconds(1.5));
        TellPorts();
        TellMonitors();
        TellSynic();
    }

    public void Inspect(InspectResponse node)
    {
        node.Child("synic_ports", _ports);
        node.Child("monitor_pages/vtl0", new MonitorPageTree(_page));
        node.Child("vps", new SynicTree(_rig.Synic, running: () => false));
    }

    public void Dispose() => _event.Dispose();

    private void TellPorts()
    {
        var synic = new FakeSynic();
        synic.OfferMonitors();
        var ports = new SynicPorts(_map, synic);
        var full = new TestMessagePort();
        ports.AddMessagePort(new ConnectionId(1), Vtl.Vtl0, full, "vmbus");
        ports.AddMessagePort(new ConnectionId(10), Vtl.Vtl2, new TestMessagePort(), "paravisor");
        ports.AddEventPort(
            new ConnectionId(0x2001), Vtl.Vtl0, new TestEventPort(), "vmbus channel 1", new MonitorInfo(new MonitorId(5), TimeSpan.FromMilliseconds(1)));
        ports.AddEventPort(new ConnectionId(0x11000), Vtl.Vtl0, new TestEventPort { Event = _event, Matter = false }, "lab");

        using var lease = _map.RentContext();
        Post(lease.Context, 1, 24);
        Post(lease.Context, 1, 16);
        full.Full = true;
        Post(lease.Context, 1, 8);
        Post(lease.Context, 10, 8);
        Post(lease.Context, 0x2001, 8);
        _map.HandleSignalEvent(lease.Context, Vtl.Vtl0, new ConnectionId(0x2001), 0);
    }

    private void Post(DispatchContext context, uint connection, int bytes) =>
        _map.HandlePostMessage(context, Vtl.Vtl0, new ConnectionId(connection), trusted: false, new PostedMessage(1, new byte[bytes]));

    private void TellMonitors()
    {
        _page.Monitors.Register(new MonitorId(5), new ConnectionId(0x2001), TimeSpan.FromMilliseconds(1));
        _page.Monitors.Register(new MonitorId(64), new ConnectionId(0x2002));
        var pages = new MonitorPageGpas(Gpa.FromPageNumber(20), Gpa.FromPageNumber(21));
        _page.SetPages(pages);
        var signalled = new MonitorTrigger[MonitorId.Count];
        var firstGroup = pages.ChildToParent + HvMonitorPage.TriggerGroupsOffset;
        _page.CheckWrite(firstGroup, [0b0110_0000], signalled, out _); // ids 5 and 6: 6 is nobody's
        _page.CheckWrite(pages.ChildToParent + HvMonitorPage.WrittenSize, [1], signalled, out _);
    }

    private void TellSynic()
    {
        _rig.Enable();
        _rig.Write(HvMsr.Sint0 + 4, 0x2_0031); // auto-EOI
        _rig.Post(1);
        _rig.Post(2); // waits: the slot is taken
        _rig.Signal(7);
        _rig.Signal(2047);
        _rig.Write(HvMsr.Stimer0Config + 1, 5000);
        _rig.Write(HvMsr.Stimer0Config, (4UL << 16) | 3); // periodic, SINT 4
    }
}
