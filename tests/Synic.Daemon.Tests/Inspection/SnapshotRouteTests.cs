using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Synic.Contracts;
using Synic.Daemon.Inspection;
using Synic.Hv;
using Synic.Inspection;
using static Synic.Daemon.Tests.Inspection.TreeExtensions;

namespace Synic.Daemon.Tests.Inspection;

public sealed class SnapshotRouteTests
{
    private const string Snapshots = TestDaemon.Partition + "/snapshots";

    private static readonly JsonSerializerOptions s_strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_WithoutToken_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.PostAsync(Snapshots, null, Cancellation);

        await response.AssertProblemAsync(401, "not_authenticated");
    }

    [Theory]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"a\nb"}""")]
    [InlineData("""{"name":7}""")]
    [InlineData("""{"names":"x"}""")]
    [InlineData("""{"name":"01234567890123456789012345678901234567890123456789012345678901234"}""")]
    [InlineData("{")]
    public async Task Take_BadBody_KeepsNothing(string body)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Operator.PostAsync(Snapshots, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

        await response.AssertProblemAsync(400, "invalid_request");
        Assert.Equal(0, (int)(await daemon.GetAsync(Snapshots))["total"]!);
    }

    [Fact]
    public async Task Take_OneTooMany_IsRefusedAndNoneIsLost()
    {
        await using var daemon = await TestDaemon.StartAsync();
        for (var i = 0; i < TreeSnapshots.MaxCount; i++)
        {
            await TakeAsync(daemon);
        }

        using var refused = await daemon.Operator.PostAsync(Snapshots, null, Cancellation);
        var problem = await refused.AssertProblemAsync(409, "too_many_snapshots");
        Assert.Contains($"DELETE {Snapshots}/1 ", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(TreeSnapshots.MaxCount, (int)(await daemon.GetAsync(Snapshots))["total"]!);

        using var deleted = await daemon.Operator.DeleteAsync($"{Snapshots}/1", Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(TreeSnapshots.MaxCount + 1, (await TakeAsync(daemon)).Id);
    }

    [Theory]
    [InlineData("GET", "/9")]
    [InlineData("GET", "/abc")]
    [InlineData("GET", "/-1")]
    [InlineData("GET", "/99999999999")]
    [InlineData("GET", "/now")]
    [InlineData("DELETE", "/9")]
    [InlineData("GET", "/1/diff/9")]
    [InlineData("GET", "/9/diff/1")]
    [InlineData("GET", "/now/diff/1")]
    [InlineData("GET", "/1/diff/NOW")]
    [InlineData("GET", "/9/inspect/process")]
    public async Task AnyRoute_UnknownSnapshot_IsNotFound(string method, string path)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await TakeAsync(daemon);
        using var request = new HttpRequestMessage(new HttpMethod(method), Snapshots + path);

        using var response = await daemon.Operator.SendAsync(request, Cancellation);

        var problem = await response.AssertProblemAsync(404, "snapshot_not_found");
        Assert.Contains(Snapshots, (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?path=%01", "invalid_path")]
    [InlineData("?limit=0", "invalid_request")]
    [InlineData("?limit=1001", "invalid_request")]
    [InlineData("?prefix=x", "invalid_request")]
    [InlineData("?cursor=abc", "invalid_cursor")]
    public async Task Diff_BadParameter_IsNamed(string query, string code)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await TakeAsync(daemon);

        using var response = await daemon.Viewer.GetAsync($"{Snapshots}/1/diff/1{query}", Cancellation);

        await response.AssertProblemAsync(400, code);
    }

    [Fact]
    public async Task Diff_OfTwo_IsWhatChangedBetween()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var fields = new Dictionary<string, ulong> { ["2"] = 2, ["10"] = 10, ["gone"] = 0 };
        daemon.Grow(node => fields.ToList().ForEach(f => node.Field(f.Key, f.Value, InspectTraits.SafeCounter)));
        await TakeAsync(daemon);
        (fields["10"], fields["new"]) = (11, 1);
        fields.Remove("gone");
        await TakeAsync(daemon);
        fields["2"] = 3; // not between them

        var diff = await DiffAsync(daemon, "1/diff/2?path=test");

        Assert.Equal(["test/10 changed", "test/gone removed", "test/new added"], diff.Items.Select(static c => $"{c.Path} {c.Kind}"));
        Assert.Equal(("10", "11"), (diff.Items[0].Before!.Value.ToString(), diff.Items[0].After!.Value.ToString()));
        Assert.Equal((3, true, null), (diff.Total, diff.Complete, diff.Next));
        Assert.True(diff.BeforeTakenAt <= diff.AfterTakenAt);
    }

    [Fact]
    public async Task Diff_WithNow_PagesThroughEveryChangeOnce()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var grown = false;
        daemon.Grow(node => Enumerable.Range(0, grown ? 25 : 0).ToList().ForEach(i =>
            node.Field(i.ToString(CultureInfo.InvariantCulture), i, InspectTraits.Safe)));
        await TakeAsync(daemon);
        grown = true;

        var (paths, cursor) = (new List<string>(), "");
        do
        {
            var diff = await DiffAsync(daemon, $"1/diff/now?path=test&limit=10{cursor}");
            paths.AddRange(diff.Items.Select(static c => c.Path));
            cursor = diff.Next is null ? null : $"&cursor={diff.Next}";
        }
        while (cursor is not null);

        // The directory itself was empty: it is told first.
        Assert.Equal(Enumerable.Range(0, 25).Select(static i => $"test/{i}"), paths.Where(static p => p != "test"));
    }

    [Fact]
    public async Task Diff_PathThatIsTheBeginningOfANameOnly_IsNotBelow()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var value = 0;
        daemon.Grow(node => node.Field("ab", value, InspectTraits.Safe));
        await TakeAsync(daemon);
        value = 1;

        Assert.Empty((await DiffAsync(daemon, "1/diff/now?path=test/a")).Items);
        Assert.Single((await DiffAsync(daemon, "1/diff/now?path=/test//ab/")).Items);
    }

    [Fact]
    public async Task Take_StuckBranch_IsNamedInSnapshotAndDiff()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var stuck = daemon.Grow(new StuckBranch());
        await daemon.GetAsync($"{Tree}/test?timeoutMs=50"); // from now on it is known to be stuck

        var snapshot = await TakeAsync(daemon);
        var diff = await DiffAsync(daemon, "1/diff/now?path=test");

        Assert.Equal((false, "test", "deadline"), (snapshot.Complete, snapshot.Incomplete[0].Path, snapshot.Incomplete[0].Reason));
        Assert.False(diff.Complete);
        Assert.Empty(diff.Items);
    }

    [Fact]
    public async Task Take_SensitiveNodes_AreNotInIt()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node => node.Field("secret", "x", InspectTraits.Safe with { Sensitivity = InspectSensitivity.Sensitive }));
        await TakeAsync(daemon);

        using var response = await daemon.Operator.GetAsync($"{Snapshots}/1/inspect/test/secret?sensitivity=sensitive", Cancellation);
        using var gone = await daemon.Operator.GetAsync($"{Snapshots}/1/inspect/test/secret", Cancellation);

        await response.AssertProblemAsync(400, "invalid_request");
        await gone.AssertProblemAsync(404, "path_not_found");
    }

    [Fact]
    public async Task Inspect_OfASnapshot_IsTheTreeAsItWas()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x10", "sink");
        var taken = await TakeAsync(daemon);
        using var deleted = await daemon.Operator.DeleteAsync(TestDaemon.Ports + "/0x10", Cancellation);

        var port = await daemon.GetAsync($"{Snapshots}/1/inspect/synic_ports/ports/0x10/port_type?format=plain");
        using var missing = await daemon.Viewer.GetAsync($"{Snapshots}/1/inspect/synic_ports/ports/0x11", Cancellation);

        Assert.NotNull(port["node"]!["message"]);
        Assert.Equal(taken.TakenAt, (DateTimeOffset)port["asOf"]!);
        Assert.Contains("0x10", (string?)(await missing.AssertProblemAsync(404, "path_not_found"))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Take_WiderThanADirectoryMayBe_IsCutAndSaysSo()
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node =>
        {
            for (var i = 0; i <= InspectRequest.MaxWholePage; i++)
            {
                node.Field(i.ToString(CultureInfo.InvariantCulture), i, InspectTraits.Safe);
            }
        });

        var snapshot = await TakeAsync(daemon);

        Assert.Equal(("test", "paged"), (Assert.Single(snapshot.Incomplete).Path, snapshot.Incomplete[0].Reason));
        Assert.InRange(snapshot.Nodes, InspectRequest.MaxWholePage, InspectRequest.MaxWholePage + 5000);
    }

    [Fact]
    public async Task Take_65536Ports_HasThemAll()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var ports = daemon.Host.Partition.Ports;
        for (var id = 0u; id < 65_536; id++)
        {
            ports.AddMessagePort(new ConnectionId(id), Vtl.Vtl0, new Synic.Ports.Handlers.SinkPort(), "test");
        }

        var watch = Stopwatch.StartNew();
        var snapshot = await TakeAsync(daemon);
        var took = watch.Elapsed;
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(0xffff), 1, "hello"u8);
        watch.Restart();
        var diff = await DiffAsync(daemon, "1/diff/now?path=synic_ports");

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{snapshot.Nodes} nodes, {snapshot.Bytes} bytes, read in {snapshot.TookSeconds} s, taken in {took}, compared with now in {watch.Elapsed}");
        Assert.Empty(snapshot.Incomplete);
        Assert.True(snapshot.Nodes > 65_536 * 5, $"{snapshot.Nodes}");
        Assert.Contains("synic_ports/ports/0xffff/calls", diff.Items.Select(static c => c.Path));
        Assert.All(diff.Items, static c => Assert.StartsWith("synic_ports/ports/0xffff/", c.Path, StringComparison.Ordinal));
    }

    private static async Task<TreeSnapshot> TakeAsync(TestDaemon daemon)
    {
        using var response = await daemon.Operator.PostAsync(Snapshots, null, Cancellation);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var snapshot = JsonSerializer.Deserialize<TreeSnapshot>(await response.Content.ReadAsStringAsync(Cancellation), s_strict)!;
        Assert.Equal($"{Snapshots}/{snapshot.Id}", response.Headers.Location?.OriginalString);
        return snapshot;
    }

    private static async Task<TreeDiff> DiffAsync(TestDaemon daemon, string path) => JsonSerializer.Deserialize<TreeDiff>(
        await daemon.Viewer.GetStringAsync($"{Snapshots}/{path}", Cancellation), s_strict)!;
}
