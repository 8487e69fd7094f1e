using System.Text.RegularExpressions;
using Synic.Backends;
using Synic.Daemon.Tests.Deploy;
using Synic.Diagnostics;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Daemon.Tests.Metrics;

public sealed partial class MetricsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scrape_NamesAndKinds_AreAsAgreed()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await ProvokeHistogramsAsync(daemon);

        var text = await ScrapeAsync(daemon);

        var families = text.Split('\n').Where(static l => l.StartsWith("# TYPE synic_", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var expected = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Metrics", "families.verified.txt"), Cancellation);
        Assert.Equal(expected.TrimEnd().ReplaceLineEndings("\n"), string.Join('\n', families));
    }

    [Fact]
    public async Task Scrape_FreshDaemon_HasEverySeriesWithZero()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var text = await ScrapeAsync(daemon);

        Assert.All(FailureStatus.Names, status =>
        {
            Assert.Equal("0", Value(text, $"synic_post_message_failures_total{{cause=\"real\",partition=\"demo\",status=\"{status}\"}}"));
            Assert.Equal("0", Value(text, $"synic_signal_event_failures_total{{cause=\"real\",partition=\"demo\",path=\"monitor\",status=\"{status}\"}}"));
        });
        Assert.All(Enum.GetValues<DropReason>(), reason =>
            Assert.Equal("0", Value(text, $"synic_guest_messages_dropped_total{{cause=\"real\",partition=\"demo\",reason=\"{DeliveryLabels.Of(reason)}\"}}")));
        Assert.All(["in_use", "invalid_id", "monitor_in_use", "backend_refused", "limit"], reason =>
            Assert.Equal("0", Value(text, $"synic_port_registration_failures_total{{partition=\"demo\",reason=\"{reason}\"}}")));
        Assert.Equal("0", Value(text, "synic_guest_message_queue_length{partition=\"demo\",sint=\"15\"}"));
        Assert.Equal("0", Value(text, "synic_backend_exits_total{partition=\"demo\",reason=\"monitor_write\"}"));
        Assert.Equal("1", Value(text, "synic_backend_up{backend=\"emulated\",partition=\"demo\"}"));
    }

    [Fact]
    public async Task Scrape_AfterCallsAndChurn_CountersAgreeAndDoNotFall()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        await daemon.AddPortAsync("2", "counter");
        using var posted = await daemon.PostAsync(TestDaemon.Ports + "/1/messages", new { text = "12345" });
        using var refused = await daemon.PostAsync(TestDaemon.Ports + "/9/signal", new { vtl = 1 });
        using var taken = await daemon.PostAsync(TestDaemon.Ports, new { connection = "1", handler = "sink" });
        using var deleted = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/1", Cancellation);

        var text = await ScrapeAsync(daemon);

        Assert.Equal("1", Value(text, "synic_post_message_calls_total{partition=\"demo\",vtl=\"0\"}"));
        Assert.Equal("5", Value(text, "synic_post_message_payload_bytes_total{partition=\"demo\"}"));
        Assert.Equal("1", Value(text, "synic_signal_event_calls_total{partition=\"demo\",path=\"hypercall\",vtl=\"1\"}"));
        Assert.Equal("1", Value(text, "synic_signal_event_failures_total{cause=\"real\",partition=\"demo\",path=\"hypercall\",status=\"invalid_connection_id\"}"));
        Assert.Equal("1", Value(text, "synic_port_registration_failures_total{partition=\"demo\",reason=\"in_use\"}"));
        Assert.Equal("1", Value(text, "synic_port_unregistrations_total{kind=\"message\",partition=\"demo\"}"));
        Assert.Equal("0", Value(text, "synic_ports{kind=\"message\",partition=\"demo\"}"));
        Assert.Equal("1", Value(text, "synic_ports{kind=\"event\",partition=\"demo\"}"));
    }

    [Fact]
    public async Task Scrape_BackendGaveUp_SaysDown()
    {
        var factory = new FakePartitionFactory();
        await using var daemon = await TestDaemon.StartAsync(factory);
        factory.Last!.EndAs(PartitionState.Failed, new PartitionExit(Clean: false, DebugExitValue: null, "a test broke it"));

        Assert.Equal("0", Value(await ScrapeAsync(daemon), "synic_backend_up{backend=\"emulated\",partition=\"demo\"}"));
    }

    [Fact]
    public async Task Scrape_TwoDaemonsInOneProcess_StayApart()
    {
        await using var one = await TestDaemon.StartAsync();
        await using var other = await TestDaemon.StartAsync(null, ("Synic:Partitions:0:Name", "other"));

        Assert.DoesNotContain("partition=\"other\"", await ScrapeAsync(one), StringComparison.Ordinal);
        Assert.DoesNotContain("partition=\"demo\"", await ScrapeAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_OpenMetrics_IsServedToo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("Accept", "application/openmetrics-text; version=1.0.0");

        using var response = await daemon.Viewer.SendAsync(request, Cancellation);

        Assert.EndsWith("# EOF\n", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact(Skip = "promtool is not installed (Debian: prometheus)", SkipUnless = nameof(HostTool.HavePromtool), SkipType = typeof(HostTool))]
    public async Task Scrape_Promtool_FindsNothingToSay()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await ProvokeHistogramsAsync(daemon);
        var file = Path.Combine(daemon.Folder, "metrics");
        await File.WriteAllTextAsync(file, await ScrapeAsync(daemon), Cancellation);

        var result = await HostTool.RunAsync("bash", "-c", $"promtool check metrics < '{file}'");

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
    }

    // Durations are sampled, one call in 64; the wait of a message is taken when it is delivered.
    private static async Task ProvokeHistogramsAsync(TestDaemon daemon)
    {
        var synic = daemon.Host.Partition.Synic;
        for (var i = 0; i < 64; i++)
        {
            daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, []);
            daemon.Host.Signal(Vtl.Vtl0, new ConnectionId(1), 0);
        }

        Assert.True(synic.TryWriteMsr(Vtl.Vtl0, new VpIndex(0), HvMsr.Sint0 + 2, 0x40));
        Assert.Equal(GuestPostResult.Deferred, synic.PostMessage(Vtl.Vtl0, new VpIndex(0), SintIndex.VmBus, 1, [1]));
        Assert.True(synic.TryWriteMsr(Vtl.Vtl0, new VpIndex(0), HvMsr.Simp, 0x5001));
        await daemon.GetAsync(TestDaemon.Partition + "/inspect");
    }

    private static Task<string> ScrapeAsync(TestDaemon daemon) => daemon.Viewer.GetStringAsync("/metrics", Cancellation);

    /// <summary>The value of a series whose labels are in the order of their names.</summary>
    private static string? Value(string text, string series) => text.Split('\n')
        .Select(static line => Sample().Match(line))
        .Where(static m => m.Success)
        .Where(m => $"{m.Groups["name"].Value}{{{string.Join(',', m.Groups["labels"].Value.Split(',').Order(StringComparer.Ordinal))}}}" == series)
        .Select(static m => m.Groups["value"].Value)
        .SingleOrDefault();

    [GeneratedRegex(@"^(?<name>\w+)\{(?<labels>.*)\} (?<value>\S+)")]
    private static partial Regex Sample();
}
