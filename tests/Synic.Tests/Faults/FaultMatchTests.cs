using Synic.Contracts;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;
using Synic.Ports.Handlers;
using Synic.Tests.Ports;

namespace Synic.Tests.Faults;

/// <summary>Which calls a rule means.</summary>
public sealed class FaultMatchTests : IDisposable
{
    private readonly FaultRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(0x2000u, false)]
    [InlineData(0x2001u, true)]
    [InlineData(0x2100u, true)]
    [InlineData(0x21FFu, true)]
    [InlineData(0x2200u, false)]
    [InlineData(0xFFFF_FFFFu, true)]
    [InlineData(0x12001u, false)] // in the filter the same place as 0x2001
    public void Decide_ConnectionsAndRanges_MeansThoseInside(uint connection, bool hit)
    {
        Put(new FaultMatchSpec { Operation = "post_message", Connections = ["0x2001", "0x2100..0x21ff", "4294967295"] });

        Assert.Equal(hit, _rig.Post(new ConnectionId(connection)).Kind != FaultEffectKind.None);
    }

    [Fact]
    public void Decide_AllConnections_MeansAnyOfThem()
    {
        Put(new FaultMatchSpec { Connections = ["0..0xffffffff"] });

        Assert.All([0u, 0x2001u, 0xFFFF_FFFFu], c => Assert.Equal(FaultEffectKind.Verify, _rig.Post(new ConnectionId(c)).Kind));
    }

    [Fact]
    public void Decide_OtherOperation_IsNotMeant()
    {
        Put(new FaultMatchSpec { Operation = "signal_event", Connections = ["0x2001"] });

        Assert.Equal(FaultEffectKind.None, _rig.Post().Kind);
        Assert.Equal(FaultEffectKind.Verify, _rig.Decide(Signal(flag: 0)).Kind);
    }

    [Fact]
    public void Decide_VpVtlAndFlag_HaveToBeThoseOfTheCall()
    {
        Put(new FaultMatchSpec { Operation = "signal_event", Vp = "1", Vtl = "0", Flag = "7" });

        Assert.Equal(FaultEffectKind.Verify, _rig.Decide(Signal(flag: 7, vp: 1)).Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Decide(Signal(flag: 8, vp: 1)).Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Decide(Signal(flag: 7, vp: 2)).Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Decide(Signal(flag: 7, vp: 1, Vtl.Vtl1)).Kind);
    }

    [Theory]
    [InlineData(new byte[] { 9, 0x1E, 0x05, 9 }, true)]
    [InlineData(new byte[] { 9, 0x1E, 0xF5 }, true)] // the mask looks at the lower half
    [InlineData(new byte[] { 9, 0x1E, 0x06 }, false)]
    [InlineData(new byte[] { 9, 0x1E }, false)]
    [InlineData(new byte[0], false)]
    public void Decide_PayloadBytesUnderAMask_HaveToBeThere(byte[] payload, bool hit)
    {
        Put(new FaultMatchSpec { Operation = "post_message", Payload = new FaultPayloadSpec { Offset = 1, Bytes = "1e05", Mask = "ff0f" } });

        Assert.Equal(hit, _rig.Post(payload: payload).Kind != FaultEffectKind.None);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public void Decide_Sizes_AreBothIncluded(int size, bool hit)
    {
        Put(new FaultMatchSpec { Operation = "post_message", MinSize = 4, MaxSize = 8 });

        Assert.Equal(hit, _rig.Post(payload: new byte[size]).Kind != FaultEffectKind.None);
    }

    [Fact]
    public void Decide_VmBusMessageType_IsTheFirstWord()
    {
        Put(new FaultMatchSpec { Operation = "post_message", VmbusMessageType = "14" });

        Assert.Equal(FaultEffectKind.Verify, _rig.Post(payload: [14, 0, 0, 0, 1]).Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Post(payload: [14, 0, 1, 0]).Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Post(payload: [14, 0, 0]).Kind);
    }

    [Fact]
    public void Decide_KindAndOwner_AreThoseOfThePortThatIsThere()
    {
        var ports = new SynicPorts(_rig.Map, new FakeSynic());
        using var port = ports.AddMessagePort(FaultRig.Connection, Vtl.Vtl0, new SinkPort(), "vmbus-control");
        Put(new FaultMatchSpec { Operation = "post_message", Kind = "message", Owner = "vmbus*" });

        Assert.Equal(FaultEffectKind.Verify, _rig.Post().Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Post(new ConnectionId(0x2002)).Kind); // nobody there

        port.Dispose();
        Assert.Equal(FaultEffectKind.None, _rig.Post().Kind);
    }

    [Fact]
    public void Decide_PortThatIsBeingRegistered_IsMeantByWhatItWillBe()
    {
        Put(new FaultMatchSpec { Operation = "port_register", Owner = "heart*", Kind = "event" });

        Assert.Equal(FaultEffectKind.Verify, _rig.Decide(Registration(PortKind.Event)).Kind);
        Assert.Equal(FaultEffectKind.None, _rig.Decide(Registration(PortKind.Message)).Kind);
    }

    [Theory]
    [InlineData("""{"connections":["1..5"]}""", """{"connections":["5"]}""", true)]
    [InlineData("""{"connections":["1..5"]}""", """{"connections":["6"]}""", false)]
    [InlineData("""{"connections":["1"]}""", """{"operation":"post_message"}""", true)]
    [InlineData("""{"operation":"signal_event"}""", """{"operation":"post_message"}""", false)]
    [InlineData("""{"vtl":0,"vp":1}""", """{"vtl":0,"vp":2}""", false)]
    [InlineData("""{"operation":"post_message","maxSize":4}""", """{"operation":"post_message","minSize":5}""", false)]
    [InlineData("""{"payload":{"bytes":"0102"}}""", """{"payload":{"offset":1,"bytes":"03"}}""", false)]
    [InlineData("""{"payload":{"bytes":"0102"}}""", """{"payload":{"offset":1,"bytes":"03","mask":"fe"}}""", true)]
    [InlineData("""{"owner":"a*"}""", """{"owner":"b*"}""", true)]
    public void CanMeet_TwoRules_IsFalseOnlyIfNoCallMeetsBoth(string a, string b, bool expected)
    {
        Assert.Equal(expected, RuleOverlap.CanMeet(Match(a), Match(b)));
        Assert.Equal(expected, RuleOverlap.CanMeet(Match(b), Match(a)));
    }

    private static FaultMatch Match(string json)
    {
        var match = System.Text.Json.JsonSerializer.Deserialize<FaultMatchSpec>(json, System.Text.Json.JsonSerializerOptions.Web);
        return FaultRig.Read(FaultRig.Spec("verify") with { Match = match }).Match;
    }

    private static FaultCall Signal(ushort flag, uint vp = 0, Vtl vtl = default) => new()
    {
        Operation = FaultOperation.SignalEvent, Connection = FaultRig.Connection, Flag = flag, Vp = new VpIndex(vp), Vtl = vtl,
    };

    private static FaultCall Registration(PortKind kind) => new()
    {
        Operation = FaultOperation.PortRegister, Connection = FaultRig.Connection, Kind = kind, Owner = "heartbeat",
    };

    private void Put(FaultMatchSpec match) => _rig.Put(FaultRig.Spec("verify") with { Match = match });
}
