using Microsoft.AspNetCore.Http;
using Synic.Contracts;
using Synic.Daemon.Tests.Cli;
using Synic.Dashboard.Client;

namespace Synic.Daemon.Tests.Client;

/// <summary>The pages' view of a daemon in another process.</summary>
public sealed class HttpSynicClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_UnknownPartition_IsNothing()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var http = Http(daemon.Url, TestDaemon.Token);
        var client = new HttpSynicClient(http, new HurriedTime());

        Assert.Null(await client.GetBackendAsync("other", Cancellation));
        Assert.Null(await client.GetBootAsync("other", Cancellation));
        Assert.Null(await client.GetVmBusAsync("demo", Cancellation));
        Assert.Empty(await client.GetVpsAsync("other", Cancellation));
        Assert.Empty(await client.GetGuestPortsAsync("other", Cancellation));
        Assert.Empty(await client.GetMonitorPagesAsync("other", Cancellation));
        Assert.Null(Assert.Single(await client.WatchPartitionAsync("other", Cancellation).ToListAsync(Cancellation)).Partition);
        Assert.Empty(await client.WatchSerialAsync("other", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Watch_NobodyListens_IsUnavailable()
    {
        using var http = Http(new Uri("http://127.0.0.1:1"), null);
        var client = new HttpSynicClient(http, new HurriedTime());

        await Assert.ThrowsAsync<SynicUnavailableException>(() => client.WatchOverviewAsync(Cancellation).FirstAsync(Cancellation).AsTask());
        await Assert.ThrowsAsync<SynicUnavailableException>(() => client.WatchPartitionAsync("demo", Cancellation).FirstAsync(Cancellation).AsTask());
    }

    [Fact]
    public async Task WatchSerial_WithoutToken_IsForbidden()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var http = Http(daemon.Url, null);

        await Assert.ThrowsAsync<SynicForbiddenException>(
            () => new HttpSynicClient(http, new HurriedTime()).WatchSerialAsync("demo", Cancellation).FirstAsync(Cancellation).AsTask());
    }

    [Fact]
    public async Task Get_CallerMayNotLook_IsForbiddenByEachMember()
    {
        await using var stub = await StubDaemon.StartAsync();
        const string Problem = """{"code":"not_authenticated","detail":"This needs the start token."}""";
        foreach (var path in (string[])["/api/v1", "/api/v1/partitions/demo", "/api/v1/partitions/demo/guest-ports"])
        {
            stub.Refuse(path, 401, Problem);
        }

        using var http = Http(stub.Url, null);
        var client = new HttpSynicClient(http, new HurriedTime());

        await Assert.ThrowsAsync<SynicForbiddenException>(() => client.WatchOverviewAsync(Cancellation).FirstAsync(Cancellation).AsTask());
        await Assert.ThrowsAsync<SynicForbiddenException>(() => client.WatchPartitionAsync("demo", Cancellation).FirstAsync(Cancellation).AsTask());
        await Assert.ThrowsAsync<SynicForbiddenException>(() => client.GetGuestPortsAsync("demo", Cancellation));
    }

    [Fact]
    public async Task Watch_PartitionWithPorts_IsWhatTheDaemonHas()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        using var http = Http(daemon.Url, null);
        var client = new HttpSynicClient(http, new HurriedTime());

        var overview = await client.WatchOverviewAsync(Cancellation).FirstAsync(Cancellation);
        var partitions = await client.WatchPartitionAsync("demo", Cancellation).Take(2).ToListAsync(Cancellation);

        Assert.Equal("demo", Assert.Single(overview.Partitions).Name);
        Assert.True(overview.Lab);
        Assert.All(partitions, static p => Assert.Equal(1, p.Partition?.Ports));
        Assert.Equal(2, (await client.GetVpsAsync("demo", Cancellation)).Count);
        Assert.NotNull(await client.GetBackendAsync("demo", Cancellation));
    }

    [Fact]
    public async Task Ports_WindowHistoryExplainAndTombstone_AreWhatTheDaemonHas()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        await daemon.AddPortAsync("0x3001", "sink");
        using var http = Http(daemon.Url, TestDaemon.Token);
        var client = new HttpSynicClient(http, new HurriedTime());
        var view = client.OpenPorts("demo");

        var window = await view.ReadAsync(new PortQuery { Sort = "-connection", Start = 1, Count = 5 }, Cancellation);
        Assert.Equal("0x3000", Assert.Single(window.Rows).ConnectionText);
        Assert.Equal((1, 2, 2), (window.Start, window.Matching, window.Total));
        Assert.Equal(2, (await view.FreezeAsync(Cancellation)).Count);
        Assert.Equal("success", (await client.PostAsync("demo", "0x3000", new PostMessageRequest { Text = "x" }, Cancellation)).HvStatus.Name);
        Assert.Equal(1, (await view.ReadAsync(new PortQuery(), Cancellation)).Changes);
        Assert.Equal("0x3001", Assert.Single(await view.ReadAllAsync(new PortQuery { Filter = "conn:0x3001" }, Cancellation)).ConnectionText);
        Assert.Equal("post", (await client.GetPortHistoryAsync("demo", "0x3000", Cancellation))!.Records[0].Kind);
        Assert.Equal(3, (await client.ExplainPortAsync("demo", "0x3000", null, 0, Cancellation)).Count);
        Assert.Null((await client.GetPortAsync("demo", "0x3000", Cancellation)).ActDenied);

        await http.SendAsync(HttpMethod.Delete, ApiPath.Partition("demo", "ports", "0x3000"), null, Cancellation);
        Assert.Equal("disposed", (await client.GetPortAsync("demo", "0x3000", Cancellation)).Port?.Departed?.Reason);
        Assert.Null((await client.GetPortAsync("demo", "nonsense", Cancellation)).Port);
        Assert.Null((await client.OpenPorts("other").ReadAsync(new PortQuery(), Cancellation)).State);
    }

    [Fact]
    public async Task UnixSocket_DaemonListensThere_IsReached()
    {
        var folder = Directory.CreateTempSubdirectory("synic-");
        try
        {
            var url = $"http://unix:{folder.FullName}/s";
            await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Urls", url));
            Assert.True(DaemonAddress.TryParse(url, out var address));
            using var http = new SynicHttp(address, null, TimeSpan.FromSeconds(10), TimeProvider.System);

            var overview = await new HttpSynicClient(http, new HurriedTime()).WatchOverviewAsync(Cancellation).FirstAsync(Cancellation);

            Assert.Single(overview.Partitions);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task ServerEvents_EndsInTheMiddleOfAnEvent_GoesOnBehindTheLastEvent()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer("/api/v1/x", async context =>
        {
            var last = context.Request.Headers["Last-Event-ID"].ToString();
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(last == "" ? ": hello\n\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: ha" : $"id: 3\ndata: after {last}\n\n", Cancellation);
        });
        using var http = Http(stub.Url, null);
        var events = new ServerEvents(http, static () => ApiPath.Of("x"), new HurriedTime());

        var seen = await events.ReadAsync(Cancellation).Take(3).Select(static e => e.Data).ToListAsync(Cancellation);

        Assert.Equal(["a", "b", "after 2"], seen);
    }

    [Fact]
    public async Task ServerEvents_DaemonStaysAway_IsUnavailableAfterAFewAttempts()
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer("/api/v1/x", static context =>
        {
            context.Response.ContentType = "text/event-stream";
            return Task.CompletedTask;
        });
        using var http = Http(stub.Url, null);
        var events = new ServerEvents(http, static () => ApiPath.Of("x"), new HurriedTime());

        await Assert.ThrowsAsync<SynicUnavailableException>(() => events.ReadAsync(Cancellation).ToListAsync(Cancellation).AsTask());

        Assert.Equal(1 + ServerEvents.Attempts, stub.Requests.Count);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080/", true)]
    [InlineData("http://0.0.0.0:5080/", "http://127.0.0.1:5080/", true)]
    [InlineData("https://example.org/synic", "https://example.org/synic/", false)]
    [InlineData("http://unix:/run/s", "http://localhost/", true)]
    public void Address_GoodText_IsUnderstood(string text, string url, bool local)
    {
        Assert.True(DaemonAddress.TryParse(text, out var address));
        Assert.Equal((url, local), (address.Url.ToString(), address.IsLocal));
    }

    [Fact]
    public void ApiPath_AnyText_CannotLeaveItsPlace() =>
        Assert.Equal(
            "api/v1/partitions/..%2Fx%3Fy/ports?filter=a%26b%3D%23&limit=5",
            ApiPath.Partition("../x?y", "ports").With("filter", "a&b=#").With("sort", (string?)null).With("limit", 5).ToString());

    private static SynicHttp Http(Uri url, string? token) =>
        new(new DaemonAddress(url, null), token, TimeSpan.FromSeconds(10), TimeProvider.System);
}
