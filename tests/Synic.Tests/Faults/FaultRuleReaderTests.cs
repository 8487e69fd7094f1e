using System.Text.Json;
using Synic.Contracts;
using Synic.Faults;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Tests.Faults;

/// <summary>Every field wrong once: the answer names the field and what is allowed there.</summary>
public sealed class FaultRuleReaderTests
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("""{ "match": null }""", "match", "matchAll")]
    [InlineData("""{ "match": {} }""", "match", "matchAll")]
    [InlineData("""{ "match": { "operation": "post" } }""", "match.operation", "post_message, signal_event")]
    [InlineData("""{ "match": { "connections": [] } }""", "match.connections", "1 to 256")]
    [InlineData("""{ "match": { "connections": [1, "x"] } }""", "match.connections[1]", "0x2001..0x27ff")]
    [InlineData("""{ "match": { "connections": ["5..4"] } }""", "match.connections[0]", "range")]
    [InlineData("""{ "match": { "connections": [4294967296] } }""", "match.connections[0]", "32 bits")]
    [InlineData("""{ "match": { "kind": "both" } }""", "match.kind", "message or event")]
    [InlineData("""{ "match": { "owner": "" } }""", "match.owner", "1 to 64")]
    [InlineData("""{ "match": { "vtl": 3 } }""", "match.vtl", "0 to 2")]
    [InlineData("""{ "match": { "vp": -1 } }""", "match.vp", "whole number")]
    [InlineData("""{ "match": { "sint": 16 }, "action": { "kind": "keepPending" } }""", "match.sint", "0 to 15")]
    [InlineData("""{ "match": { "flag": 65536 }, "action": { "kind": "verify" } }""", "match.flag", "0 to 65535")]
    [InlineData("""{ "match": { "monitorId": 128 }, "action": { "kind": "verify" } }""", "match.monitorId", "0 to 127")]
    [InlineData("""{ "match": { "messageType": "one" } }""", "match.messageType", "0xffffffff")]
    [InlineData("""{ "match": { "payload": { "bytes": "0" } } }""", "match.payload.bytes", "hex")]
    [InlineData("""{ "match": { "payload": { "offset": 240, "bytes": "00" } } }""", "match.payload.offset", "0 to 239")]
    [InlineData("""{ "match": { "payload": { "offset": 239, "bytes": "0001" } } }""", "match.payload.bytes", "240")]
    [InlineData("""{ "match": { "payload": { "bytes": "0001", "mask": "ff" } } }""", "match.payload.mask", "as long as bytes")]
    [InlineData("""{ "match": { "minSize": 241 } }""", "match.minSize", "0 to 240")]
    [InlineData("""{ "match": { "maxSize": -1 } }""", "match.maxSize", "0 to 240")]
    [InlineData("""{ "match": { "minSize": 9, "maxSize": 8 } }""", "match.minSize", "at most maxSize")]
    [InlineData("""{ "match": { "vmbusMessageType": 1.5 } }""", "match.vmbusMessageType", "whole number")]
    [InlineData("""{ "match": { "operation": "guest_message", "connections": [1] } }""", "match.connections", "not for guest_message")]
    [InlineData("""{ "match": { "connections": [1], "sint": 2 } }""", "match", "together")]
    [InlineData("""{ "action": null }""", "action.kind", "status, statusAfter, drop")]
    [InlineData("""{ "action": { "kind": "explode" } }""", "action.kind", "not 'explode'")]
    [InlineData("""{ "action": { "kind": "reorder", "depth": 2 } }""", "action.kind", "acts on guest_message")]
    [InlineData("""{ "action": { "kind": "status" } }""", "action.status", "needed")]
    [InlineData("""{ "action": { "kind": "status", "status": 0 } }""", "action.status", "drop")]
    [InlineData("""{ "action": { "kind": "status", "status": 65536 } }""", "action.status", "65535")]
    [InlineData("""{ "action": { "kind": "status", "status": "0x99" } }""", "action.status", "allowUnusualStatus")]
    [InlineData("""{ "action": { "kind": "delay" } }""", "action.delayMicroseconds", "needed")]
    [InlineData("""{ "action": { "kind": "delay", "delayMicroseconds": 0 } }""", "action.delayMicroseconds", "1 to")]
    [InlineData("""{ "action": { "kind": "delay", "delayMicroseconds": 1000001 } }""", "action.delayMicroseconds", "1000000")]
    [InlineData("""{ "action": { "kind": "delay", "delayMicroseconds": 1, "jitterMicroseconds": -1 } }""", "action.jitterMicroseconds", "0 to")]
    [InlineData("""{ "action": { "kind": "busy", "count": 0 } }""", "action.count", "1 to 1000")]
    [InlineData("""{ "action": { "kind": "duplicate", "count": 17 } }""", "action.count", "1 to 16")]
    [InlineData("""{ "action": { "kind": "drop", "count": 1 } }""", "action.count", "means nothing to 'drop'")]
    [InlineData("""{ "action": { "kind": "corrupt" } }""", "action.xor", "truncateTo")]
    [InlineData("""{ "action": { "kind": "corrupt", "xor": "zz" } }""", "action.xor", "hex")]
    [InlineData("""{ "action": { "kind": "corrupt", "xor": "ff", "offset": 240 } }""", "action.offset", "0 to 239")]
    [InlineData("""{ "action": { "kind": "corrupt", "truncateTo": 241 } }""", "action.truncateTo", "0 to 240")]
    [InlineData("""{ "match": { "sint": 2 }, "action": { "kind": "reorder", "depth": 1 } }""", "action.depth", "2 to 64")]
    [InlineData("""{ "match": { "sint": 2 }, "action": { "kind": "reorder", "depth": 2, "flushAfterMicroseconds": 0 } }""", "action.flushAfterMicroseconds", "1 to")]
    [InlineData("""{ "match": { "sint": 2 }, "action": { "kind": "wrongVp" } }""", "action.vp", "needed")]
    [InlineData("""{ "trigger": { "skipFirst": -1 } }""", "trigger.skipFirst", "0 or more")]
    [InlineData("""{ "trigger": { "everyNth": 0 } }""", "trigger.everyNth", "1 or more")]
    [InlineData("""{ "trigger": { "nth": [] } }""", "trigger.nth", "1 to 1024")]
    [InlineData("""{ "trigger": { "nth": [3, 0] } }""", "trigger.nth[1]", "1 or more")]
    [InlineData("""{ "trigger": { "nth": [3], "everyNth": 2 } }""", "trigger.everyNth", "instead of nth")]
    [InlineData("""{ "trigger": { "probability": 1.01 } }""", "trigger.probability", "0 to 1, not 1.01")]
    [InlineData("""{ "trigger": { "times": 0 } }""", "trigger.times", "1 or more")]
    [InlineData("""{ "trigger": { "withinSeconds": 0 } }""", "trigger.withinSeconds", "0.001 to 3600")]
    [InlineData("""{ "trigger": { "minSpacingMicroseconds": -1 } }""", "trigger.minSpacingMicroseconds", "0 to")]
    [InlineData("""{ "priority": 1001 }""", "priority", "0 to 1000")]
    [InlineData("""{ "seed": "0x10000000000000000" }""", "seed", "0xffffffffffffffff")]
    [InlineData("""{ "ttlSeconds": 0 }""", "ttlSeconds", "0.001 to 3600")]
    [InlineData("""{ "ttlSeconds": 3601 }""", "ttlSeconds", "0.001 to 3600")]
    [InlineData("""{ "leaseSeconds": -1 }""", "leaseSeconds", "0.001 to 3600")]
    [InlineData("""{ "maxActive": 257 }""", "maxActive", "1 to 256")]
    [InlineData("""{ "stopWhen": { "realFailuresPerSecond": -1 } }""", "stopWhen.realFailuresPerSecond", "0 or more")]
    [InlineData("""{ "stopWhen": { "queueLength": -1 } }""", "stopWhen.queueLength", "0 to")]
    [InlineData("""{ "name": "" }""", "name", "1 to 128")]
    [InlineData("""{ "reason": "\n" }""", "reason", "control characters")]
    [InlineData("""{ "arm": true, "reason": null }""", "reason", "needed to arm")]
    [InlineData("""{ "ticket": "" }""", "ticket", "1 to 128")]
    [InlineData("""{ "labels": { "A": "x" } }""", "labels.A", "a-z")]
    [InlineData("""{ "action": { "kind": "drop" }, "allowHang": false }""", "allowHang", "has to be true")]
    [InlineData("""{ "match": { "operation": "signal_event" }, "action": { "kind": "status", "status": 5 }, "allowHang": false }""", "allowHang", "has to be true")]
    public void TryRead_OneFieldWrong_NamesTheFieldAndWhatIsAllowed(string change, string path, string allowed)
    {
        Assert.False(FaultRuleReader.TryRead(Changed(change), "rule", null, out var rule, out var errors));

        Assert.Null(rule);
        Assert.Equal([path], errors.Keys);
        Assert.Contains(allowed, errors[path][0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Rule")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public void TryRead_IdThatIsNone_IsRefused(string id)
    {
        Assert.False(FaultRuleReader.TryRead(Changed("{}"), id, null, out _, out var errors));

        Assert.Equal(["id"], errors.Keys);
    }

    [Fact]
    public void TryRead_SeveralFieldsWrong_NamesAllOfThem()
    {
        var spec = Changed("""{ "priority": -1, "ttlSeconds": 0, "trigger": { "times": 0 }, "action": { "kind": "busy", "count": 0 } }""");

        Assert.False(FaultRuleReader.TryRead(spec, "rule", null, out _, out var errors));

        Assert.Equal(["action.count", "priority", "trigger.times", "ttlSeconds"], errors.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TryRead_NumbersAndTexts_MeanTheSame()
    {
        var match = FaultRig.Read(Changed(
            """{ "match": { "connections": [1, "0x2001", "0x2100..0x21ff"], "vtl": 1, "vp": "0x2", "messageType": 1, "vmbusMessageType": "14" } }""")).Match;

        Assert.Equal([new(1, 1), new(0x2001, 0x2001), new(0x2100, 0x21FF)], match.Connections);
        Assert.Equal(Vtl.Vtl1, match.Vtl);
        Assert.Equal(new VpIndex(2), match.Vp);
        Assert.Equal(14U, match.VmBusMessageType);
        Assert.True(match.Has(FaultOperation.PostMessage));
        Assert.False(match.Has(FaultOperation.GuestMessage));
    }

    [Fact]
    public void TryRead_WithoutOperation_MeansAllThatTheActionAndTheMembersAllow()
    {
        var match = FaultRig.Read(Changed("""{ "match": { "vp": 0 }, "action": { "kind": "drop" } }""")).Match;

        Assert.All(
            [FaultOperation.PostMessage, FaultOperation.SignalEvent, FaultOperation.MonitorTrigger, FaultOperation.GuestMessage, FaultOperation.GuestEvent],
            operation => Assert.True(match.Has(operation)));
        Assert.False(match.Has(FaultOperation.PortRegister));
    }

    [Fact]
    public void TryRead_WithoutSeed_MakesOneUp()
    {
        var first = FaultRig.Read(Changed("""{ "seed": null }"""));
        var second = FaultRig.Read(Changed("""{ "seed": null }"""));

        Assert.NotEqual(first.Seed, second.Seed);
    }

    [Fact]
    public void TryRead_UnusualStatusThatIsAllowed_IsTaken()
    {
        var rule = FaultRig.Read(Changed("""{ "action": { "kind": "status", "status": "0x99", "allowUnusualStatus": true } }"""));

        Assert.Equal(new HvStatus(0x99), rule.Action.Status);
    }

    [Fact]
    public void Deserialize_MemberThatDoesNotExist_IsRefusedWithItsPath()
    {
        var error = Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize<FaultRuleSpec>("""{ "match": { "operatoin": "post_message" } }""", s_json));

        Assert.Contains("operatoin", error.Message, StringComparison.Ordinal);
        Assert.Equal("$.match", error.Path![..7]);
    }

    // A rule that is right but for the members of the change; what the change does not name stays.
    private static FaultRuleSpec Changed(string change)
    {
        var spec = FaultRig.Spec() with { Arm = false, Match = new FaultMatchSpec { Operation = "post_message" } };
        var given = JsonSerializer.Deserialize<FaultRuleSpec>(change, s_json)!;
        using var names = JsonDocument.Parse(change);
        foreach (var property in typeof(FaultRuleSpec).GetProperties())
        {
            if (names.RootElement.TryGetProperty(JsonNamingPolicy.CamelCase.ConvertName(property.Name), out var value))
            {
                // A match that leaves the operation out next to another action means what it says.
                property.SetValue(spec, property.GetValue(given));
            }
        }

        return spec;
    }
}
