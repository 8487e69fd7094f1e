using System.Globalization;
using Synic.Hv;
using Synic.Inspection;
using Synic.Interop;
using Synic.Ports;
using Synic.Tests.Ports;

namespace Synic.Tests.Inspection;

public sealed class PortTreeTests : IDisposable
{
    private readonly PortRig _rig = new();
    private readonly HostEvent _event = new();
    private readonly TestTree _tree;
    private IDisposable? _suspension;

    public PortTreeTests()
    {
        var ports = new PortTree(_rig.Map) { SetFastPath = SetFastPath };
        _tree = new TestTree(node => node.Child("synic_ports", ports));
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("4294967301")]
    [InlineData("0x100000005")]
    [InlineData("six")]
    [InlineData("6")]
    public async Task Inspect_KeyThatIsNoPort_IsNotFound(string key)
    {
        _rig.AddMessage(5, new TestMessagePort());

        Assert.Equal("path_not_found", Assert.IsType<InspectFailure>((await _tree.Ask($"synic_ports/ports/{key}")).Node).Code);
    }

    [Theory]
    [InlineData("31")]
    [InlineData("0x1f")]
    [InlineData("0X1F")]
    [InlineData("0x0000001f")]
    public async Task Inspect_KeyInAnySpelling_IsTheSamePort(string key)
    {
        _rig.AddMessage(31, new TestMessagePort());

        Assert.Equal("\"test\"", await _tree.Lines($"synic_ports/ports/{key}/owner"));
    }

    [Fact]
    public async Task Inspect_PortsComeAndGo_ChangesTheGeneration()
    {
        var port = _rig.AddMessage(5, new TestMessagePort());
        var before = Assert.IsType<InspectDirectory>((await _tree.Ask("synic_ports/ports")).Node).Generation;
        port.Dispose();

        var after = Assert.IsType<InspectDirectory>((await _tree.Ask("synic_ports/ports")).Node);

        Assert.NotEqual(before, after.Generation);
        Assert.Empty(after.Children);
    }

    [Fact]
    public async Task Inspect_PageEndedAtAPortThatIsGone_GoesOnBehindIt()
    {
        for (var id = 1u; id <= 5; id++)
        {
            _rig.AddMessage(id, new TestMessagePort());
        }

        _rig.Map.TryGet(new ConnectionId(3), out var third);
        _rig.Map.Unpublish(third);
        var page = await _tree.Ask(new InspectRequest { Path = InspectPath.Parse("synic_ports/ports"), After = "0x3", Depth = 0 });

        Assert.Equal("0x4: _ | 0x5: _", TestTree.Lines(page.Node));
    }

    [Fact]
    public async Task UpdateAsync_FastPath_IsTakenAwayAndGivenBack()
    {
        _rig.AddEvent(5, new TestEventPort { Event = _event, Matter = false });

        var suspended = await Update("5", "suspended");
        var pathsWhile = _rig.Synic.FastPaths.Count;
        var active = await Update("5", "active");

        Assert.Equal(("active", "suspended", null), (suspended.Old?.Value, suspended.New?.Value, suspended.Code));
        Assert.Equal((0, 1), (pathsWhile, _rig.Synic.FastPaths.Count));
        Assert.Equal(("suspended", "active"), (active.Old?.Value, active.New?.Value));
    }

    [Fact]
    public async Task UpdateAsync_FastPathThatAnotherHoldsBack_IsRejectedAndSaysSo()
    {
        var port = _rig.AddEvent(5, new TestEventPort { Event = _event, Matter = false });
        using var other = port.Registration.FastPath!.Suspend();

        var result = await Update("5", "active");

        Assert.Equal("value_rejected", result.Code);
        Assert.Contains("somebody else", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", "off", "value_rejected")]
    [InlineData("5", "", "value_rejected")]
    [InlineData("6", "suspended", "node_immutable")]
    public async Task UpdateAsync_FastPathThatCannotBe_IsRefused(string port, string value, string code)
    {
        _rig.AddEvent(5, new TestEventPort { Event = _event, Matter = false });
        _rig.AddEvent(6, new TestEventPort());

        Assert.Equal(code, (await Update(port, value)).Code);
        Assert.Single(_rig.Synic.FastPaths);
    }

    [Fact]
    public async Task Rates_PortIsRegisteredAnew_IsARestart()
    {
        var first = _rig.AddMessage(5, new TestMessagePort());
        _rig.Post(5);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var request = new InspectRequest { Depth = 8, Time = time };
        var before = await _tree.Ask(request);
        first.Dispose();
        _rig.AddMessage(5, new TestMessagePort());
        for (var i = 0; i < 4; i++)
        {
            _rig.Post(5);
        }

        time.Advance(TimeSpan.FromSeconds(2));
        var rates = InspectRates.Between(before, await _tree.Ask(request));

        Assert.Contains(new InspectRate("synic_ports/ports/0x5/calls", 2, Reset: true), rates);
    }

    [Fact]
    public async Task Inspect_PortThatWent_KeepsItsCounters()
    {
        var port = _rig.AddMessage(5, new TestMessagePort());
        _rig.Post(5, default, 1, 2, 3);
        port.Dispose();

        var departed = Assert.IsType<InspectDirectory>((await _tree.Ask($"synic_ports/departed/{port.Registration.Generation}")).Node);

        Assert.Equal("0x5", InspectText.Of(departed["connection"]!));
        Assert.Equal(("1", "3"), (InspectText.Of(departed["calls"]!), InspectText.Of(departed["bytes"]!)));
        Assert.Equal("\"disposed\"", InspectText.Of(departed["reason"]!));
    }

    [Fact]
    public async Task Inspect_GuestPorts_ShowTargetsAndTheLastResult()
    {
        _rig.Synic.OnPost = (_, _, _) => GuestPostResult.QueueFull;
        var messages = _rig.Ports.CreateGuestMessagePort(Vtl.Vtl0, new VpIndex(1), SintIndex.VmBus);
        messages.TryPost(1, [1]);
        _rig.Ports.CreateGuestEventPort(Vtl.Vtl0, new VpIndex(0), new SintIndex(4), 9);
        var tree = new TestTree(node => node.Child("guest_ports", new GuestPortTree(_rig.Ports, _ => 3)));

        Assert.Equal(
            "guest_ports/1/calls: 1 | guest_ports/1/kind: \"message\" | guest_ports/1/last_result: \"queue_full\" | guest_ports/1/queue: 3 | "
            + "guest_ports/1/sint: 2 | guest_ports/1/vp: 1 | guest_ports/1/vtl: 0 | "
            + "guest_ports/2/calls: 0 | guest_ports/2/flag: 9 | guest_ports/2/kind: \"event\" | guest_ports/2/sint: 4 | guest_ports/2/vp: 0 | guest_ports/2/vtl: 0",
            await tree.Lines());
        Assert.Equal("9", await tree.Lines("guest_ports/2/flag"));
        Assert.Equal("path_not_found", Assert.IsType<InspectFailure>((await tree.Ask("guest_ports/3")).Node).Code);
    }

    public void Dispose() => _event.Dispose();

    private Task<InspectUpdateResult> Update(string port, string value) => Inspector.UpdateAsync(
        _tree, new InspectRequest { Path = InspectPath.Parse(string.Create(CultureInfo.InvariantCulture, $"synic_ports/ports/{port}/fast_path")) },
        value, TestContext.Current.CancellationToken);

    private void SetFastPath(PortRegistration port, bool active)
    {
        if (active)
        {
            _suspension?.Dispose();
            _suspension = null;
        }
        else
        {
            _suspension ??= port.FastPath!.Suspend();
        }
    }
}
