using System.Text.Json;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectFormatTests
{
    [Fact]
    public async Task Formats_NumbersThatJsonCannotHold_StayExactAndValid()
    {
        var tree = new TestTree(node =>
        {
            node.Field("exact", 1L << 53);
            node.Field("beyond", (1L << 53) + 1);
            node.Field("largest", ulong.MaxValue);
            node.Field("lowest", long.MinValue);
            node.Field("nan", double.NaN);
            node.Field("infinite", double.NegativeInfinity);
        });

        var node = (await tree.Ask()).Node;

        Assert.Equal(
            """{"beyond":"9007199254740993","exact":9007199254740992,"infinite":"-Infinity","largest":"18446744073709551615","lowest":"-9223372036854775808","nan":"NaN"}""",
            TestTree.Plain(node));
        Assert.Equal(
            "beyond: 9007199254740993 | exact: 9007199254740992 | infinite: -Infinity | largest: 18446744073709551615 | lowest: -9223372036854775808 | nan: NaN",
            TestTree.Lines(node));
        using var typed = JsonDocument.Parse(TestTree.Typed(node)); // is valid
    }

    [Fact]
    public async Task WriteTyped_Value_SaysAllThatIsKnown()
    {
        var tree = new TestTree(node => node.Field("x", 0x2001u, new InspectTraits
        {
            Format = InspectFormat.Hex,
            Unit = "bytes",
            Counter = true,
            Sensitivity = InspectSensitivity.Safe,
            Approximate = true,
        }));

        Assert.Equal(
            """{"kind":"u64","value":"0x2001","format":"hex","unit":"bytes","counter":true,"sensitivity":"safe","mutable":false,"approximate":true}""",
            TestTree.Typed((await tree.Ask("x")).Node));
    }

    [Fact]
    public async Task WriteTyped_MutableNode_TellsRangeAndEffect()
    {
        var tree = new TestTree(node => node.Mutable(
            "x", 5, new InspectTraits { Range = "1 to 9", Effect = "none" }, _ => InspectUpdate.Rejected("no")));

        Assert.EndsWith(""","mutable":true,"range":"1 to 9","effect":"none"}""", TestTree.Typed((await tree.Ask("x")).Node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteTyped_EveryKindOfNode_HasItsShape()
    {
        var tree = new TestTree(node =>
        {
            node.Field("hidden", 1, new InspectTraits { Sensitivity = InspectSensitivity.Sensitive });
            node.Failed("broken", "backend_down", "it \"ended\"");
            node.Child("closed", _ => { });
            node.Field("unknown", (long?)null, InspectTraits.Safe with { NotKnown = "elsewhere" });
            node.Generation = 3;
        });

        Assert.Equal(
            """{"kind":"dir","generation":3,"hidden":1,"children":["""
            + """{"name":"broken","node":{"kind":"error","code":"backend_down","message":"it \"ended\""}},"""
            + """{"name":"closed","node":{"kind":"unevaluated","reason":"depth"}},"""
            + """{"name":"unknown","node":{"kind":"unknown","value":null,"format":null,"unit":null,"counter":false,"sensitivity":"safe","mutable":false,"notKnown":"elsewhere"}}]}""",
            TestTree.Typed((await tree.Ask(depth: 0)).Node));
    }

    [Fact]
    public async Task Formats_OtherKinds_AreWritten()
    {
        var tree = new TestTree(node =>
        {
            node.Field("at", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.FromHours(2)).AddMicroseconds(5));
            node.Bytes("bytes", [1, 2, 3, 4]);
            node.Field("bits", (ushort)5, new InspectTraits { Format = InspectFormat.Binary });
            node.Field("long", TimeSpan.FromMilliseconds(1500));
            node.Field("on", true);
            node.Enum<InspectCut>("why", InspectCut.Deadline);
            node.Enum<InspectCut>("not", null);
        });

        var node = (await tree.Ask()).Node;

        Assert.Equal(
            "at: 2026-11-24T10:00:00.000005Z | bits: 0b101 | bytes: <01020304> | long: 1.5 | on: true | why: \"deadline\"", TestTree.Lines(node));
        Assert.Equal(
            """{"at":"2026-11-24T10:00:00.000005Z","bits":"0b101","bytes":"AQIDBA","long":1.5,"on":true,"why":"deadline"}""", TestTree.Plain(node));
    }

    [Fact]
    public async Task Formats_HostileText_StaysOnItsLineAndIsValidJson()
    {
        var tree = new TestTree(node =>
        {
            node.Field("na\nme", "line\r\nwith \"quotes\" \u0007 and half a \ud800 letter");
            node.Field("half\udc00", 1);
        });

        var node = (await tree.Ask()).Node;

        Assert.Equal(
            """half\uFFFD: 1 | na\nme: "line\r\nwith \"quotes\" \u0007 and half a \uFFFD letter"!""".TrimEnd('!'), TestTree.Lines(node));
        using var plain = JsonDocument.Parse(TestTree.Plain(node));
        using var typed = JsonDocument.Parse(TestTree.Typed(node));
    }

    [Fact]
    public async Task WritePlain_Failures_AreMarked()
    {
        var tree = new TestTree(node =>
        {
            node.Child("broken", _ => throw new InvalidOperationException("no"));
            node.Child("empty", _ => { });
            node.Child("deep", child => child.Child("er", _ => { }));
        });

        Assert.Equal("""{"broken":{"$error":"no"},"deep":{"er":null},"empty":{}}""", TestTree.Plain((await tree.Ask(depth: 1)).Node));
    }
}
