using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Synic.Daemon.Api;
using Synic.Daemon.Partitions;
using Synic.Guests;

namespace Synic.Daemon.Tests.Api;

public sealed class SerialRouteTests : IDisposable
{
    private const string Serial = TestDaemon.Partition + "/serial";
    private static readonly (string, string) s_file = ("Synic:Partitions:0:Guest:Path", "x");
    private static readonly (string, string) s_fileKind = ("Synic:Partitions:0:Guest:Kind", "file");

    private readonly Terminal _guest = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _guest.Dispose();

    [Fact]
    public async Task Type_WithoutTokenOrLab_IsRefused()
    {
        await using var daemon = await StartAsync();
        await using var watching = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));

        using var viewer = await daemon.Viewer.PostAsync(Serial, JsonBody("""{"text":"x"}"""), Cancellation);
        using var noLab = await watching.PostAsync(Serial, new { text = "x" });

        await viewer.AssertProblemAsync(401, "not_authenticated");
        await noLab.AssertProblemAsync(403, "injection_disabled");
        Assert.Empty(_guest.Typed);
    }

    [Theory]
    [InlineData("""{}""", 400, "invalid_request")]
    [InlineData("""{"text":""}""", 400, "invalid_request")]
    [InlineData("""{"text":null}""", 400, "invalid_request")]
    [InlineData("""{"text":7}""", 400, "invalid_request")]
    [InlineData("""{"text":"x","enter":true}""", 400, "invalid_request")]
    [InlineData("", 400, "invalid_request")]
    public async Task Type_BadBody_IsAProblemAndTypesNothing(string body, int status, string code)
    {
        await using var daemon = await StartAsync();

        using var response = await daemon.Operator.PostAsync(Serial, JsonBody(body), Cancellation);

        await response.AssertProblemAsync(status, code);
        Assert.Empty(_guest.Typed);
    }

    [Fact]
    public async Task Type_LongerThanCanBeTypedAtOnce_IsTooLarge()
    {
        await using var daemon = await StartAsync();

        using var fits = await daemon.PostAsync(Serial, new { text = new string('x', 4096) });
        _guest.Typed.Clear();
        using var ascii = await daemon.PostAsync(Serial, new { text = new string('x', 4097) });
        using var wide = await daemon.PostAsync(Serial, new { text = new string('ü', 2049) });

        Assert.Equal(4096, (int)(await fits.ReadAsync())["bytes"]!);
        await ascii.AssertProblemAsync(413, "too_large");
        await wide.AssertProblemAsync(413, "too_large");
        Assert.Empty(_guest.Typed);
    }

    [Fact]
    public async Task Type_NoRoomForAllOfIt_TypesNothing()
    {
        _guest.Room = 2;
        await using var daemon = await StartAsync();

        using var full = await daemon.PostAsync(Serial, new { text = "abc" });
        using var fits = await daemon.PostAsync(Serial, new { text = "ü" });

        await full.AssertProblemAsync(429, "serial_input_full");
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Equal("ü"u8.ToArray(), _guest.Typed);
    }

    [Fact]
    public async Task Type_NoSerialPort_SaysSo()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.PostAsync(Serial, new { text = "x" });

        await response.AssertProblemAsync(409, "no_serial_input");
    }

    [Fact]
    public async Task Stream_WithoutToken_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = Request(null);

        using var response = await daemon.Viewer.SendAsync(request, Cancellation);

        await response.AssertProblemAsync(401, "not_authenticated");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("0x10")]
    [InlineData("99999999999999999999")]
    [InlineData("one")]
    public async Task Stream_BadLastEventId_IsNamed(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = Request(id);

        using var response = await daemon.Operator.SendAsync(request, Cancellation);

        Assert.NotNull((await response.AssertProblemAsync(400, "invalid_request"))["errors"]!["Last-Event-ID"]);
    }

    [Fact]
    public async Task Stream_OneTooMany_IsRefusedUntilOneCloses()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < StreamLimits.MaxPerCaller; i++)
        {
            open.Add(await OpenAsync(daemon, null));
        }

        using var refused = await OpenAsync(daemon, null);
        await refused.AssertProblemAsync(429, "too_many_streams");

        open[0].Dispose();
        var status = HttpStatusCode.TooManyRequests;
        while (status == HttpStatusCode.TooManyRequests)
        {
            using var again = await OpenAsync(daemon, null);
            status = again.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, status);
        open.ForEach(static r => r.Dispose());
    }

    [Fact]
    public async Task Stream_ControlCharacters_DoNotLeaveTheirEvent()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Print(daemon, "a\r\n\nid: 7\e");

        using var response = await OpenAsync(daemon, null);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        var (id, chunk) = await NextAsync(reader);
        Assert.Equal(("10", 0, "a\r\n\nid: 7\e", 0), (id, (long)chunk["offset"]!, (string?)chunk["text"], (long)chunk["lost"]!));
    }

    [Fact]
    public async Task Stream_ResumedAndGrowing_GoesOnBehindTheLastEvent()
    {
        await using var daemon = await TestDaemon.StartAsync();
        Print(daemon, "old");
        using var response = await OpenAsync(daemon, "1");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        var (id, first) = await NextAsync(reader);
        Print(daemon, "new");
        var (_, second) = await NextAsync(reader);

        Assert.Equal(("3", "ld"), (id, (string?)first["text"]));
        Assert.Equal(3, (long)second["offset"]!);
    }

    [Fact]
    public async Task Stream_DaemonStops_Ends()
    {
        var daemon = await TestDaemon.StartAsync();
        var response = await OpenAsync(daemon, null);
        var rest = response.Content.ReadAsStringAsync(Cancellation);

        await daemon.DisposeAsync();

        Assert.Equal("", await rest);
        response.Dispose();
    }

    [Fact]
    public async Task Stream_NothingPrinted_BeatsEvery15Seconds()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var time = new FakeTimeProvider();
        var ring = new SerialRing(time);
        var context = new DefaultHttpContext { RequestServices = daemon.Services };
        using var body = new MemoryStream();
        context.Response.Body = body;
        var running = new SerialStream(ring, 0).ExecuteAsync(context);

        while (body.Length == 0)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        ring.End();
        while (!running.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.StartsWith(": still here\n\n", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private Task<TestDaemon> StartAsync() => TestDaemon.StartAsync(new FakePartitionFactory { FileGuest = _guest }, s_file, s_fileKind);

    private static StringContent JsonBody(string text) => new(text, Encoding.UTF8, "application/json");

    private static HttpRequestMessage Request(string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Serial) { Headers = { { "Accept", "text/event-stream" } } };
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return request;
    }

    private static async Task<HttpResponseMessage> OpenAsync(TestDaemon daemon, string? lastEventId)
    {
        using var request = Request(lastEventId);
        return await daemon.Operator.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static async Task<(string Id, JsonNode Chunk)> NextAsync(StreamReader reader)
    {
        var id = await reader.ReadLineAsync(Cancellation);
        var data = await reader.ReadLineAsync(Cancellation);
        Assert.Equal("", await reader.ReadLineAsync(Cancellation));
        return (id!["id: ".Length..], JsonNode.Parse(data!["data: ".Length..])!);
    }

    private static void Print(TestDaemon daemon, string text)
    {
        foreach (var value in Encoding.Latin1.GetBytes(text))
        {
            daemon.Host.Serial.Write(value);
        }
    }

    /// <summary>A guest whose serial port keeps what was typed.</summary>
    private sealed class Terminal : IGuest, ISerialInput
    {
        public List<byte> Typed { get; } = [];

        public int Room { get; set; } = 4096;

        public string Kind => "multiboot";

        public bool Simulated => false;

        public string Description => "a test's";

        public ISerialInput SerialInput => this;

        public int Send(ReadOnlySpan<byte> data)
        {
            Typed.AddRange(data);
            return data.Length;
        }

        public void Dispose()
        {
        }
    }
}
