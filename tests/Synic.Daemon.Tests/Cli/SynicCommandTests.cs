using System.Text.Json.Nodes;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

/// <summary>The commands that show SINTs and monitor pages.</summary>
public sealed class SynicCommandTests
{
    private const int Vtls = 3; // of the emulated backend
    private const int Sints = 16;

    [Fact]
    public async Task Sints_UnknownVp_Is1()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, "sints", "--vp", "99");

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
        Assert.StartsWith("synicd: vp_not_found: ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sints_AfterReset_AreLeftOutAndCounted()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var some = await CliRun.AgainstAsync(daemon.Url, "sints", "--vp", "0");
        var all = await CliRun.AgainstAsync(daemon.Url, "sints", "--vp", "0", "--all");

        Assert.StartsWith($"{Vtls * Sints} SINTs are as after a reset", some.Errors, StringComparison.Ordinal);
        Assert.Single(some.Lines);
        Assert.Equal("", all.Errors);
        Assert.Equal(1 + (Vtls * Sints), all.Lines.Count);
    }

    [Fact]
    public async Task Sints_NdJson_IsALineForEachWithItsVpAndVtl()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AgainstAsync(daemon.Url, "sints", "-o", "ndjson");

        var lines = result.Lines.Select(static l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(2 * Vtls * Sints, lines.Count);
        Assert.Equal((1, 2, 15), ((int)lines[^1]["vp"]!, (int)lines[^1]["vtl"]!, (int)lines[^1]["sint"]!));
    }

    [Fact]
    public async Task Monitor_BackendWithout_Is1WithItsReason()
    {
        await using var daemon = await TestDaemon.StartAsync(new FakePartitionFactory { WithoutMonitors = true });

        var result = await CliRun.AgainstAsync(daemon.Url, "monitor");

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
        Assert.Contains("backend_unsupported", result.Errors, StringComparison.Ordinal);
        Assert.Contains("a fake has none", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitor_BoundId_IsShownWithItsGroupAndBit()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var made = await daemon.PostAsync(TestDaemon.Ports, new { connection = "0x4000", handler = "counter", monitorId = 37 });
        made.EnsureSuccessStatusCode();

        var some = await CliRun.AgainstAsync(daemon.Url, "monitor");
        var all = await CliRun.AgainstAsync(daemon.Url, "monitor", "--all", "-o", "csv");

        Assert.Equal(1 + Vtls, some.Lines.Count);
        Assert.Equal(["0", "37", "1", "5", "0x4000"], some.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..5]);
        Assert.Equal(1 + (Vtls * 128), all.Lines.Count);
    }
}
