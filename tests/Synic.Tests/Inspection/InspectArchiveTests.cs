using System.Text;
using System.Text.Json;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectArchiveTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_EveryKindOfNode_IsAsItWas()
    {
        var node = await ReadAsync(new Everything(), depth: 1);

        var opened = InspectArchive.Of(node).Open();

        Assert.Equal(Json(node).Replace("\"mutable\":true", "\"mutable\":false", StringComparison.Ordinal), Json(opened));
        Assert.Empty(InspectDiff.Between(node, opened, InspectPath.Root));
    }

    [Fact]
    public async Task Open_NameThatIsNoUnicode_IsAsItWas()
    {
        var node = await ReadAsync(new Everything(), depth: 1);

        var opened = Assert.IsType<InspectDirectory>(InspectArchive.Of(node).Open());

        Assert.NotNull(opened["\ud800"]);
    }

    [Fact]
    public async Task Of_DeeperThanMaximum_IsCutAndSaysSo()
    {
        var node = await ReadAsync(new Endless(), InspectRequest.MaxDepth);

        var archive = InspectArchive.Of(node);

        var cut = Assert.Single(archive.Cuts);
        Assert.Equal("depth", cut.Reason);
        Assert.Equal(InspectArchive.MaxDepth, cut.Path.Split('/').Length);
        archive.Open();
    }

    [Fact]
    public async Task Of_PagedDirectory_SaysSo()
    {
        var result = await Inspector.InspectAsync(new Everything(), new InspectRequest { PageSize = 3 }, Cancellation);

        var archive = InspectArchive.Of(result.Node);

        Assert.Contains(new InspectIncomplete("", "paged"), archive.Cuts);
    }

    [Fact]
    public async Task Of_ManyAlike_IsSmall()
    {
        var node = await ReadAsync(new Many(), depth: 2);

        var archive = InspectArchive.Of(node);

        Assert.Equal(1 + (1000 * 3), archive.Nodes);
        Assert.True(archive.Bytes < 16_000, $"{archive.Bytes}");
    }

    private static async Task<InspectNode> ReadAsync(IInspectable root, int depth) =>
        (await Inspector.InspectAsync(root, new InspectRequest { Depth = depth }, Cancellation)).Node;

    private static string Json(InspectNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, InspectJson.WriterOptions))
        {
            InspectJson.WriteTyped(writer, node);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class Everything : IInspectable
    {
        public void Inspect(InspectResponse node)
        {
            node.Generation = 7;
            node.Field("u64", ulong.MaxValue, InspectTraits.SafeHex);
            node.Field("i64", long.MinValue, InspectTraits.SafeCounter with { Unit = "things", Approximate = true });
            node.Field("f64", double.NaN);
            node.Field("bool", true, InspectTraits.Safe);
            node.Field("text", "ü \u0001");
            node.Bytes("bytes", [0, 255]);
            node.Field("time", DateTimeOffset.UnixEpoch.AddTicks(1));
            node.Field("duration", TimeSpan.MinValue);
            node.Field("gone", default, new InspectTraits { NotKnown = "why" });
            node.Field("secret", 1, new InspectTraits { Sensitivity = InspectSensitivity.Sensitive });
            node.Field("\ud800", -1);
            node.Mutable("mutable", 1, new InspectTraits { Range = "0 to 1", Effect = "none" }, static _ => InspectUpdate.Rejected("no"));
            node.Failed("failed", "code", "message");
            node.Child("directory", static inner => inner.Child("deep", static _ => { }));
        }
    }

    private sealed class Endless : IInspectable
    {
        public void Inspect(InspectResponse node) => node.Child("x", this);
    }

    private sealed class Many : IInspectable
    {
        public void Inspect(InspectResponse node)
        {
            for (var i = 0; i < 1000; i++)
            {
                node.Field($"{i}/first", i, InspectTraits.SafeCounter);
                node.Field($"{i}/second", "the same", InspectTraits.Safe);
            }
        }
    }
}
