using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Synic.Daemon.Experiments.Checks;
using Synic.Daemon.Experiments.Reading;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Tests.Experiments;

/// <summary>What checks are made of: places, comparisons, metrics, lines.</summary>
public sealed class CheckTests
{
    private static readonly JsonElement s_json = JsonElement.Parse("""
        { "state": "open", "items": [ { "name": "a", "n": 1 }, { "name": "b", "n": 2 } ], "odd/name": 3, "big": "18446744073709551615", "none": null }
        """);

    [Theory]
    [InlineData("", true)]
    [InlineData("/state", true)]
    [InlineData("/items/1/n", true)]
    [InlineData("/items/2", false)]
    [InlineData("/items/x", false)]
    [InlineData("/items/[name=b]/n", true)]
    [InlineData("/items/[name=c]/n", false)]
    [InlineData("/state/[name=b]", false)]
    [InlineData("/odd~1name", true)]
    [InlineData("/state/deeper", false)]
    public void Find_APlace_IsThereOrNot(string place, bool there)
    {
        Assert.Equal(there, JsonPointer.TryParse(place)!.Find(s_json) is not null);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("/items/[name]")]
    [InlineData("/items/[=x]")]
    [InlineData("/items/[name=x")]
    public void TryParse_NoPointer_IsNull(string text) => Assert.Null(JsonPointer.TryParse(text));

    [Theory]
    [InlineData("/items/0/n", """{ "equals": 1.0 }""", true)]
    [InlineData("/items/0/n", """{ "equals": "1" }""", false)]
    [InlineData("/items/0/n", """{ "notEquals": 1 }""", false)]
    [InlineData("/items/0/n", """{ "atLeast": 1, "atMost": 1 }""", true)]
    [InlineData("/items/0/n", """{ "atLeast": 2 }""", false)]
    [InlineData("/big", """{ "atLeast": 1e19 }""", true)]
    [InlineData("/state", """{ "atLeast": 0 }""", false)]
    [InlineData("/state", """{ "contains": "pe" }""", true)]
    [InlineData("/state", """{ "contains": 1 }""", false)]
    [InlineData("/state", """{ "matches": "^o.*n$" }""", true)]
    [InlineData("/state", """{ "matches": "^(o+)+x$" }""", false)]
    [InlineData("/state", """{ "oneOf": ["closed", "open"] }""", true)]
    [InlineData("/items/0", """{ "contains": "a" }""", false)]
    [InlineData("/none", """{ "equals": null }""", true)]
    [InlineData("/missing", """{ "exists": false }""", true)]
    [InlineData("/missing", """{ "notEquals": 1 }""", false)]
    [InlineData("/missing", """{ }""", false)]
    [InlineData("/state", """{ }""", true)]
    public void Holds_AValue_AsItIsCompared(string place, string comparison, bool holds)
    {
        var mistakes = new Mistakes();
        var expected = ComparisonReader.Read(new StrictObject(JsonElement.Parse(comparison), "$", mistakes), ComparisonReader.IsThere);

        Assert.Equal((holds, 0), (expected.Holds(JsonPointer.TryParse(place)!.Find(s_json)), mistakes.Count));
    }

    [Fact]
    public void MetricText_OddLines_AreReadOrPassedOver()
    {
        const string text = "# TYPE a counter\na{x=\"1\",y=\"q\\\"\\\\\\n}\"} 3 1700000000\nb 2.5\nc{le=\"+Inf\"} +Inf\nbroken{x=\"1\nnonsense\nd x\n\n";

        var series = MetricText.Read(text).ToList();

        Assert.Equal(["a 3", "b 2.5", "c Infinity"], series.Select(static s => FormattableString.Invariant($"{s.Name} {s.Value}")));
        Assert.Equal(("1", "q\"\\\n}"), (series[0].Labels["x"], series[0].Labels["y"]));
    }

    [Fact]
    public void Serial_LinesAndAPrompt_AreCounted()
    {
        var ring = new SerialRing(new FakeTimeProvider());
        var text = new SerialPattern("login", expression: false);
        var expression = new SerialPattern("^a.b$", expression: true);
        var transcript = new SerialTranscript(ring, [text, expression]);
        Print(ring, "a-b\r\nlogin: login\nxa-b\n");
        transcript.Pump();
        Print(ring, "log");
        transcript.Pump();
        Print(ring, "in: ");

        transcript.Pump();

        Assert.Equal((2, 1), (transcript.Count(text), transcript.Count(expression)));
        Assert.Equal(["a-b", "login: login", "xa-b", "login: "], transcript.Lines);
    }

    [Fact]
    public void Serial_GuestThatNeverEndsALine_TakesNoMemory()
    {
        var ring = new SerialRing(new FakeTimeProvider());
        var transcript = new SerialTranscript(ring, []);
        for (var i = 0; i < 300; i++)
        {
            Print(ring, new string('x', SerialRing.MaxChunk));
            transcript.Pump();
        }

        Assert.Equal((SerialTranscript.KeptLines, 0L), (transcript.Lines.Count - 1, transcript.Lost));
    }

    private static void Print(SerialRing ring, string text)
    {
        foreach (var c in text)
        {
            ring.Write((byte)c);
        }
    }
}
