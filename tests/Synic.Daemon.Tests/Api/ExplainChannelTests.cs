using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Synic.Hv;

namespace Synic.Daemon.Tests.Api;

/// <summary>A channel whose one signal is lost hears nothing more; explain says so, and who did it.</summary>
public sealed class ExplainChannelTests
{
    private const uint Gpadl = 0xE1E10;
    private const ulong Simp = 0x10_0000;
    private const ulong Siefp = 0x10_1000;
    private const ulong Rings = 0x11_0000;
    private const string Signal = TestDaemon.Partition + "/vps/0/sints/2/explain?operation=signal&flag=1";
    private static readonly (string, string) s_on = ("Synic:Partitions:0:VmBus:Enabled", "on");

    [Fact]
    public async Task Sint_SignalOfAChannelThatIsNotOpen_HasNoSuchCheck()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on);
        TurnOn(daemon);

        Assert.Null(Ring(await daemon.GetAsync(Signal)));
    }

    [Fact]
    public async Task Sint_SignalOfAnOpenChannelArrived_IsNotKnownToBeLost()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on);

        await OpenAsync(daemon);
        var report = await WaitAsync(daemon, static r => (string?)r?["state"] == "unknown");

        Assert.Contains("not looked yet", (string?)Ring(report)!["reason"], StringComparison.Ordinal);
        Assert.Equal("flag_clear", (string?)report["firstFailure"]);
    }

    [Fact]
    public async Task Sint_SignalOfAnOpenChannelWasDropped_FailsAndNamesTheRule()
    {
        await using var daemon = await TestDaemon.StartAsync(null, s_on);
        using var armed = await daemon.PostAsync(TestDaemon.Partition + "/faults", new
        {
            id = "lost", match = new { operation = "guest_event", sint = 2 }, action = new { kind = "drop" }, allowHang = true, reason = "test", arm = true,
        });
        armed.EnsureSuccessStatusCode();

        await OpenAsync(daemon);
        var report = await WaitAsync(daemon, static r => (string?)r?["state"] == "failed");

        Assert.Equal("ring_read", (string?)report["firstFailure"]);
        Assert.Contains("channel 1 'heartbeat' waits to be read", (string?)Ring(report)!["reason"], StringComparison.Ordinal);
        Assert.EndsWith("was dropped: injected by 'lost'", (string?)Ring(report)!["reason"], StringComparison.Ordinal);
        Assert.Contains(report["hints"]!.AsArray(), static h => ((string)h!["text"]!).Contains("only when its ring was empty", StringComparison.Ordinal));
    }

    private static JsonNode? Ring(JsonNode report) => report["checks"]!.AsArray().FirstOrDefault(static c => (string?)c!["check"] == "ring_read");

    // The collector moves what happened into the history in its own time.
    private static async Task<JsonObject> WaitAsync(TestDaemon daemon, Predicate<JsonNode?> isSo)
    {
        var report = await daemon.GetAsync(Signal);
        while (!isSo(Ring(report)))
        {
            report = await daemon.GetAsync(Signal);
        }

        return report;
    }

    private static void TurnOn(TestDaemon daemon)
    {
        var synic = daemon.Host.Partition.Synic;
        foreach (var (msr, value) in (ReadOnlySpan<(uint, ulong)>)[(HvMsr.Simp, Simp | 1), (HvMsr.Siefp, Siefp | 1), (HvMsr.Sint0 + 2, 0x40), (HvMsr.SControl, 1)])
        {
            Assert.True(synic.TryWriteMsr(Vtl.Vtl0, new VpIndex(0), msr, value));
        }
    }

    /// <summary>Opens the heartbeat channel, whose host then sends its first packet.</summary>
    private static async Task OpenAsync(TestDaemon daemon)
    {
        TurnOn(daemon);
        Post(daemon, 40, (0, 14U), (8, 0x0004_0001U)); // INITIATE_CONTACT, 4.1
        Post(daemon, 8, (0, 3U)); // REQUESTOFFERS
        var pages = new List<(int, uint)> { (0, 8), (8, 1), (12, Gpadl), (16, 0x0001_0048), (20, 0x8000) };
        for (var i = 0; i < 8; i++)
        {
            pages.Add((28 + (8 * i), (uint)(Rings >> 12) + (uint)i));
        }

        Post(daemon, 92, [.. pages]); // GPADL_HEADER
        Post(daemon, 148, (0, 5U), (8, 1U), (12, 1U), (16, Gpadl), (24, 4U)); // OPENCHANNEL
        var vmbus = await daemon.GetAsync(TestDaemon.Partition + "/vmbus");
        while ((string?)vmbus["channels"]![0]!["state"] != "open")
        {
            vmbus = await daemon.GetAsync(TestDaemon.Partition + "/vmbus");
        }
    }

    private static void Post(TestDaemon daemon, int size, params ReadOnlySpan<(int Offset, uint Value)> words)
    {
        var message = new byte[size];
        foreach (var (offset, value) in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(offset), value);
        }

        Assert.Equal(HvStatus.Success, daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, message));
    }
}
