using System.Text.Json;
using Synic.Contracts;
using Synic.Faults;

namespace Synic.Tests.Faults;

public sealed class FaultRuleWriterTests
{
    [Theory]
    [InlineData("""{"match":{"matchAll":true},"action":{"kind":"busy"}}""")]
    [InlineData("""{"match":{"operation":"post_message","connections":["0x1","5..0x9"],"kind":"message","owner":"vm*","vtl":0,"vp":1,"messageType":1,"minSize":4,"maxSize":9,"vmbusMessageType":14,"payload":{"offset":2,"bytes":"0e00","mask":"ff0f"}},"action":{"kind":"status","status":"0x12"}}""")]
    [InlineData("""{"match":{"operation":"post_message"},"action":{"kind":"statusAfter","status":"0x99","allowUnusualStatus":true}}""")]
    [InlineData("""{"match":{"operation":"monitor_trigger","monitorId":5},"action":{"kind":"delay","delayMicroseconds":7,"jitterMicroseconds":3},"trigger":{"skipFirst":2,"everyNth":3,"probability":0.25,"times":4,"withinSeconds":1.5,"minSpacingMicroseconds":8}}""")]
    [InlineData("""{"match":{"operation":"signal_event","flag":3},"action":{"kind":"duplicate","count":2},"trigger":{"nth":[1,5]}}""")]
    [InlineData("""{"match":{"operation":"guest_message","sint":2},"action":{"kind":"reorder","depth":4,"flushAfterMicroseconds":9}}""")]
    [InlineData("""{"match":{"operation":"guest_message"},"action":{"kind":"corrupt","offset":3,"xor":"ff","truncateTo":5},"allowHang":true}""")]
    [InlineData("""{"match":{"operation":"guest_message"},"action":{"kind":"wrongVp","vp":1},"allowHang":true}""")]
    [InlineData("""{"match":{"operation":"guest_message"},"action":{"kind":"keepPending","count":3}}""")]
    [InlineData("""{"name":"n","labels":{"a":"b"},"dryRun":true,"priority":3,"seed":"0xffffffffffffffff","ttlSeconds":7,"leaseSeconds":2,"maxActive":5,"stopWhen":{"realFailuresPerSecond":0.5,"queueLength":6,"backendDown":true,"verifyHit":true},"allowOverlap":true,"forceSlowPath":true,"persist":true,"reason":"r","ticket":"t","match":{"operation":"signal_event"},"action":{"kind":"verify"}}""")]
    public void Write_ThenRead_IsTheSameRule(string json)
    {
        var spec = JsonSerializer.Deserialize<FaultRuleSpec>(json, JsonSerializerOptions.Web)!;
        Assert.True(FaultRuleReader.TryRead(spec, "rule", null, out var rule, out var errors), string.Join("; ", errors.Keys));

        var written = FaultRuleWriter.Write(rule);

        Assert.True(FaultRuleReader.TryRead(written, "rule", null, out var again, out errors), string.Join("; ", errors.Keys));
        Assert.Equal(JsonSerializer.Serialize(rule), JsonSerializer.Serialize(again));
    }
}
