using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Synic.Daemon.Access;

namespace Synic.Daemon.Tests.Access;

public sealed class LoginTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_UsedOnce_GivesACookieThatIsAsGoodAsTheToken()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var link = daemon.Services.GetRequiredService<LoginLinks>().Create();

        using var login = await daemon.Viewer.GetAsync(link, Cancellation);

        Assert.Equal((HttpStatusCode.Redirect, "/"), (login.StatusCode, login.Headers.Location?.ToString()));
        var cookie = login.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestDaemon.Token, cookie, StringComparison.Ordinal);
        using var serial = await GetWithCookieAsync(daemon, cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, serial.StatusCode);
    }

    [Fact]
    public async Task Link_UsedTwice_IsRefused()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var link = daemon.Services.GetRequiredService<LoginLinks>().Create();
        using var first = await daemon.Viewer.GetAsync(link, Cancellation);

        using var second = await daemon.Viewer.GetAsync(link, Cancellation);

        await second.AssertProblemAsync(401, "login_link_used");
    }

    [Fact]
    public async Task LoginLinks_WithToken_GivesAnother()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));

        using var created = await daemon.Operator.PostAsync("/api/v1/login-links", null, Cancellation);
        using var login = await daemon.Viewer.GetAsync((string)(await created.ReadAsync())["path"]!, Cancellation);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
    }

    [Fact]
    public async Task Cookie_MadeUp_IsNobody()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await GetWithCookieAsync(daemon, $"synic-{daemon.Url.Port}={TestDaemon.Token}");

        await response.AssertProblemAsync(401, "not_authenticated");
    }

    private static async Task<HttpResponseMessage> GetWithCookieAsync(TestDaemon daemon, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, TestDaemon.Partition + "/serial");
        request.Headers.Add("Cookie", cookie);
        return await daemon.Viewer.SendAsync(request, Cancellation);
    }
}
