using System.Net;

namespace Synic.Daemon.Tests.Api;

public sealed class ConnectionIdTests
{
    [Theory]
    [InlineData("0", 404)]
    [InlineData("0x0", 404)]
    [InlineData("0xffffff", 404)]
    [InlineData("16777215", 404)]
    [InlineData("0x1000000", 400)]
    [InlineData("16777216", 400)]
    [InlineData("0x100000000", 400)]
    [InlineData("-1", 400)]
    [InlineData("+1", 400)]
    [InlineData("%201", 400)]
    [InlineData("abc", 400)]
    [InlineData("0x", 400)]
    [InlineData("1.0", 400)]
    [InlineData("%D9%A1", 400)]
    public async Task GetPort_Id_IsFoundOrRefused(string id, int status)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.Viewer.GetAsync($"{TestDaemon.Ports}/{id}", TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(status, status == 404 ? "port_not_found" : "invalid_request");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0xffffff")]
    public async Task CreatePort_SmallestAndLargest_AreReachable(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync(id, "sink");

        using var response = await daemon.PostAsync($"{TestDaemon.Ports}/{id}/messages", new { });

        Assert.Equal("success", (string?)(await response.ReadAsync())["hvStatus"]!["name"]);
    }

    [Theory]
    [InlineData("0x1000000")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("")]
    public async Task CreatePort_NoSuchId_IsRefused(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.PostAsync(TestDaemon.Ports, new { connection = id, handler = "sink" });

        var problem = await response.AssertProblemAsync(400, "invalid_request");
        Assert.NotNull(problem["errors"]!["connection"]);
    }

    // A guest can put any 32 bits into the hypercall, so whoever acts as one can too.
    [Theory]
    [InlineData("0x1000000")]
    [InlineData("0xffffffff")]
    [InlineData("77")]
    public async Task ActAsGuest_NobodyThere_AnswersInvalidConnectionId(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var posted = await daemon.PostAsync($"{TestDaemon.Ports}/{id}/messages", new { });
        using var signalled = await daemon.PostAsync($"{TestDaemon.Ports}/{id}/signal", new { });

        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        Assert.Equal("0x12", (string?)(await posted.ReadAsync())["hvStatus"]!["value"]);
        Assert.Equal("0x12", (string?)(await signalled.ReadAsync())["hvStatus"]!["value"]);
    }

    [Theory]
    [InlineData("0x100000000")]
    [InlineData("-1")]
    [InlineData("abc")]
    public async Task ActAsGuest_NoNumber_IsRefused(string id)
    {
        await using var daemon = await TestDaemon.StartAsync();

        using var response = await daemon.PostAsync($"{TestDaemon.Ports}/{id}/signal", new { });

        await response.AssertProblemAsync(400, "invalid_request");
    }
}
