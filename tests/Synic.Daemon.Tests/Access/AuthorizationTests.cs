using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Synic.Daemon.Tests.Access;

/// <summary>Who may call what: every route that changes something, with and without token, with and without lab mode.</summary>
public sealed class AuthorizationTests
{
    private const string Ports = TestDaemon.Ports;

    public static TheoryData<string, string> Changing => new()
    {
        { "POST", Ports },
        { "DELETE", Ports + "/1" },
        { "POST", Ports + "/1/messages" },
        { "POST", Ports + "/1/signal" },
        { "POST", Ports + "/1/fast-path" },
    };

    [Theory]
    [MemberData(nameof(Changing))]
    public async Task Change_WithoutToken_Is401EvenWithoutLab(string method, string path)
    {
        foreach (var lab in (string[])["true", "false"])
        {
            await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", lab));

            using var response = await SendAsync(daemon.Viewer, method, path);

            await response.AssertProblemAsync(401, "not_authenticated");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Theory]
    [MemberData(nameof(Changing))]
    public async Task Change_WithTokenWithoutLab_IsInjectionDisabled(string method, string path)
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));

        using var response = await SendAsync(daemon.Operator, method, path);

        await response.AssertProblemAsync(403, "injection_disabled");
    }

    [Theory]
    [MemberData(nameof(Changing))]
    public async Task Change_WithTokenAndLab_IsLetThrough(string method, string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await SendAsync(daemon.Operator, method, path);

        Assert.False(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, response.StatusCode.ToString());
    }

    [Fact]
    public async Task Partition_WithoutLab_OffersNoActions()
    {
        await using var daemon = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));

        Assert.Empty((await daemon.GetAsync(TestDaemon.Partition))["actions"]!.AsArray());
    }

    [Theory]
    [InlineData("Bearer wrong-token-0123456789")]
    [InlineData("Bearer ")]
    [InlineData("Basic dGVzdA==")]
    [InlineData("nonsense")]
    public async Task Token_Wrong_Is401(string header)
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, TestDaemon.Partition + "/serial");
        request.Headers.TryAddWithoutValidation("Authorization", header);

        using var response = await daemon.Viewer.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(401, "not_authenticated");
    }

    [Theory]
    [InlineData("/serial")]
    public async Task Console_Viewer_Is401(string path)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync(TestDaemon.Partition + path, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(401, "not_authenticated");
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
