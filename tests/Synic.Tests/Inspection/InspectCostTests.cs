using Synic.Backends;
using Synic.Emulation;
using Synic.Hv;
using Synic.Inspection;
using Synic.Monitors;
using Synic.Ports;
using Synic.Tests.Ports;

namespace Synic.Tests.Inspection;

/// <summary>Alone, because what is measured belongs to the whole process.</summary>
[CollectionDefinition(nameof(InspectCostTests), DisableParallelization = true)]
[Collection(nameof(InspectCostTests))]
public sealed class InspectCostTests
{
    private const int Ports = 65_536;
    private const long MaxBytes = 4 << 20;

    [Fact]
    public async Task InspectAsync_RootBesideManyPorts_AllocatesLittle()
    {
        using var partition = HypervisorCatalog.Create(BackendKind.Emulated, new PartitionOptions { MemoryBytes = 1 << 24, Vps = 4 }, out _);
        for (var i = 0u; i < Ports; i++)
        {
            partition.Ports.AddEventPort(new ConnectionId(0x1_0000 + i), Vtl.Vtl0, new TestEventPort(), "test");
        }

        var tree = new TestTree(node =>
        {
            node.Child("backend", new BackendTree(partition, "test"));
            node.Child("synic_ports", new PortTree(partition.Ports.Map));
            node.Child("guest_ports", new GuestPortTree(partition.Ports, static _ => 0));
            node.Child("vps", new SynicTree(partition.Synic, static () => true));
            node.Child("monitor_pages/vtl0", new MonitorPageTree(partition.Monitors!.Page(Vtl.Vtl0)));
        });

        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            partition.Ports.AddEventPort(new ConnectionId(1), Vtl.Vtl0, new TestEventPort(), "test").Dispose(); // the list is made anew
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var result = await tree.Ask(depth: 2);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            var ports = Assert.IsType<InspectDirectory>(Assert.IsType<InspectDirectory>(
                Assert.IsType<InspectDirectory>(result.Node)["synic_ports"])["ports"]);
            Assert.Equal((Ports, InspectRequest.MaxPageSize), (ports.Total, ports.Children.Length));
        }

        Assert.InRange(least, 0, MaxBytes);
    }
}
