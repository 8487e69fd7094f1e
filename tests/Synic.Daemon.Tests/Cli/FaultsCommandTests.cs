using System.Text.Json.Nodes;
using Synic.Daemon.Cli;

namespace Synic.Daemon.Tests.Cli;

public sealed class FaultsCommandTests
{
    private const string Rule = """{"id":"full","match":{"operation":"post_message","connections":["0x10"]},"action":{"kind":"busy"},"trigger":{"times":1},"seed":42}""";

    [Theory]
    [InlineData("faults", "create")]
    [InlineData("faults", "create", "FILE-THAT-IS-NOT-THERE/x")]
    [InlineData("faults", "decisions", "full", "--limit", "0")]
    [InlineData("faults", "scenarios", "--start")]
    [InlineData("faults", "arm")]
    public async Task Faults_WrongUsage_Is2(params string[] args)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AsOperatorAsync(daemon.Url, args);

        Assert.Equal((ExitCode.WrongUsage, ""), (result.Code, result.Output));
        Assert.NotEqual("", result.Errors);
    }

    [Theory]
    [InlineData("no JSON", "no JSON")]
    [InlineData("[]", "object")]
    [InlineData("""{"rules":[]}""", "import")]
    public async Task Create_FileThatIsNoRule_IsWrongUsage(string text, string said)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AsOperatorAsync(daemon.Url, "faults", "create", await WriteAsync(daemon, text));

        Assert.Equal(ExitCode.WrongUsage, result.Code);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("arm")]
    [InlineData("pause")]
    [InlineData("stop")]
    [InlineData("renew")]
    [InlineData("delete")]
    [InlineData("decisions")]
    public async Task Faults_UnknownRule_IsRefusedWithItsCode(string verb)
    {
        await using var daemon = await TestDaemon.StartAsync();

        var result = await CliRun.AsOperatorAsync(daemon.Url, "faults", verb, "nobody");

        Assert.Equal((ExitCode.Refused, ""), (result.Code, result.Output));
        Assert.Contains("fault_not_found", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_WithoutTokenOrLab_IsNotAllowed()
    {
        await using var lab = await TestDaemon.StartAsync();
        await using var watching = await TestDaemon.StartAsync(null, ("Synic:Lab", "false"));

        var nobody = await CliRun.AgainstAsync(lab.Url, "faults", "create", await WriteAsync(lab, Rule));
        var nowhere = await CliRun.AsOperatorAsync(watching.Url, "faults", "list");

        Assert.Equal((ExitCode.NotAllowed, ExitCode.NotAllowed), (nobody.Code, nowhere.Code));
        Assert.Contains("injection_disabled", nowhere.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_OneRuleFromFileToEnd_IsTold()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var file = await WriteAsync(daemon, Rule);

        var empty = await CliRun.AsOperatorAsync(daemon.Url, "faults", "list", "--fail-empty");
        var bare = await CliRun.AsOperatorAsync(daemon.Url, "faults", "create", file, "--arm");
        var preview = await CliRun.AsOperatorAsync(daemon.Url, "faults", "preview", file);
        var made = await CliRun.AsOperatorAsync(daemon.Url, "faults", "create", file, "--arm", "--reason", "a test", "--id", "mine");
        using var post = await daemon.PostAsync(TestDaemon.Ports + "/0x10/messages", new { });
        var list = await CliRun.AsOperatorAsync(daemon.Url, "faults", "list");
        var show = await CliRun.AsOperatorAsync(daemon.Url, "faults", "show", "mine");
        var decisions = await CliRun.AsOperatorAsync(daemon.Url, "faults", "decisions", "mine", "-o", "csv");
        var again = await CliRun.AsOperatorAsync(daemon.Url, "faults", "preview", "mine", "-o", "json");
        var armed = await CliRun.AsOperatorAsync(daemon.Url, "faults", "arm", "mine");
        var paused = await CliRun.AsOperatorAsync(daemon.Url, "faults", "pause", "mine");
        var stopped = await CliRun.AsOperatorAsync(daemon.Url, "faults", "stop", "mine", "-o", "json");
        var deleted = await CliRun.AsOperatorAsync(daemon.Url, "faults", "delete", "mine");

        Assert.Equal((ExitCode.Nothing, ExitCode.Refused), (empty.Code, bare.Code));
        Assert.Contains("reason is needed to arm", bare.Errors, StringComparison.Ordinal);
        Assert.Contains(preview.Lines, static l => l.StartsWith("guest ", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Ok, made.Code);
        Assert.Matches("^mine  exhausted  busy 1  post_message 0x10 +1 +1 ", list.Lines[1]);
        Assert.Contains("\"seed\":\"0x2a\"", show.Output, StringComparison.Ordinal);
        Assert.StartsWith("number,time,operation,", decisions.Lines[0], StringComparison.Ordinal);
        Assert.Equal(2, decisions.Lines.Count);
        Assert.Equal("mine", (string?)JsonNode.Parse(again.Output)!["rule"]!["id"]);
        Assert.Contains(" armed ", armed.Output, StringComparison.Ordinal);
        Assert.Contains(" paused ", paused.Output, StringComparison.Ordinal);
        Assert.Equal("stopped", (string?)JsonNode.Parse(stopped.Output)!["state"]);
        Assert.Equal((ExitCode.Ok, ""), (deleted.Code, deleted.Output));
        Assert.Empty(daemon.Host.Faults!.List());
    }

    [Fact]
    public async Task Sets_FromFileAndBack_AreTheSame()
    {
        await using var daemon = await TestDaemon.StartAsync();
        var file = await WriteAsync(daemon, $$"""{"name":"mine","rules":[{{Rule}}]}""");
        var target = Path.Combine(daemon.Folder, "out.json");

        var checkedOnly = await CliRun.AsOperatorAsync(daemon.Url, "faults", "import", file, "--dry-run", "--arm", "--reason", "r");
        var imported = await CliRun.AsOperatorAsync(daemon.Url, "faults", "import", file, "--arm", "--reason", "r", "--seed", "7", "-o", "ndjson");
        var twice = await CliRun.AsOperatorAsync(daemon.Url, "faults", "import", file);
        var exported = await CliRun.AsOperatorAsync(daemon.Url, "faults", "export", "full", "--name", "mine", "--file", target);
        var overwritten = await CliRun.AsOperatorAsync(daemon.Url, "faults", "export", "--file", target);
        var back = await CliRun.AsOperatorAsync(daemon.Url, "faults", "import", target, "--replace");

        Assert.StartsWith("full  armed ", checkedOnly.Lines[1], StringComparison.Ordinal);
        Assert.Contains("nothing was changed", checkedOnly.Errors, StringComparison.Ordinal);
        Assert.Equal("0x7", (string?)JsonNode.Parse(imported.Output)!["rule"]!["seed"]);
        Assert.Contains("fault_conflict", twice.Errors, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, ExitCode.Refused, ExitCode.Ok), (exported.Code, overwritten.Code, back.Code));
        Assert.Equal("draft", (string?)(await daemon.GetAsync(TestDaemon.Partition + "/faults/full"))["state"]);
    }

    [Fact]
    public async Task Scenarios_ListedShownAndStarted_ByName()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var list = await CliRun.AgainstAsync(daemon.Url, "faults", "scenarios");
        var show = await CliRun.AgainstAsync(daemon.Url, "faults", "scenarios", "slow-host");
        var started = await CliRun.AsOperatorAsync(daemon.Url, "faults", "scenarios", "slow-host", "--start");

        Assert.Equal(8, list.Lines.Count);
        Assert.Equal(2, show.Lines.Count(static l => l.StartsWith("rule ", StringComparison.Ordinal)));
        Assert.Equal(["slow-host-post", "slow-host-signal"], started.Lines.Skip(1).Select(static l => l.Split(' ')[0]));
        Assert.All(daemon.Host.Faults!.List(), static r => Assert.Equal(Synic.Faults.FaultState.Armed, r.State));
    }

    [Fact]
    public async Task KillSwitch_KilledWithoutTokenAndReleasedWithOne_IsTold()
    {
        await using var daemon = await TestDaemon.StartAsync();

        var killed = await CliRun.AgainstAsync(daemon.Url, "faults", "kill", "--reason", "enough");
        var refused = await CliRun.AsOperatorAsync(daemon.Url, "faults", "scenarios", "slow-host", "--start");
        var nobody = await CliRun.AgainstAsync(daemon.Url, "faults", "release");
        var released = await CliRun.AsOperatorAsync(daemon.Url, "faults", "release", "-o", "json");

        Assert.Matches("^engaged .* enough$", killed.Lines[1]);
        Assert.Contains("kill_switch_engaged", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotAllowed, nobody.Code);
        Assert.False((bool)JsonNode.Parse(released.Output)!["engaged"]!);
    }

    [Fact]
    public async Task Suggest_RulesAndScenarios_AreThoseOfTheDaemon()
    {
        await using var daemon = await TestDaemon.StartAsync();
        using var made = await daemon.PostAsync(TestDaemon.Partition + "/faults", JsonNode.Parse(Rule)!);

        var rules = await SuggestAsync(daemon.Url, "synicd faults show fu");
        var scenarios = await SuggestAsync(daemon.Url, "synicd faults scenarios st");

        Assert.Equal(["full"], rules.Lines);
        Assert.Equal("stuck-slot", scenarios.Lines[0]);
    }

    private static Task<CliRun> SuggestAsync(Uri daemon, string line) => CliRun.AgainstAsync(daemon, $"[suggest:{line.Length}]", line);

    private static async Task<string> WriteAsync(TestDaemon daemon, string text)
    {
        var file = Path.Combine(daemon.Folder, "rule.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        return file;
    }
}
