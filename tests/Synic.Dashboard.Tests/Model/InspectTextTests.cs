using Synic.Contracts;
using Synic.Dashboard.Model;
using Synic.Dashboard.Tests.Support;

namespace Synic.Dashboard.Tests.Model;

public sealed class InspectTextTests
{
    [Fact]
    public void Of_EachKind_IsAsPeopleReadIt()
    {
        Assert.Equal("1,234", InspectText.Of(Some.Value(1234) with { Format = "count" }));
        Assert.Equal("1.5 KiB", InspectText.Of(Some.Value(1536) with { Format = "bytes", Unit = "bytes" }));
        Assert.Equal("00:04:10", InspectText.Of(Some.Value(250, "duration")));
        Assert.Equal("250 µs", InspectText.Of(Some.Value(0.00025, "duration")));
        Assert.Equal("0x2001", InspectText.Of(Some.Value("0x2001") with { Format = "hex" }));
        Assert.Equal("<4869>", InspectText.Of(Some.Value("SGk", "bytes")));
        Assert.Equal("—", InspectText.Of(new InspectedNode { Kind = "unknown", NotKnown = "the guest hides it" }));
    }

    [Theory]
    [InlineData("!!", "<!!>")]
    [InlineData("", "<>")]
    public void Of_BytesThatAreNone_AreShownAsTheyAre(string sent, string shown) =>
        Assert.Equal(shown, InspectText.Of(Some.Value(sent, "bytes")));

    [Fact]
    public void Address_OpenDirectories_ComeBackWithThoseAboveThem()
    {
        var tree = new InspectTree { Address = "a/b/c,d" };

        Assert.True(tree.IsOpen("a") && tree.IsOpen("a/b") && tree.IsOpen("a/b/c") && tree.IsOpen("d"));
        Assert.Equal("a/b/c,d", tree.Address);
    }

    [Fact]
    public void Address_Hostile_OpensNoMoreThanMayBe()
    {
        var tree = new InspectTree { Address = string.Join(',', Enumerable.Range(0, 5000)) };

        Assert.False(tree.IsOpen("4999"));
        Assert.True(tree.Address.Length <= 2000);
    }

    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("it's; rm -rf", @"'it'\''s; rm -rf'")]
    [InlineData("", "''")]
    public void Quote_ForAShell_IsOneWord(string text, string quoted) => Assert.Equal(quoted, ShellLine.Quote(text));
}
