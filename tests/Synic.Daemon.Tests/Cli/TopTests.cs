using Microsoft.Extensions.Time.Testing;
using Synic.Contracts;
using Synic.Daemon.Cli;
using Synic.Daemon.Cli.Top;

namespace Synic.Daemon.Tests.Cli;

public sealed class TopTests
{
    private const string Leave = "\e[0m\e[?7h\e[?25h\e[?1049l";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(20, 3)]
    [InlineData(60, 8)]
    [InlineData(80, 24)]
    [InlineData(300, 60)]
    public void Compose_AnySize_FitsAndNeverCutsTheConnection(int width, int height)
    {
        var lines = Compose(TopView.Of("kind:event", null), width, height, Port("0x2001"), Port("0x2002"));

        Assert.True(lines.Count <= Math.Max(height, 2));
        Assert.All(lines, l => Assert.True(l.Length <= width, l));
        if (width >= 20 && height >= 8)
        {
            Assert.Contains(lines, static l => l.StartsWith("0x2001 ", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(20, "CONNECTION CALLS/Sv", "KIND")]
    [InlineData(40, "CONNECTION KIND     CALLS/Sv  FAIL/S", "OWNER")]
    public void Compose_NarrowTerminal_LeavesOutTheLeastImportant(int width, string head, string missing)
    {
        var lines = Compose(TopView.Of(null, null), width, 20, Port("0x2001"));

        var shown = Assert.Single(lines, static l => l.StartsWith("CONNECTION", StringComparison.Ordinal));
        Assert.Equal(head.Replace(" ", "", StringComparison.Ordinal), shown.Replace(" ", "", StringComparison.Ordinal));
        Assert.DoesNotContain(missing, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_OwnerWithEscapes_CannotReachTheTerminal()
    {
        var lines = Compose(TopView.Of(null, null), 120, 20, Port("0x2001") with { Owner = "\e]0;x\a\r\n" });

        Assert.DoesNotContain(lines, static l => l.Any(char.IsControl));
    }

    [Fact]
    public void Compose_NothingMatches_SaysWhichNothing()
    {
        Assert.Contains("no port matches the filter", Compose(TopView.Of("kind:x", null), 80, 20));
        Assert.Contains("the partition has no ports", Compose(TopView.Of(null, null), 80, 20));
    }

    [Fact]
    public void Render_WithColors_SaysTheSameAsWithout()
    {
        var line = new ScreenLine { Inverse = true }.Add("a", Synic.Daemon.Cli.Printing.Tone.Bad).Add("b");

        Assert.Equal("ab", line.Render(4, colors: false));
        Assert.Equal("\e[7m\e[31ma\e[22;39mb  \e[27m", line.Render(4, colors: true));
    }

    [Theory]
    [InlineData("f", "-failuresPerSecond")]
    [InlineData("fR", "failuresPerSecond")]
    [InlineData("c", "connection")]
    [InlineData("x", "-callsPerSecond")]
    [InlineData("?f", "-callsPerSecond")]
    [InlineData("/f", "-callsPerSecond")]
    [InlineData("/\ef", "-failuresPerSecond")]
    public void Press_Letters_SortUnlessTheyAreTextOrCloseTheHelp(string keys, string sort)
    {
        var view = TopView.Of(null, null);

        PressAll(view, keys);

        Assert.Equal(sort, view.SortText);
    }

    [Theory]
    [InlineData("/kind:event\r", "kind:event")]
    [InlineData("/kinx\bd:event\r", "kind:event")]
    [InlineData("/kind:event\e", "was")]
    [InlineData("/\b\b\b\b\b\r", null)]
    public void Press_Filter_IsTakenWithEnterOnly(string keys, string? filter)
    {
        var view = TopView.Of("was", null);
        PressAll(view, keys.StartsWith("/k", StringComparison.Ordinal) ? "/\b\b\b" + keys[1..] : keys);

        Assert.Equal(filter, view.Filter);
    }

    [Fact]
    public void Press_EndlessFilter_IsCut()
    {
        var view = TopView.Of(null, null);

        PressAll(view, "/" + new string('x', 10_000) + "\r");

        Assert.Equal(TopView.MaxFilter, view.Filter!.Length);
    }

    [Fact]
    public async Task Top_Quit_GivesTheTerminalBack()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        await using var terminal = new ScriptedTerminal().When("0x3000", "/").When("filter: _", "kind:event\r").When("no port matches the filter", "q");

        var code = await CliRun.OnTerminalAsync(daemon.Url, terminal, TimeProvider.System, "top");

        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("\e[?1049h", terminal.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(Leave, terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_CtrlC_GivesTheTerminalBack()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await using var terminal = new ScriptedTerminal().WhenCtrlC("none of 0");

        var code = await CliRun.OnTerminalAsync(daemon.Url, terminal, TimeProvider.System, "top");

        Assert.Equal(ExitCode.Ok, code);
        Assert.EndsWith(Leave, terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_WrongFilter_MarksThePlaceAndKeepsThePicture()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        await using var terminal = new ScriptedTerminal().When("0x3000", "/knd:x\r").When("^ ", "q");

        await CliRun.OnTerminalAsync(daemon.Url, terminal, TimeProvider.System, "top");

        Assert.Contains("filter  knd:x", terminal.Picture, StringComparison.Ordinal);
        Assert.Contains("\n        ^ ", terminal.Picture, StringComparison.Ordinal);
        Assert.Contains("0x3000", terminal.Picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_DaemonGoes_KeepsThePictureAndTriesAgain()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");
        var time = new FakeTimeProvider();
        await using var terminal = new ScriptedTerminal()
            .When("0x3000", () =>
            {
                daemon.StopAsync().GetAwaiter().GetResult();
                time.Advance(TimeSpan.FromSeconds(1));
            })
            .When("trying again", "q");

        var code = await CliRun.OnTerminalAsync(daemon.Url, terminal, time, "top");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Contains("0x3000", terminal.Picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_Paused_AsksNothing()
    {
        await using var stub = await StubDaemon.StartAsync();
        await using var daemon = await TestDaemon.StartAsync();
        stub.Answer("/api/v1/partitions/demo", await daemon.Viewer.GetStringAsync(TestDaemon.Partition, TestContext.Current.CancellationToken));
        stub.Answer("/api/v1/partitions/demo/ports", """{"items":[],"next":null,"total":0,"asOf":"2026-01-01T00:00:00Z"}""");
        var time = new FakeTimeProvider();
        var asked = 0;
        await using var terminal = new ScriptedTerminal()
            .When("none of 0", "p")
            .When("PAUSED", () =>
            {
                asked = stub.Requests.Count;
                time.Advance(TimeSpan.FromSeconds(1));
            })
            .When("PAUSED", "q");

        await CliRun.OnTerminalAsync(stub.Url, terminal, time, "top");

        Assert.Equal(asked, stub.Requests.Count);
    }

    [Fact]
    public async Task Top_NoTerminal_PrintsOnePlainPicture()
    {
        await using var daemon = await TestDaemon.StartAsync();
        await daemon.AddPortAsync("0x3000", "sink");

        var result = await CliRun.AgainstAsync(daemon.Url, "top", "-n", "1");

        Assert.Equal((ExitCode.Ok, ""), (result.Code, result.Errors));
        Assert.DoesNotContain('\e', result.Output);
        Assert.StartsWith("synicd top  demo", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("0x3000 ", result.Lines[^1], StringComparison.Ordinal);
    }

    private static List<string> Compose(TopView view, int width, int height, params PortSummary[] ports)
    {
        var data = new TopData(Partition(), new ListPage<PortSummary>(ports, null, ports.Length, DateTimeOffset.UnixEpoch));
        return [.. new TopFrame(view, data, "http://127.0.0.1:5080", width, height).Compose().Select(l => l.Render(width, colors: false))];
    }

    private static void PressAll(TopView view, string keys)
    {
        foreach (var key in keys)
        {
            view.Press(ScriptedTerminal.KeyOf(key), page: 10);
        }
    }

    private static PortSummary Port(string connection) => new()
    {
        Connection = 1,
        ConnectionText = connection,
        Kind = "event",
        MinimumVtl = 0,
        Owner = "somebody",
        Since = DateTimeOffset.UnixEpoch,
        Generation = 1,
        FastPath = "none",
        FailuresByStatus = new Dictionary<string, long> { ["operation_denied"] = 1 },
    };

    private static PartitionSummary Partition() => new()
    {
        Name = "demo",
        State = "running",
        Backend = "emulated",
        SynicMode = "emulated",
        Dialect = "openvmm",
        Guest = new GuestSummary("none", true, ""),
        Vps = 2,
        MemoryMiB = 16,
        Since = DateTimeOffset.UnixEpoch,
        Ports = 2,
        GuestPorts = 0,
        Actions = [],
        Traffic = new TrafficSummary
        {
            Posts = 0,
            PostFailures = 0,
            Signals = 0,
            SignalFailures = 0,
            PostsPerSecond = 0,
            SignalsPerSecond = 0,
            FailuresPerSecond = 0,
            FailuresByStatus = new Dictionary<string, long>(),
            GuestMessagesDelivered = 0,
            GuestMessagesWaiting = 0,
            GuestMessagesDropped = 0,
            GuestEvents = 0,
        },
    };
}
