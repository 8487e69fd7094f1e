using System.Net;
using System.Net.WebSockets;

namespace Synic.Daemon.Tests.Access;

public sealed class RequestGuardTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:1234", true)]
    [InlineData("127.0.0.1:80", true)]
    [InlineData("[::1]", true)]
    [InlineData("box.example:5080", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("192.168.1.5", false)]
    public async Task Host_OnlyKnownNames_AreAnswered(string host, bool allowed)
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:AllowedHosts", "box.example"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1");
        request.Headers.Host = host;

        using var response = await daemon.Viewer.SendAsync(request, TestContext.Current.CancellationToken);

        if (allowed)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            await response.AssertProblemAsync(400, "host_not_allowed");
        }
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "http://127.0.0.1:1", false)]
    [InlineData("Origin", "own", true)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    public async Task Change_FromAnotherSite_IsRefusedDespiteTheToken(string header, string value, bool allowed)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, TestDaemon.Ports + "/1");
        request.Headers.Add(header, value == "own" ? daemon.Url.GetLeftPart(UriPartial.Authority) : value);

        using var response = await daemon.Operator.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(allowed ? 404 : 403, allowed ? "port_not_found" : "cross_origin");
    }

    [Fact]
    public async Task PageSocket_OwnPage_Opens_OthersDoNot()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var own = await PageSocket.OpenAsync(daemon.Url);

        Assert.Equal(WebSocketState.Open, own.State);
        await Assert.ThrowsAsync<WebSocketException>(() => PageSocket.OpenAsync(daemon.Url, "http://evil.example"));
    }

    [Fact]
    public async Task Socket_FromAnotherSite_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1");
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Origin", "http://evil.example");

        using var response = await daemon.Viewer.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(403, "cross_origin");
    }

    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/nothing")]
    [InlineData("/metrics")]
    public async Task Answer_Any_HasTheSecurityHeadersAndNoCors(string path)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", "http://evil.example");

        using var response = await daemon.Viewer.SendAsync(request, TestContext.Current.CancellationToken);

        var headers = response.Headers;
        Assert.Contains("frame-ancestors 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", headers.GetValues("Referrer-Policy").Single());
        Assert.False(headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(headers.Contains("Server"));
    }
}
