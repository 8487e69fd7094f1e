using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Tests.Model;

public sealed class TerminalBufferTests
{
    [Theory]
    [InlineData("a\0b\u0007\u007f", "a^@b^G^?")]
    [InlineData("a\u0090\u00ad\u202eb", "a���b")]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b]0;title\u001b\\text", "text")]
    [InlineData("\u001b(Btext", "text")]
    [InlineData("\u001b[31\ntext", "text")] // a sequence that is cut off
    [InlineData("50 %\r100 %", "100 %")]
    [InlineData("ab\b\b\bx", "xb")]
    [InlineData("a\tb", "a       b")]
    public void Append_ControlCharacters_AreHarmless(string written, string shown) => Assert.Equal(shown, Lines(written)[^1]);

    [Fact]
    public void Append_SequenceOverTwoChunks_IsStillOne() => Assert.Equal(["red"], Lines("\e[3", "1mred"));

    [Fact]
    public void Append_SequenceWithoutEnd_SwallowsOnlySoMuch() =>
        Assert.EndsWith("shown", Lines("\e]" + new string('x', 1000) + "shown")[^1], StringComparison.Ordinal);

    [Fact]
    public void Append_LineWithoutEnd_IsBroken() =>
        Assert.All(Lines(new string('x', 5000)), l => Assert.InRange(l.Length, 1, TerminalBuffer.MaxLength));

    [Fact]
    public void Append_ManyLines_KeepsTheLast()
    {
        var buffer = new TerminalBuffer();

        buffer.Append(new SerialChunk(0, string.Concat(Enumerable.Range(0, 1500).Select(i => $"{i}\n")), 0));

        Assert.Equal(TerminalBuffer.MaxLines, buffer.Lines.Count());
        Assert.Equal(("500", "1499"), (buffer.Lines.First().Text, buffer.Lines.Last().Text));
        Assert.Equal(500, buffer.Dropped);
    }

    [Fact]
    public void Append_LineGoesOn_KeepsItsNumber()
    {
        var buffer = new TerminalBuffer();
        buffer.Append(new SerialChunk(0, "on", 0));
        var before = buffer.Lines.Single().Number;

        buffer.Append(new SerialChunk(2, "e\ntwo", 0));

        Assert.Equal((before, "one"), (buffer.Lines.First().Number, buffer.Lines.First().Text));
        Assert.Distinct(buffer.Lines.Select(l => l.Number));
    }

    private static List<string> Lines(params string[] chunks)
    {
        var buffer = new TerminalBuffer();
        foreach (var text in chunks)
        {
            buffer.Append(new SerialChunk(0, text, 0));
        }

        return [.. buffer.Lines.Select(l => l.Text)];
    }
}
