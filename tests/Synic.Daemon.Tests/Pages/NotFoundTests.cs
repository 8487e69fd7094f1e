using System.Net;
using System.Net.Http.Headers;

namespace Synic.Daemon.Tests.Pages;

/// <summary>An address that leads nowhere: a person gets a page that leads on, a program a problem document.</summary>
public sealed class NotFoundTests
{
    [Fact]
    public async Task Get_UnknownPathAsBrowser_IsAPageWithStatus404()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.SendAsync(AsBrowser("/nowhere"), TestContext.Current.CancellationToken);

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("There is no such page", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_UnknownPathOfTheApiAsBrowser_IsAProblem()
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.SendAsync(AsBrowser("/api/v1/nothing"), TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(404, "path_not_found");
    }

    private static HttpRequestMessage AsBrowser(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("text/html"));
        return request;
    }
}
