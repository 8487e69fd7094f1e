using System.Globalization;
using Synic.Inspection;

namespace Synic.Tests.Inspection;

public sealed class InspectPagingTests
{
    [Fact]
    public async Task InspectAsync_WideDirectory_MakesOnePageOnly()
    {
        var wide = new WideDirectory(100_000);
        var tree = new TestTree(node => node.Directory("wide", wide));

        var page = Assert.IsType<InspectDirectory>((await tree.Ask("wide", depth: 0)).Node);

        Assert.Equal(InspectRequest.MaxPageSize, page.Children.Length);
        Assert.Equal(("0", "999"), (page.Children[0].Name, page.Children[^1].Name));
        Assert.Equal((100_000, "999", 7), (page.Total, page.NextAfter, page.Generation));
        Assert.Equal(InspectRequest.MaxPageSize + 1, wide.Made);
    }

    [Fact]
    public async Task InspectAsync_WideDirectory_IsReadToItsEndPageByPage()
    {
        var tree = new TestTree(node => node.Directory("wide", new WideDirectory(2500)));
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = Assert.IsType<InspectDirectory>((await tree.Ask(
                new InspectRequest { Path = InspectPath.Parse("wide"), After = after, Depth = 0 })).Node);
            names.AddRange(page.Children.Select(static c => c.Name));
            after = page.NextAfter;
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 2500).Select(static i => i.ToString(CultureInfo.InvariantCulture)), names);
    }

    [Fact]
    public async Task InspectAsync_KeyOfAWideDirectory_IsFoundWithoutListing()
    {
        var wide = new WideDirectory(100_000);
        var tree = new TestTree(node => node.Directory("wide", wide));

        Assert.Equal("double: 133332", await tree.Lines("wide/66666"));
        Assert.Equal(1, wide.Made);
        Assert.Equal("path_not_found", Assert.IsType<InspectFailure>((await tree.Ask("wide/100000")).Node).Code);
    }

    [Fact]
    public async Task InspectAsync_WideDirectoryBelowThePath_ShowsItsFirstPage()
    {
        var tree = new TestTree(node => node.Directory("wide", new WideDirectory(100_000)));

        var root = Assert.IsType<InspectDirectory>((await tree.Ask(new InspectRequest { After = "a", Depth = 8 })).Node);

        var page = Assert.IsType<InspectDirectory>(root["wide"]);
        Assert.Equal((1000, "0", "999"), (page.Children.Length, page.Children[0].Name, page.NextAfter));
    }

    [Fact]
    public async Task InspectAsync_UsualDirectoryOfTooMany_IsPagedToo()
    {
        var opened = 0;
        var tree = new TestTree(node =>
        {
            for (var i = 4999; i >= 0; i--)
            {
                node.Child($"n{i}", _ => Interlocked.Increment(ref opened));
            }
        });

        var first = Assert.IsType<InspectDirectory>((await tree.Ask()).Node);
        var last = Assert.IsType<InspectDirectory>((await tree.Ask(new InspectRequest { After = "n4997" })).Node);

        Assert.Equal((1000, 5000, "n999"), (first.Children.Length, first.Total, first.NextAfter));
        Assert.Equal(["n4998", "n4999"], last.Children.Select(static c => c.Name));
        Assert.Null(last.NextAfter);
        Assert.Equal(1002, opened);
    }

    [Fact]
    public async Task InspectAsync_PageOfOne_WalksThroughAll()
    {
        var tree = new TestTree(node =>
        {
            node.Field("b", 1);
            node.Field("a", 1);
            node.Field("b", 2);
        });

        var first = Assert.IsType<InspectDirectory>((await tree.Ask(new InspectRequest { PageSize = 1 })).Node);
        var second = Assert.IsType<InspectDirectory>((await tree.Ask(new InspectRequest { PageSize = 1, After = first.NextAfter })).Node);

        Assert.Equal(("a: 1 | $next: \"a\"", "b: 2"), (TestTree.Lines(first), TestTree.Lines(second)));
    }

    [Theory]
    [InlineData("2", "10")]
    [InlineData("0x9", "0x10")]
    [InlineData("9", "0x10")]
    [InlineData("0xA", "0xb")]
    [InlineData("a2b", "a10a")]
    [InlineData("01", "1")]
    [InlineData("a", "a0")]
    [InlineData("18446744073709551615", "18446744073709551616")]
    [InlineData("99999999999999999999999999999999999999998", "99999999999999999999999999999999999999999")]
    [InlineData("9", "99999999999999999999999999999999999999999")]
    [InlineData("$next", "0")]
    [InlineData("0", "a")]
    [InlineData("0x", "0y")]
    public void Compare_NumbersInNames_AreNumbers(string first, string second)
    {
        Assert.True(NaturalOrder.Instance.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Instance.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Instance.Compare(first, first));
    }

    [Fact]
    public void Compare_AnyNames_IsAnOrder()
    {
        string[] pieces = ["0", "00", "0x", "0x1", "1", "a", "x", "9", "10", "-", "99999999999999999999", "0xfffffffffffffffff"];
        var names = pieces.SelectMany(a => pieces.SelectMany(b => pieces.Select(c => a + b + c))).Distinct().ToArray();
        var random = new Random(20261124);
        for (var i = 0; i < 50_000; i++)
        {
            var (a, b, c) = (names[random.Next(names.Length)], names[random.Next(names.Length)], names[random.Next(names.Length)]);
            var order = NaturalOrder.Instance;
            Assert.Equal(Math.Sign(order.Compare(a, b)), -Math.Sign(order.Compare(b, a)));
            Assert.False(order.Compare(a, b) < 0 && order.Compare(b, c) < 0 && order.Compare(a, c) >= 0, $"{a} < {b} < {c}");
            Assert.Equal(a == b, order.Compare(a, b) == 0);
        }
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void TryParse_ControlCharacters_AreRefused(string path) =>
        Assert.False(InspectPath.TryParse(path, out _, out _));

    [Fact]
    public void TryParse_VeryLongPath_IsRefused()
    {
        Assert.False(InspectPath.TryParse(new string('a', InspectPath.MaxLength + 1), out _, out var problem));
        Assert.Contains("4096", problem, StringComparison.Ordinal);
        Assert.True(InspectPath.TryParse(string.Concat(Enumerable.Repeat("a/", InspectPath.MaxLength / 2)), out var path, out _));
        Assert.Equal(InspectPath.MaxLength / 2, path.Segments.Length);
    }

    [Fact]
    public async Task InspectAsync_LongestPath_IsWalked()
    {
        static void Endless(InspectResponse node) => node.Child("a", Endless);
        var path = string.Concat(Enumerable.Repeat("a/", InspectPath.MaxLength / 2));

        Assert.IsType<InspectDirectory>((await new TestTree(Endless).Ask(path, depth: 0)).Node);
    }

    private sealed class WideDirectory(int count) : IInspectDirectory
    {
        public int Made { get; private set; }

        public long Count => count;

        public long? Generation => 7;

        public void List(string? after, int limit, InspectResponse node)
        {
            var first = after is null ? 0 : int.Parse(after, CultureInfo.InvariantCulture) + 1;
            for (var i = first; i < Math.Min(first + limit, count); i++)
            {
                Add(i, node);
            }
        }

        public void Find(string key, InspectResponse node)
        {
            if (int.TryParse(key, CultureInfo.InvariantCulture, out var i) && i >= 0 && i < count)
            {
                Add(i, node);
            }
        }

        private void Add(int i, InspectResponse node)
        {
            Made++;
            node.Child(i.ToString(CultureInfo.InvariantCulture), child => child.Field("double", i * 2));
        }
    }
}
