using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

/// <summary>What a client command says, and with which exit status, when something is not as it should be.</summary>
public sealed class ClientFailureTests
{
    [Theory]
    [InlineData("ports", "--url", "nonsense")]
    [InlineData("ports", "--url", "ftp://127.0.0.1")]
    [InlineData("ports", "--url", "http://127.0.0.1:1/?x=1")]
    [InlineData("ports", "--url", "http://unix:relative")]
    [InlineData("ports", "--token-file", "/nonexistent")]
    [InlineData("ports", "--timeout", "0")]
    [InlineData("ports", "--timeout", "soon")]
    [InlineData("ports", "--output", "xml")]
    [InlineData("ports", "--limit", "0")]
    [InlineData("ports", "--limit", "1", "--all")]
    [InlineData("ports", "--watch", "kind:event")]
    [InlineData("ports", "--watch", "1ms")]
    [InlineData("port")]
    [InlineData("sints", "--vp", "-1")]
    [InlineData("top")]
    [InlineData("top", "-n", "0")]
    [InlineData("top", "-n", "1", "--sort", "beauty")]
    [InlineData("completion", "csh")]
    public async Task Command_WrongUsage_Is2AndPrintsNothing(params string[] args)
    {
        var result = await CliRun.AgainstAsync(new Uri("http://127.0.0.1:1"), args);

        Assert.Equal((ExitCode.WrongUsage, ""), (result.Code, result.Output));
        Assert.NotEqual("", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_NobodyListens_Is3WithTheAddress()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var url = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();

        var result = await CliRun.AgainstAsync(url, "ports");

        Assert.Equal((ExitCode.NoConnection, ""), (result.Code, result.Output));
        Assert.Equal($"synicd: http://{url.Authority}: nobody listens there\n", result.Errors);
    }

    [Fact]
    public async Task Command_NoAnswerInTime_Is3()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start(); // takes connections, says nothing

        var result = await CliRun.AgainstAsync(new Uri($"http://{silent.LocalEndpoint}"), "ports", "--timeout", "0.05");

        Assert.Equal(ExitCode.NoConnection, result.Code);
        Assert.Contains("did not answer within 0.05 s", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"items":[{"nonsense":1}],"total":1}""")]
    public async Task Command_NoSynicdAnswers_Is3(string body)
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Answer("/api/v1/partitions/demo/ports", body);

        var result = await CliRun.AgainstAsync(stub.Url, "ports");

        Assert.Equal((ExitCode.NoConnection, ""), (result.Code, result.Output));
    }

    [Fact]
    public async Task Command_UnknownPartition_Is1WithTheCode()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, "ports", "--partition", "other/../x");

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
        Assert.StartsWith("synicd: partition_not_found: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_TwoPartitionsAndNoneNamed_Is2AndListsThem()
    {
        await using var daemon = await TestDaemon.StartAsync(
            null, ("Synic:Partitions:0:Name", "one"), ("Synic:Partitions:1:Name", "two"), ("Synic:Partitions:1:Backend", "emulated"), ("Synic:Partitions:1:Guest:Kind", "none"));

        var unnamed = await CliRun.AgainstAsync(daemon.Url, "ports");
        var named = await CliRun.AgainstAsync(daemon.Url, "ports", "--partition", "two");

        Assert.Equal((ExitCode.WrongUsage, ""), (unnamed.Code, unnamed.Output));
        Assert.Contains("one, two", unnamed.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, named.Code);
    }

    [Theory]
    [InlineData(401, "not_authenticated")]
    [InlineData(403, "right_missing")]
    public async Task Command_RightMissing_Is6(int status, string code)
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Refuse("/api/v1/partitions/demo/ports", status, $$"""{"code":"{{code}}","detail":"It needs the right \u001b[31mview."}""");

        var result = await CliRun.AgainstAsync(stub.Url, "ports");

        Assert.Equal((ExitCode.NotAllowed, ""), (result.Code, result.Output));
        Assert.Equal($"synicd: {code}: It needs the right \\u001b[31mview.\n", result.Errors);
    }

    [Fact]
    public async Task Token_FromTheKeptFile_IsSentToThisMachineOnly()
    {
        var folder = Directory.CreateTempSubdirectory("synic-");
        try
        {
            await using var stub = await StubDaemon.StartAsync();
            string? sent = null;
            stub.Answer("/api/v1/partitions/demo/ports", async context =>
            {
                sent = context.Request.Headers.Authorization;
                await Results.Json(new { items = Array.Empty<int>(), total = 0, asOf = DateTimeOffset.UnixEpoch }).ExecuteAsync(context);
            });
            var kept = Directory.CreateDirectory(Path.Combine(folder.FullName, "synic"));
            await File.WriteAllTextAsync(Path.Combine(kept.FullName, $"token-{stub.Url.Port}"), "secret\n", TestContext.Current.CancellationToken);

            await CliRun.InvokeAsync(
                new Dictionary<string, string> { ["SYNIC_URL"] = stub.Url.ToString(), ["XDG_RUNTIME_DIR"] = folder.FullName }, "ports");

            Assert.Equal("Bearer secret", sent);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("""{"code":"invalid_filter","detail":"There is no key knd.","position":12,"suggestion":"kind"}""", "  kind:event knd:x\n             ^ did you mean kind?\n")]
    [InlineData("""{"code":"invalid_filter","detail":"It is wrong.","position":0}""", "")]
    [InlineData("""{"code":"invalid_filter","detail":"It is wrong.","position":999}""", "")]
    [InlineData("""{"code":"invalid_filter","detail":"It is wrong."}""", "")]
    public async Task Ports_InvalidFilter_Is1WithAMarkUnderThePlace(string problem, string mark)
    {
        await using var stub = await StubDaemon.StartAsync();
        stub.Refuse("/api/v1/partitions/demo/ports", 400, problem);

        var result = await CliRun.AgainstAsync(stub.Url, "ports", "kind:event", "knd:x");

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
        Assert.StartsWith("synicd: invalid_filter: ", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith(mark.Length > 0 ? mark : ".\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("/api/v1/partitions/demo/ports?filter=kind%3Aevent%20knd%3Ax&limit=100", stub.Requests);
    }
}
