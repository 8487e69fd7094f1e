using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Synic.Daemon.Api;

namespace Synic.Daemon.Tests.Api;

/// <summary>Versions, keys, limits and farewells: what headers of the API mean.</summary>
public sealed class ConditionalTests
{
    private const string Ports = TestDaemon.Ports;
    private const string FastPath = Ports + "/1/fast-path";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_SameVersion_IsAnsweredWith304UntilItChanges()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        using var first = await daemon.Viewer.GetAsync(Ports + "/1", Cancellation);
        var tag = first.Headers.ETag!.ToString();

        using var same = await SendAsync(daemon.Viewer, HttpMethod.Get, Ports + "/1", "If-None-Match", $"\"other\", W/{tag}");
        using var posted = await daemon.PostAsync(Ports + "/1/messages", new { });
        using var changed = await SendAsync(daemon.Viewer, HttpMethod.Get, Ports + "/1", "If-None-Match", tag);

        Assert.False(first.Headers.ETag.IsWeak);
        Assert.Equal((HttpStatusCode.NotModified, ""), (same.StatusCode, await same.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData(null, 428, "version_required")]
    [InlineData("\"0000\"", 412, "stale_version")]
    [InlineData("W/TAG", 412, "stale_version")]
    [InlineData("TAG", 200, null)]
    [InlineData("\"0000\", TAG", 200, null)]
    [InlineData("*", 200, null)]
    [InlineData("no quotes", 400, "invalid_request")]
    public async Task Put_EachVersion_IsTakenOrRefused(string? version, int status, string? code)
    {
        await using var daemon = await StartWithFastPathAsync();
        using var seen = await daemon.Viewer.GetAsync(FastPath, Cancellation);

        using var response = await SendAsync(
            daemon.Operator, HttpMethod.Put, FastPath, "If-Match", version?.Replace("TAG", $"{seen.Headers.ETag}", StringComparison.Ordinal), "{\"enabled\":false}");

        Assert.Equal(status, (int)response.StatusCode);
        if (code is not null)
        {
            await response.AssertProblemAsync(status, code);
        }

        var state = (string?)(await daemon.GetAsync(FastPath))["state"];
        Assert.Equal(code is null ? "suspended" : "active", state);
    }

    [Fact]
    public async Task Put_TwiceWithOneVersion_SecondIsStale()
    {
        await using var daemon = await StartWithFastPathAsync();
        using var seen = await daemon.Viewer.GetAsync(FastPath, Cancellation);
        var tag = seen.Headers.ETag!.ToString();

        using var first = await SendAsync(daemon.Operator, HttpMethod.Put, FastPath, "If-Match", tag, "{\"enabled\":false}");
        using var second = await SendAsync(daemon.Operator, HttpMethod.Put, FastPath, "If-Match", tag, "{\"enabled\":true}");
        using var third = await SendAsync(daemon.Operator, HttpMethod.Put, FastPath, "If-Match", first.Headers.ETag!.ToString(), "{\"enabled\":true}");

        Assert.Equal([200, 412, 200], new[] { first, second, third }.Select(static r => (int)r.StatusCode));
    }

    [Fact]
    public async Task Post_SameKeyAndBody_MakesOnePort()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var first = await MakeAsync(daemon, "key-1", "1");
        using var again = await MakeAsync(daemon, "key-1", "1");
        using var other = await MakeAsync(daemon, "key-2", "1");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal((false, true), (first.Headers.Contains("Idempotency-Replayed"), again.Headers.Contains("Idempotency-Replayed")));
        await other.AssertProblemAsync(409, "connection_id_in_use");
    }

    [Fact]
    public async Task Post_SameKeyOtherBody_IsMismatch()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var first = await MakeAsync(daemon, "key", "1");

        using var second = await MakeAsync(daemon, "key", "2");

        await second.AssertProblemAsync(422, "idempotency_mismatch");
        Assert.Single(daemon.Host.Partition.Ports.Map.Snapshot());
    }

    [Fact]
    public async Task Post_KeyOfARefusal_MayBeTriedAgain()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("1", "sink");
        using var refused = await MakeAsync(daemon, "key", "1");
        using var removed = await daemon.Operator.DeleteAsync(Ports + "/1", Cancellation);

        using var second = await MakeAsync(daemon, "key", "1");

        await refused.AssertProblemAsync(409, "connection_id_in_use");
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("129")]
    public async Task Post_BadKey_IsNamed(string key)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await MakeAsync(daemon, key == "129" ? new string('k', 129) : key, "1");

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]!["Idempotency-Key"]);
    }

    [Fact]
    public async Task Post_ManyAtOnceWithOneKey_MakeOnePort()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync(daemon, "key", "1")));

        Assert.All(responses, static r => Assert.Equal(HttpStatusCode.Created, r.StatusCode));
        Assert.Equal(7, responses.Count(static r => r.Headers.Contains("Idempotency-Replayed")));
        Assert.Single(daemon.Host.Partition.Ports.Map.Snapshot());
    }

    [Fact]
    public async Task Keys_DayOver_AreForgotten()
    {
        var time = new FakeTimeProvider();
        var keys = new IdempotencyKeys(time);
        var runs = 0;

        await RunAsync("a");
        time.Advance(TimeSpan.FromHours(23));
        await RunAsync("a");
        Assert.Equal(1, runs);
        time.Advance(TimeSpan.FromHours(1));
        await RunAsync("a");

        Assert.Equal(2, runs);

        async Task RunAsync(string key) => await keys.InvokeAsync(Request(key), context =>
        {
            runs++;
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Keys_MoreThanAreKept_ForgetTheOldest()
    {
        var keys = new IdempotencyKeys(TimeProvider.System);
        var runs = 0;
        for (var i = 0; i <= IdempotencyKeys.Capacity; i++)
        {
            await keys.InvokeAsync(Request($"{i}"), Count);
        }

        await keys.InvokeAsync(Request($"{IdempotencyKeys.Capacity}"), Count);
        Assert.Equal(IdempotencyKeys.Capacity + 1, runs);
        await keys.InvokeAsync(Request("0"), Count);

        Assert.Equal(IdempotencyKeys.Capacity + 2, runs);

        Task Count(HttpContext context)
        {
            runs++;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Requests_MoreThanAllowed_WaitAndOthersDoNot()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:RequestBurst", "3"), ("Synic:RequestsPerSecond", "1"));
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 50 && refused is null; i++)
        {
            var response = await daemon.Viewer.GetAsync("/api/v1", Cancellation);
            refused = response.StatusCode == HttpStatusCode.TooManyRequests ? response : null;
        }

        var problem = await refused!.AssertProblemAsync(429, "rate_limited");
        Assert.Equal("1", Assert.Single(refused!.Headers.GetValues("Retry-After")));
        Assert.Equal(1, (int)problem["retryAfterSeconds"]!);
        foreach (var path in (string[])["/metrics", "/health/live", "/openapi/v1.json"])
        {
            using var free = await daemon.Viewer.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.OK, free.StatusCode);
        }

        using var known = await daemon.Operator.GetAsync("/api/v1", Cancellation);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode); // the token's own share
    }

    [Fact]
    public async Task Deprecated_Route_SaysSinceWhenUntilWhenAndWhatInstead()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/old", static () => "still here").Deprecated(new Deprecation(
            new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 31, 23, 59, 59, TimeSpan.Zero), "/new"));
        await app.StartAsync(Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var response = await client.GetAsync("/old", Cancellation);

        Assert.Equal("@1767312000", Assert.Single(response.Headers.GetValues("Deprecation")));
        Assert.Equal("Thu, 31 Dec 2026 23:59:59 GMT", Assert.Single(response.Headers.GetValues("Sunset")));
        Assert.Equal("</new>; rel=\"successor-version\"", Assert.Single(response.Headers.GetValues("Link")));
    }

    private static Task<TestDaemon> StartAsync() => TestDaemon.StartAsync(new FakePartitionFactory { OpenFastPath = static () => new FakePartitionFactory.Shortcut().Enter() });

    private static async Task<TestDaemon> StartWithFastPathAsync()
    {
        var daemon = await StartAsync();
        await daemon.AddPortAsync("1", "counter");
        return daemon;
    }

    private static Task<HttpResponseMessage> MakeAsync(TestDaemon daemon, string key, string connection) =>
        SendAsync(daemon.Operator, HttpMethod.Post, Ports, IdempotencyKeys.Header, key, $"{{\"connection\":\"{connection}\",\"handler\":\"sink\"}}");

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod method, string path, string header, string? value, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return await client.SendAsync(request, Cancellation);
    }

    private static DefaultHttpContext Request(string key)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().BuildServiceProvider() };
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new IdempotentRoute()), null));
        context.Request.Method = "POST";
        context.Request.Path = "/x";
        context.Request.Headers[IdempotencyKeys.Header] = key;
        return context;
    }
}
