using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Pages;
using Synic.Daemon.Partitions;
using Synic.Daemon.Tests.Cli;
using Synic.Daemon.Tests.Inspection;
using Synic.Dashboard.Client;
using Synic.Hv;
using Synic.Inspection;

namespace Synic.Daemon.Tests.Pages;

/// <summary>The tree and the past as the pages see them, of this process and over HTTP: the same answers, the same rights.</summary>
public sealed class LookClientTests
{
    private int _level = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Members_NobodyOfThatName_AreNothing(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var viewer = Viewer.Of(daemon, overHttp);

        Assert.Null(await viewer.Client.InspectAsync("other", new InspectLook(), Cancellation));
        Assert.Null(await viewer.Client.InspectAsync("demo", new InspectLook { Path = "no/such/thing" }, Cancellation));
        Assert.Null(await viewer.Client.InspectAsync("demo", new InspectLook { Snapshot = 7 }, Cancellation));
        Assert.Null(await viewer.Client.GetSnapshotsAsync("other", Cancellation));
        Assert.Null(await viewer.Client.GetDiffAsync("demo", new SnapshotPair(1, 2), Cancellation));
        Assert.Null(await viewer.Client.GetEventsAsync("other", new EventQuestion(), Cancellation));
        Assert.Null(await viewer.Client.GetRecordingsAsync("other", Cancellation));
        var watched = await viewer.Client.WatchEventsAsync("other", new EventQuestion(), Cancellation).ToListAsync(Cancellation);
        Assert.Empty(watched.SelectMany(static events => events)); // empty ones say that it is asking still
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_WithoutToken_AreForbiddenAndNotDone(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Mutable);
        using var viewer = Viewer.Of(daemon, overHttp);
        var client = viewer.Client;
        Func<Task>[] changes =
        [
            () => client.ChangeAsync("demo", "test/level", "4", Cancellation),
            () => client.TakeSnapshotAsync("demo", null, Cancellation),
            () => client.DeleteSnapshotAsync("demo", 1, Cancellation),
            () => client.StartRecordingAsync("demo", new StartRecordingRequest(), Cancellation),
            () => client.StopRecordingAsync("demo", "r1", Cancellation),
            () => client.DeleteRecordingAsync("demo", "r1", Cancellation),
            () => client.ReplayAsync("demo", "r1", null, Cancellation),
        ];

        foreach (var change in changes)
        {
            await Assert.ThrowsAsync<SynicForbiddenException>(change);
        }

        Assert.Equal(3, _level);
        Assert.Empty((await client.GetSnapshotsAsync("demo", Cancellation))!.Items);
        Assert.Empty((await client.GetRecordingsAsync("demo", Cancellation))!);
        Assert.Equal(["view"], (await client.GetIndexAsync(Cancellation)).Rights);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Change_WithoutLab_IsForbiddenAndNotDone(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));
        daemon.Grow(Mutable);
        using var viewer = Viewer.Of(daemon, overHttp, known: true);

        var refusal = await Assert.ThrowsAsync<SynicForbiddenException>(() => viewer.Client.ChangeAsync("demo", "test/level", "4", Cancellation));

        Assert.Contains("--lab", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, _level);
        Assert.DoesNotContain("change", (await viewer.Client.GetIndexAsync(Cancellation)).Rights);
    }

    [Theory]
    [InlineData(false, "dashboard")]
    [InlineData(true, "127.0.0.1")]
    public async Task Change_Allowed_AnswersOldAndNewAndIsAudited(bool overHttp, string from)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Mutable);
        using var viewer = Viewer.Of(daemon, overHttp, known: true);

        var answer = await viewer.Client.ChangeAsync("demo", "test/level", "4", Cancellation);

        Assert.Equal(("3", "4"), (answer.Old.Value.ToString(), answer.New.Value.ToString()));
        var audit = daemon.Services.GetRequiredService<AuditLog>().Read(long.MaxValue, 10, out _);
        Assert.Equal(["done", "asked"], audit.Select(a => a.Outcome));
        Assert.Equal(("inspect.change", from, "3", "4"), (audit[0].Action, audit[0].Address.Replace("::ffff:", "", StringComparison.Ordinal), audit[0].Before, audit[0].After));
    }

    [Theory]
    [InlineData(false, "test/level", "much", 422)]
    [InlineData(true, "test/level", "much", 422)]
    [InlineData(false, "process/version", "2", 409)]
    [InlineData(true, "process/version", "2", 409)]
    [InlineData(false, "no/such", "2", 404)]
    [InlineData(true, "no/such", "2", 404)]
    public async Task Change_Refused_SaysWhy(bool overHttp, string path, string value, int status)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(Mutable);
        using var viewer = Viewer.Of(daemon, overHttp, known: true);

        var refusal = await Assert.ThrowsAsync<SynicProblemException>(() => viewer.Client.ChangeAsync("demo", path, value, Cancellation));

        Assert.Equal(status, refusal.Status);
        Assert.NotEmpty(refusal.Message);
        Assert.Equal(3, _level);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Change_AuditFails_IsRefusedAndNotDone(bool overHttp)
    {
        if (!File.Exists("/dev/full"))
        {
            return; // nothing here that refuses to be written
        }

        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:AuditFile", "/dev/full"));
        daemon.Grow(Mutable);
        using var viewer = Viewer.Of(daemon, overHttp, known: true);

        var refusal = await Assert.ThrowsAsync<SynicProblemException>(() => viewer.Client.ChangeAsync("demo", "test/level", "4", Cancellation));

        Assert.Equal("audit_unavailable", refusal.Code);
        Assert.Equal(3, _level);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Inspect_Sensitive_IsHiddenCountedOrShownByRight(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(static node => node.Field("secret", 42, new InspectTraits { Sensitivity = InspectSensitivity.Sensitive }));
        using var stranger = Viewer.Of(daemon, overHttp);
        using var known = Viewer.Of(daemon, overHttp, known: true);
        var look = new InspectLook { Path = "test", Sensitive = true };

        var hidden = await stranger.Client.InspectAsync("demo", look, Cancellation);
        var shown = await known.Client.InspectAsync("demo", look, Cancellation);

        Assert.Equal((1, 0), (hidden!.Node.Hidden, hidden.Node.Children!.Count));
        Assert.Equal("secret", Assert.Single(shown!.Node.Children!).Name);
        Assert.Single(daemon.Services.GetRequiredService<AuditLog>().Read(long.MaxValue, 10, out _), a => a.Action == "inspect.payload");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Snapshots_ChangeBetweenTwo_IsTheDifference(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        daemon.Grow(node => node.Field("level", _level, InspectTraits.Safe));
        using var viewer = Viewer.Of(daemon, overHttp, known: true);

        var before = await viewer.Client.TakeSnapshotAsync("demo", "before", Cancellation);
        _level = 5;
        var after = await viewer.Client.TakeSnapshotAsync("demo", null, Cancellation);
        var diff = await viewer.Client.GetDiffAsync("demo", new SnapshotPair(before.Id, after.Id, "test"), Cancellation);
        var now = await viewer.Client.GetDiffAsync("demo", new SnapshotPair(before.Id, null, "test"), Cancellation);
        var old = await viewer.Client.InspectAsync("demo", new InspectLook { Path = "test/level", Snapshot = before.Id }, Cancellation);

        var change = Assert.Single(diff!.Items);
        Assert.Equal(("test/level", "3", "5"), (change.Path, change.Before!.Value.ToString(), change.After!.Value.ToString()));
        Assert.Equal("now", now!.After);
        Assert.Equal("3", old!.Node.Value.ToString());
        await viewer.Client.DeleteSnapshotAsync("demo", before.Id, Cancellation);
        Assert.Equal([after.Id], (await viewer.Client.GetSnapshotsAsync("demo", Cancellation))!.Items.Select(s => s.Id));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Events_OfACall_ArriveWithThePayloadForThoseWhoMay(bool overHttp, bool known)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        using var viewer = Viewer.Of(daemon, overHttp, known);
        EventRecord? found = null;

        await foreach (var batch in viewer.Client.WatchEventsAsync("demo", new EventQuestion("kind:post", After: 0), Cancellation))
        {
            if (batch is [var first, ..])
            {
                found = first;
                break;
            }

            daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, [1, 2, 3]);
        }

        Assert.Equal(("0x1", "success", 3), (found!.Connection, found.Status, found.Size));
        Assert.Equal(known ? "AQID" : null, found.Payload);
        var page = await viewer.Client.GetEventsAsync("demo", new EventQuestion("kind:post", Limit: 1), Cancellation);
        Assert.Equal("post", Assert.Single(page!.Items).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_FilterSpeltWrong_IsRefusedWithItsPlace(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var viewer = Viewer.Of(daemon, overHttp);

        var page = await Assert.ThrowsAsync<SynicProblemException>(() => viewer.Client.GetEventsAsync("demo", new EventQuestion("knd:post"), Cancellation));
        var stream = await Assert.ThrowsAsync<SynicProblemException>(
            () => viewer.Client.WatchEventsAsync("demo", new EventQuestion("knd:post"), Cancellation).FirstAsync(static b => b.Count > 0, Cancellation).AsTask());

        Assert.Equal(("invalid_filter", 1), (page.Code, page.Position));
        Assert.Equal("invalid_filter", stream.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recording_OfACall_ReplaysWithoutADifference(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        using var viewer = Viewer.Of(daemon, overHttp, known: true);

        var started = await viewer.Client.StartRecordingAsync("demo", new StartRecordingRequest { Name = "a call" }, Cancellation);
        daemon.Host.Post(Vtl.Vtl0, new ConnectionId(1), 1, [1]);
        var stopped = await viewer.Client.StopRecordingAsync("demo", started.Id, Cancellation);
        var report = await viewer.Client.ReplayAsync("demo", started.Id, null, Cancellation);

        Assert.Equal(("recording", "stopped", "a call"), (started.State, stopped.State, stopped.Name));
        Assert.Equal((1, 1, 0), (report.Replayed, report.Matched, report.DifferencesTotal));
        await viewer.Client.DeleteRecordingAsync("demo", started.Id, Cancellation);
        Assert.Empty((await viewer.Client.GetRecordingsAsync("demo", Cancellation))!);
        var gone = await Assert.ThrowsAsync<SynicProblemException>(() => viewer.Client.ReplayAsync("demo", started.Id, null, Cancellation));
        Assert.Equal("recording_not_found", gone.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Status_OfADaemon_HasItsCostItsLimitsAndTheSwitch(bool overHttp)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var viewer = Viewer.Of(daemon, overHttp);

        var status = await viewer.Client.GetStatusAsync(Cancellation);

        Assert.True(status is { CpuSeconds: > 0, WorkingSetBytes: > 0, Threads: > 0, Lab: true, KillSwitch.Engaged: false, Viewers: { Open: 0, BytesEach: null } });
        Assert.Contains(status.Limits, static l => l is { Name: "events", Partition: "demo", Limit: 65_536 });
        Assert.All(status.Limits, static l => Assert.True(l.Used is null || l.Used <= l.Limit, l.Name));
    }

    [Fact]
    public async Task WatchEvents_ReaderLeaves_TheHubHasNoStreamAnyMore()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var viewer = Viewer.Of(daemon, overHttp: false);
        var hub = daemon.Services.GetRequiredService<EventHub>();

        await foreach (var _ in viewer.Client.WatchEventsAsync("demo", new EventQuestion(), Cancellation))
        {
            Assert.Equal(1, hub.Streams);
            break;
        }

        Assert.Equal(0, hub.Streams);
    }

    private void Mutable(InspectResponse node) => node.Mutable("level", _level, InspectTraits.Safe with { Range = "0 to 9" }, text =>
    {
        if (!int.TryParse(text, out var value))
        {
            return InspectUpdate.Rejected("that is no number");
        }

        _level = value;
        return InspectUpdate.Accepted(value);
    });

    private sealed record Viewer(ISynicClient Client, IDisposable? Connection) : IDisposable
    {
        public static Viewer Of(TestDaemon daemon, bool overHttp, bool known = false)
        {
            if (!overHttp)
            {
                return new(ActivatorUtilities.CreateInstance<InProcessSynicClient>(daemon.Services, new Caller(known)), null);
            }

            Assert.True(DaemonAddress.TryParse(daemon.Url.ToString(), out var address));
            var http = new SynicHttp(address, known ? TestDaemon.Token : null, TimeSpan.FromSeconds(30), TimeProvider.System);
            return new(new HttpSynicClient(http, new HurriedTime()), http);
        }

        public void Dispose() => Connection?.Dispose();
    }

    private sealed class Caller(bool known) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(
            known ? new ClaimsIdentity([new Claim(ClaimTypes.Name, "a test")], "a test") : new ClaimsIdentity())));
    }
}
